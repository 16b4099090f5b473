"""Addresses of the tasks."""

from django.urls import path

from onebook.work import views

urlpatterns = [
    path("", views.my_work, name="my-work"),
]
