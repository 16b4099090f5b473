"""The app's name for Django."""

from django.apps import AppConfig


class CustomerConfig(AppConfig):
    """Registers `onebook.customer` under the label `customer`."""

    name = "onebook.customer"
    label = "customer"
    default_auto_field = "django.db.models.BigAutoField"
