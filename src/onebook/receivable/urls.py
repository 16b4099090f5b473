"""Addresses of the receivables' pages."""

from django.urls import path

from onebook.receivable import views

urlpatterns = [
    path("receivables/aging", views.aging, name="aging"),
    path("receivables/movement", views.movement, name="movement"),
    path("receivables/items", views.items, name="items"),
    path("receivables/items/<int:item_id>", views.item, name="item"),
]
