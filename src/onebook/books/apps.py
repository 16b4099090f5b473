"""The app's name for Django."""

from django.apps import AppConfig


class BooksConfig(AppConfig):
    """Registers `onebook.books` under the label `books`."""

    name = "onebook.books"
    label = "books"
    default_auto_field = "django.db.models.BigAutoField"
