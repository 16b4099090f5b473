"""Addresses of the search, the whole-customer page, the bill, and corrections."""

from django.urls import path

from onebook.hub import views

urlpatterns = [
    path("search", views.search, name="search"),
    path("accounts/<str:number>", views.account, name="account"),
    path("bills/<int:bill_id>", views.bill, name="bill"),
    path("bills/<int:bill_id>/paper", views.paper, name="bill-paper"),
    path("invoices/request", views.request_invoices, name="request-invoices"),
    path("bills/<int:bill_id>/cancel", views.cancel_bill, name="cancel-bill"),
    path("tickets/<int:approval_id>/decide", views.decide_ticket, name="decide-ticket"),
    path("reading/rounds", views.rounds, name="rounds"),
    path("reading/rounds/open", views.open_rounds, name="open-rounds"),
    path("corrections/<int:approval_id>/decide", views.decide, name="decide-correction"),
]
