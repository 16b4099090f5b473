"""The reader's phone: the page of the rounds, what it fetches, and what it sends."""

from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_POST

from onebook.billing.parsers.field import parse_entries
from onebook.billing.reads import field as reads
from onebook.billing.rules.quote_form import period_names
from onebook.billing.services import field as services
from onebook.customer import reads as customer
from onebook.infra import clock
from onebook.infra.web import problems, scope, words
from onebook.kernel.errors import OnebookError
from onebook.kernel.periods import Month
from onebook.metering import services as metering
from onebook.metering.errors import PhotoTooLarge, ReadByOther
from onebook.metering.reads import field as metering_reads
from onebook.metering.reads.field import Place
from onebook.metering.rules import HOW_WORDS
from onebook.metering.rules.field import (
    CHOICES,
    DOUBT_WORDS,
    PHOTO_BYTES_MAX,
    PHOTO_PIXELS_MAX,
    PHOTOS_MAX,
    REASON_MAX,
    ROLLOVER_SHARE,
    WITHOUT_VALUE,
    Doubt,
    Entry,
)
from onebook.metering.rules.registers import Register
from onebook.metering.services import Outcome
from onebook.org import reads as org
from onebook.org import services as rights
from onebook.org.rules import Action

_WORKER = Path(__file__).parents[1] / "static" / "billing" / "field" / "worker.js"


@require_GET
@ensure_csrf_cookie
def page(request: HttpRequest) -> HttpResponse:
    """The reader's page, which the phone keeps: it holds nothing about customers itself."""
    rights.require_somewhere(scope.by(request), Action.IMPORT_READINGS)
    return render(request, "billing/field.html", {"texts": _texts(), "reason_max": REASON_MAX})


@require_GET
@login_not_required
def worker(request: HttpRequest) -> HttpResponse:
    """The script that keeps the page on the phone; served beside it, whose requests it answers."""
    answer = HttpResponse(_WORKER.read_bytes(), content_type="text/javascript; charset=utf-8")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@require_GET
def rounds(request: HttpRequest) -> HttpResponse:
    """The reader's own rounds of this month and the last, with their points, as JSON."""
    person_id = scope.by(request)
    rights.require_somewhere(person_id, Action.IMPORT_READINGS)
    today = clock.today()
    found = metering_reads.rounds_of(person_id, Month.of(today).previous())
    places = metering_reads.places([one["id"] for one in found])
    accounts = customer.accounts_by_id([one.service_account_id for one in places])
    limits, billed = reads.limits(places), reads.billed(places)
    people = org.person_names(
        {one.standing.person_id for one in places if one.standing and one.standing.person_id}
    )
    points: dict[int, list[dict[str, Any]]] = {}
    for place in places:
        key = (place.round_id, place.metering_point_id)
        shown = _point(place, accounts[place.service_account_id], people)
        shown |= {"limits": _texted(limits[key]._asdict()), "closed": key in billed}
        points.setdefault(place.round_id, []).append(shown)
    sent = {
        "csrf": get_token(request),
        "person": request.user.get_username(),
        "name": org.person(person_id).name,
        "today": today.isoformat(),
        "fixed": clock.fixed() is not None,
        "rounds": [
            {
                "id": one["id"],
                "book": one["book"],
                "name": one["name"],
                "month": str(Month.of(one["bill_month"])),
                "planned_on": one["planned_on"].isoformat(),
                "points": points.get(one["id"], []),
            }
            for one in found
        ],
    }
    answer = JsonResponse(sent)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _point(place: Place, account: dict[str, Any], people: dict[int, str]) -> dict[str, Any]:
    """One point as the phone keeps it; energies as text, which JSON's numbers cannot hold."""
    before, standing = place.before, place.standing
    return {
        "point": place.metering_point_id,
        "sequence": place.sequence,
        "account": account["number"],
        "customer": account["customer_name"],
        "address": account["address"],
        "meter": place.meter_number,
        "before": _texted(before._asdict()),
        "previous_on": place.previous_on.isoformat(),
        "highest_e4": None if place.highest_e4 is None else str(place.highest_e4),
        "registers": [
            {"code": code, "name": register_name(code), "previous_e4": str(value_e4)}
            for code, value_e4 in place.registers.items()
        ],
        "version": standing.version if standing else 0,
        "standing": standing
        and {
            "value_e4": str(standing.value_e4),
            "read_on": standing.read_on.isoformat(),
            "how": int(standing.how),
            "word": words.pick(HOW_WORDS[standing.how]),
            "by": people.get(standing.person_id or 0, ""),
        },
        "said": place.said
        and {"word": words.pick(HOW_WORDS[place.said[0]]), "reason": place.said[1]},
    }


def _texted(values: dict[str, Any]) -> dict[str, str | None]:
    return {name: None if one is None else str(one) for name, one in values.items()}


