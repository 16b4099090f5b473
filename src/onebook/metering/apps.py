"""The app's name for Django."""

from django.apps import AppConfig


class MeteringConfig(AppConfig):
    """Registers `onebook.metering` under the label `metering`."""

    name = "onebook.metering"
    label = "metering"
    default_auto_field = "django.db.models.BigAutoField"
