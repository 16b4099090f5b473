"""The app's name for Django."""

from django.apps import AppConfig


class BillingConfig(AppConfig):
    """Registers `onebook.billing` under the label `billing`."""

    name = "onebook.billing"
    label = "billing"
    default_auto_field = "django.db.models.BigAutoField"
