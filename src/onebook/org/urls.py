"""Addresses of logging in and out and of the language."""

from django.urls import path

from onebook.org import views

urlpatterns = [
    path("login", views.Login.as_view(), name="login"),
    path("logout", views.Logout.as_view(), name="logout"),
    path("language", views.set_language, name="set-language"),
]
