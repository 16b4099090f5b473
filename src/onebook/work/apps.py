"""The app's name for Django."""

from django.apps import AppConfig


class WorkConfig(AppConfig):
    """Registers `onebook.work` under the label `work`."""

    name = "onebook.work"
    label = "work"
    default_auto_field = "django.db.models.BigAutoField"
