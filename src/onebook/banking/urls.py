"""Addresses of the bank's pages."""

from django.urls import path

from onebook.banking import views

urlpatterns = [
    path("bank/lines", views.lines, name="bank-lines"),
    path("bank/lines/<int:line_id>", views.line, name="bank-line"),
    path("bank/lines/<int:line_id>/book", views.book, name="book-line"),
    path("bank/unidentified", views.unidentified, name="unidentified"),
    path("bank/matches/<int:match_id>", views.bank_match, name="bank-match"),
    path("bank/matches/<int:match_id>/undo", views.undo, name="undo-match"),
    path("bank/reconciliation", views.reconciliation, name="reconciliation"),
    path("bank/files", views.files, name="statement-files"),
]
