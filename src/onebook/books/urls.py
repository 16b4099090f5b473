"""Addresses of the book's pages."""

from django.urls import path

from onebook.books import views

urlpatterns = [
    path("book/trial-balance", views.trial_balance, name="trial-balance"),
    path("book/accounts/<str:code>", views.ledger, name="ledger"),
    path("book/journals/<int:journal_id>", views.journal, name="journal"),
]
