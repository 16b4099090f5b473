"""Addresses of the tasks."""

from django.urls import path

from onebook.work import views

urlpatterns = [
    path("", views.my_work, name="my-work"),
    path("runs/", views.runs, name="runs"),
    path("runs/<int:run_id>", views.run, name="run"),
    path("runs/<int:run_id>/stop", views.stop, name="stop-run"),
]
