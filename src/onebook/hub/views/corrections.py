"""Asking that an issued bill be reversed and issued again, and deciding on it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from onebook.billing import reads as billing
from onebook.billing import services as billing_services
from onebook.billing.rules import bill_number
from onebook.customer import reads as customer
from onebook.hub import services
from onebook.hub.forms import CorrectionForm
from onebook.infra.web import problems, scope
from onebook.kernel.errors import OnebookError
from onebook.org import services as rights
from onebook.org.rules import Action
from onebook.work import services as work


def cancel_bill(request: HttpRequest, bill_id: int) -> HttpResponse:
    """Ask that a bill be reversed and its month billed again, with the evidence."""
    found = billing.bill(bill_id)
    person_id = scope.by(request)
    rights.require(person_id, Action.REQUEST_ADJUSTMENT, found.org_unit_id)
    form = CorrectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            asked = billing_services.request_cancel(
                bill_id, form.cleaned_data["reason"], evidence_in(request), by=person_id
            )
        except OnebookError as refused:
            form.add_error(None, problems.text(refused))
        else:
            messages.success(request, gettext("The request waits for approval."))
            return scope.go(request, "approval", asked)
    return render(
        request,
        "hub/cancel.html",
        {
            "bill": found,
            "number": bill_number(bill_id, found.bill_month),
            "account": customer.account_by_id(found.service_account_id),
            "form": form,
        },
    )


def evidence_in(request: HttpRequest) -> list[work.File]:
    """The files that the form brings as evidence."""
    return [work.File(file.name or "", file.read()) for file in request.FILES.getlist("evidence")]


@require_POST
def decide(request: HttpRequest, approval_id: int) -> HttpResponse:
    """Approve or reject; the last approval carries the correction out."""
    try:
        done = services.decide(
            approval_id,
            request.POST.get("kind", ""),
            request.POST.get("reason", ""),
            by=scope.by(request),
        )
    except OnebookError as refused:
        problems.told(request, refused)
    else:
        messages.success(request, _told(done))
    return scope.go(request, "approval", approval_id)


def _told(done: services.Done) -> str:
    if done.state == "rejected":
        return gettext("The request is turned down. Nothing was changed.")
    if done.state == "open":
        return gettext("You approved. The request now waits for the next level.")
    if done.kept_back:
        return gettext("The bill is reversed. An exception keeps the new one back.")
    return gettext("Approved and carried out.")
