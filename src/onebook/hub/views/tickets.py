"""Deciding on a ticket: a second person holds it against site, meter and contract."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from onebook.hub import services
from onebook.infra.web import problems, scope
from onebook.kernel.errors import OnebookError
from onebook.work import reads as work


@require_POST
def decide_ticket(request: HttpRequest, approval_id: int) -> HttpResponse:
    """Let a ticket take effect, or turn it down; back to it."""
    try:
        done = services.decide(
            approval_id,
            request.POST.get("kind", ""),
            request.POST.get("reason", ""),
            by=scope.by(request),
            checked=request.POST.getlist("checked"),
        )
    except OnebookError as refused:
        problems.told(request, refused)
    else:
        if done.state == "rejected":
            messages.success(request, gettext("The ticket is turned down. Nothing was changed."))
        elif done.kept_back:
            messages.success(
                request, gettext("The ticket is in effect. An exception keeps the final bill back.")
            )
        else:
            messages.success(request, gettext("The ticket is in effect."))
    return scope.go(request, "ticket", work.approval(approval_id)["source_id"])