@require_POST
def entries(request: HttpRequest) -> HttpResponse:
    """Take the entries of one message in; what became of each, by its key."""
    try:
        sent = parse_entries(request.body)
    except OnebookError as unreadable:
        return _refused(unreadable)
    readable = [one for _, one in sent if isinstance(one, Entry)]
    taken = iter(services.take_entries(readable, by=scope.by(request)))
    return JsonResponse(
        {
            "results": [
                {"key": key} | _result(next(taken) if isinstance(one, Entry) else one)
                for key, one in sent
            ]
        }
    )


def _result(outcome: Outcome) -> dict[str, str]:
    if not isinstance(outcome, OnebookError):
        return {"state": outcome.value}
    state = "conflict" if isinstance(outcome, ReadByOther) else "refused"
    return {"state": state, "message": problems.text(outcome)}


@require_POST
def send_photo(request: HttpRequest, key: UUID) -> HttpResponse:
    """Keep the picture that is the request's body as a photograph of the entry `key`."""
    try:
        if int(request.headers.get("Content-Length") or 0) > PHOTO_BYTES_MAX:
            raise PhotoTooLarge(bytes=PHOTO_BYTES_MAX, pixels=PHOTO_PIXELS_MAX)
        sha256 = metering.keep_photo(key, request.body, by=scope.by(request))
    except OnebookError as refused:
        return _refused(refused)
    return JsonResponse({"sha256": sha256})


def _refused(fault: OnebookError) -> JsonResponse:
    return JsonResponse({"message": problems.text(fault)}, status=400)


@require_GET
def photo(request: HttpRequest, sha256: str) -> HttpResponse:
    """A photograph, for who may read the customers of a unit where it was taken."""
    person_id = scope.by(request)
    units = metering_reads.photo_units(sha256)
    allowed = org.units_of(person_id, Action.READ_CUSTOMERS)
    if not allowed.intersection(units):
        rights.require(person_id, Action.READ_CUSTOMERS, units[0] if units else None)
    found = metering_reads.photo(sha256)
    answer = HttpResponse(bytes(found.content), content_type=f"image/{found.kind}")
    answer.headers["Cache-Control"] = "private, max-age=86400, immutable"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def entered(meter_id: int, month: Month) -> list[dict[str, Any]]:
    """What readers entered at a meter for a month, in words, for the page of an exception."""
    found = metering_reads.entered(meter_id, month)
    people = org.person_names({one["person_id"] for one in found})
    return [
        one
        | {
            "how_name": words.pick(HOW_WORDS[one["how"]]),
            "doubt_names": [
                words.pick(pair) for bit, pair in DOUBT_WORDS.items() if bit & one["doubts"]
            ],
            "person": people.get(one["person_id"], ""),
        }
        for one in found
    ]


def register_name(code: Register) -> str:
    """What a register is called on the phone."""
    return words.pick(period_names(code))


def _texts() -> dict[str, Any]:
    """The words and limits that the page's script works with."""
    return {
        "statuses": [
            {"how": int(one), "word": words.pick(HOW_WORDS[one]), "blank": one in WITHOUT_VALUE}
            for one in CHOICES
        ],
        "doubts": {str(int(bit)): words.pick(pair) for bit, pair in DOUBT_WORDS.items()},
        "bits": {one.name: int(one) for one in Doubt if one.name},
        "rollover_share": ROLLOVER_SHARE,
        "photos_max": PHOTOS_MAX,
        "photo_bytes_max": PHOTO_BYTES_MAX,
        "words": _words(),
    }


def _words() -> dict[str, str]:
    return {
        "online": gettext("On line"),
        "offline": gettext("No network: what you enter is kept on this phone"),
        "waiting": gettext("{n} to send"),
        "sent_all": gettext("everything is sent"),
        "logged_out": gettext("You are logged out. Log in to send what is kept here."),
        "unsent_of_others": gettext("{n} entries of another reader wait on this phone."),
        "server_failed": gettext("The server could not answer; it is tried again later."),
        "empty": gettext("No round is yours this month. Rounds are opened by the billers."),
        "never": gettext("Nothing was fetched yet. Open this page once with a network."),
        "unread": gettext("Not read"),
        "read": gettext("Read"),
        "to_send": gettext("To send"),
        "conflict": gettext("Conflict"),
        "refused": gettext("Refused"),
        "closed": gettext("Issued"),
        "estimated": gettext("Estimated"),
        "not_a_number": gettext("Write a number with at most four decimals."),
        "too_long": gettext("The meter shows {n} digits before the point at most."),
        "blank": gettext("Enter what the meter shows, or say why it cannot be read."),
        "needs_reason": gettext("This is doubtful: look again, and say why it is right."),
        "kwh": gettext("{n} kWh"),
        "times": gettext("× {n}"),
        "mean": gettext("{n} kWh on average"),
        "no_photo": gettext("This file is no picture that can be read."),
        "photos_full": gettext("{n} photographs at most."),
        "photo_waits": gettext("Photograph, to send"),
        "recorded_by": gettext("Recorded: {value} on {day}, {person}"),
        "reading": gettext("What the meter shows"),
    }
