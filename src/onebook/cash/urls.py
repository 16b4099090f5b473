"""Addresses of the collection's pages."""

from django.urls import path

from onebook.cash import views

urlpatterns = [
    path("counter/", views.counter, name="counter"),
    path("counter/<str:number>", views.take, name="take"),
    path("counter/<str:number>/allocation", views.allocation, name="allocation"),
    path("receipts/", views.receipts, name="receipts"),
    path("receipts/<int:receipt_id>", views.receipt, name="receipt"),
    path("receipts/<int:receipt_id>/reverse", views.reverse, name="reverse-receipt"),
    path("receipts/<int:receipt_id>/ask-reversal", views.ask_reversal, name="ask-reversal"),
    path("receipts/<int:receipt_id>/move", views.move, name="move-receipt"),
    path("moves/<int:move_id>", views.moved, name="move"),
    path("reversals/<int:reversal_id>", views.reversal, name="reversal"),
    path("remittance", views.remittance, name="remittance"),
]
