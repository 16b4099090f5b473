"""The app's name for Django."""

from django.apps import AppConfig


class InfraConfig(AppConfig):
    """Registers `onebook.infra` under the label `infra`."""

    name = "onebook.infra"
    label = "infra"
    default_auto_field = "django.db.models.BigAutoField"
