"""Addresses of the customers' pages."""

from django.urls import path

from onebook.customer import views

urlpatterns = [
    path("customers/", views.customers, name="customers"),
]
