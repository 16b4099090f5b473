"""The first page after login: what waits for me."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from onebook.infra.web import scope
from onebook.work import reads


def my_work(request: HttpRequest) -> HttpResponse:
    """My tasks, oldest first, each with its one next action."""
    return render(request, "work/mine.html", {"tasks": reads.waiting_for(scope.by(request))})
