"""The app's name for Django."""

from django.apps import AppConfig


class ReceivableConfig(AppConfig):
    """Registers `onebook.receivable` under the label `receivable`."""

    name = "onebook.receivable"
    label = "receivable"
    default_auto_field = "django.db.models.BigAutoField"
