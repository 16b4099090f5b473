"""The app's name for Django."""

from django.apps import AppConfig


class HubConfig(AppConfig):
    """Registers `onebook.hub` under the label `hub`."""

    name = "onebook.hub"
    label = "hub"
    default_auto_field = "django.db.models.BigAutoField"
