"""The app's name for Django."""

from django.apps import AppConfig


class FinanceConfig(AppConfig):
    """Registers `onebook.finance` under the label `finance`."""

    name = "onebook.finance"
    label = "finance"
    default_auto_field = "django.db.models.BigAutoField"
