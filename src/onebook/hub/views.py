"""The search, and the page of one service account with everything about it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from onebook.customer import reads as customer
from onebook.infra.web import scope
from onebook.org import reads as org
from onebook.org import services as rights
from onebook.org.rules import Action


def search(request: HttpRequest) -> HttpResponse:
    """What the text of the search field may mean; a single account is opened at once."""
    asked = scope.of(request)
    text = request.GET.get("q", "").strip()
    seen = rights.seen(scope.by(request), Action.READ_CUSTOMERS, asked.org_unit)
    accounts = customer.find_accounts(text, seen.units)
    if len(accounts) == 1:
        return scope.go(request, "account", accounts[0]["number"])
    names = org.unit_names()
    for row in accounts:
        row["org_unit"] = names[row["org_unit_id"]]
    return render(
        request, "hub/search.html", {"text": text, "accounts": accounts, "unit_shown": seen.name}
    )


def account(request: HttpRequest, number: str) -> HttpResponse:
    """One service account: who, what is owed as of the day, bills, receipts, usage."""
    asked = scope.of(request)
    found = customer.account(number)
    rights.require(scope.by(request), Action.READ_CUSTOMERS, found["org_unit_id"])
    return render(
        request,
        "hub/account.html",
        {"account": found, "unit_shown": org.unit(found["org_unit_id"]).name, "scope": asked},
    )
