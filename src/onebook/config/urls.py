"""The address table: each app's pages by string."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("onebook.work.urls")),
    path("", include("onebook.org.urls")),
    path("", include("onebook.customer.urls")),
    path("", include("onebook.books.urls")),
    path("", include("onebook.billing.urls")),
    path("", include("onebook.receivable.urls")),
    path("", include("onebook.cash.urls")),
    path("", include("onebook.banking.urls")),
    path("", include("onebook.finance.urls")),
    path("", include("onebook.hub.urls")),
]
