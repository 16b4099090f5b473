"""The app's name for Django."""

from django.apps import AppConfig


class CashConfig(AppConfig):
    """Registers `onebook.cash` under the label `cash`."""

    name = "onebook.cash"
    label = "cash"
    default_auto_field = "django.db.models.BigAutoField"
