"""Addresses of the tasks, the runs and the approvals."""

from django.urls import path

from onebook.work import views

urlpatterns = [
    path("", views.my_work, name="my-work"),
    path("runs/", views.runs, name="runs"),
    path("runs/<int:run_id>", views.run, name="run"),
    path("runs/<int:run_id>/stop", views.stop, name="stop-run"),
    path("approvals/", views.approvals, name="approvals"),
    path("approvals/<int:approval_id>", views.approval, name="approval"),
    path("approvals/<int:approval_id>/evidence/<int:evidence_id>", views.evidence, name="evidence"),
]
