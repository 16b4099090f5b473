"""Addresses of the billing pages."""

from django.urls import path

from onebook.billing import views

urlpatterns = [
    path("billing/exceptions", views.exceptions, name="exceptions"),
    path("billing/exceptions/decide", views.decide, name="decide-exceptions"),
    path("billing/exceptions/<int:exception_id>", views.exception, name="exception"),
    path("billing/issued", views.issued, name="issued"),
    path("billing/bills", views.bills, name="bills"),
    path("billing/batches/<int:batch_id>", views.batch, name="batch"),
]
