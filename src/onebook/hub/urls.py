"""Addresses of the search and of the whole-customer page."""

from django.urls import path

from onebook.hub import views

urlpatterns = [
    path("search", views.search, name="search"),
    path("accounts/<str:number>", views.account, name="account"),
]
