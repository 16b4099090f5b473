"""The app's name for Django."""

from django.apps import AppConfig


class OrgConfig(AppConfig):
    """Registers `onebook.org` under the label `org`."""

    name = "onebook.org"
    label = "org"
    default_auto_field = "django.db.models.BigAutoField"
