"""Addresses of finance's pages."""

from django.urls import path

from onebook.finance import views

urlpatterns = [
    path("one-book", views.one_book, name="one-book"),
    path("one-book/history", views.one_book_history, name="one-book-history"),
    path("months", views.months, name="months"),
    path("explain", views.explain, name="explain"),
    path("received", views.received, name="received"),
    path("transit", views.transit, name="transit"),
    path("prepayment", views.prepayment, name="prepayment"),
    path("close/", views.closes, name="closes"),
    path("close/<str:month>", views.close, name="close"),
    path("close/<str:month>/prepare", views.prepare, name="prepare-form"),
    path("forms/<int:form_id>/sign", views.sign, name="sign-form"),
]
