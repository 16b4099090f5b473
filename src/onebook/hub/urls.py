"""Addresses of the search, the whole-customer page and the bill."""

from django.urls import path

from onebook.hub import views

urlpatterns = [
    path("search", views.search, name="search"),
    path("accounts/<str:number>", views.account, name="account"),
    path("bills/<int:bill_id>", views.bill, name="bill"),
    path("invoices/request", views.request_invoices, name="request-invoices"),
]
