"""Problems as pages: an onebook error becomes its translated message, never a bare failure."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, pgettext

from onebook.infra import guards
from onebook.infra.web import scope
from onebook.kernel.errors import OnebookError

# Errors by their code, so that this lowest layer knows no app.
_STATUS = {"not_allowed": 403}


def text(error: OnebookError) -> str:
    """The error's message in the reader's language, its codes (context `word`) as words.

    An error that lists others (`faults`) names each on a line of its own, where its message has
    {problems}.
    """
    params = {
        name: pgettext("word", str(value)) if isinstance(value, str) and value else value
        for name, value in error.params.items()
    }
    faults = params.get("faults")
    if isinstance(faults, tuple):
        params["problems"] = "".join(f"\n{text(fault)}" for fault in faults)
    return gettext(error.template).format(**params)


def told(request: HttpRequest, error: OnebookError) -> None:
    """Show the error at the top of the next page."""
    messages.error(request, text(error))


class ProblemPages:
    """Middleware: an OnebookError that no view handled is shown as a page of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next step of the chain."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer an onebook error or a refusal of the book's guards; leave any other to Django."""
        known = error if isinstance(error, OnebookError) else guards.refusal(error)
        if known is None:
            return None
        status = _STATUS.get(known.code, 400)
        scope.mend(request)
        return render(request, "infra/problem.html", {"problem": text(known)}, status=status)
