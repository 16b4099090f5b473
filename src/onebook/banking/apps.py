"""The app's name for Django."""

from django.apps import AppConfig


class BankingConfig(AppConfig):
    """Registers `onebook.banking` under the label `banking`."""

    name = "onebook.banking"
    label = "banking"
    default_auto_field = "django.db.models.BigAutoField"
