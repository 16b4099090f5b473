"""The app's name for Django."""

from django.apps import AppConfig


class TariffConfig(AppConfig):
    """Registers `onebook.tariff` under the label `tariff`."""

    name = "onebook.tariff"
    label = "tariff"
    default_auto_field = "django.db.models.BigAutoField"
