"""Every write to finance: forms, signatures, the lock of a month, outside ledgers."""

import hashlib
from collections.abc import Mapping, Sequence
from time import sleep
from types import MappingProxyType
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy, gettext_noop

from onebook.books import reads as book_reads
from onebook.books import services as books
from onebook.finance import reads
from onebook.finance.errors import (
    BookBusy,
    CloseBlocked,
    FormOutdated,
    FormUnknown,
    MonthNotOver,
    ReasonMissing,
    SamePerson,
    SignatureTwice,
)
from onebook.finance.models import Form, Signature
from onebook.finance.reads import Check, Said
from onebook.infra import clock, ids, sql
from onebook.infra.report import Report, to_json
from onebook.infra.web.words import pick
from onebook.infra.write import insert
from onebook.kernel.periods import Month
from onebook.org import reads as org_reads
from onebook.org import services as org
from onebook.org.rules import Action, Role
from onebook.receivable import services as receivable
from onebook.work import services as work

_SIGNERS = {
    Signature.Side.MARKETING: Role.MARKETING_MANAGER,
    Signature.Side.FINANCE: Role.FINANCE_MANAGER,
}
SIDE_NAMES = {
    Signature.Side.MARKETING: gettext_lazy("Marketing department"),
    Signature.Side.FINANCE: gettext_lazy("Finance department"),
}
_RIGHT = {
    Signature.Side.MARKETING: Action.SIGN_FOR_MARKETING,
    Signature.Side.FINANCE: Action.SIGN_FOR_FINANCE,
}


Reasons = Mapping[str, str]
"""Check code -> why the month may close although something is open there."""


@transaction.atomic
def prepare_form(
    month: Month, *, person_id: int | None, reasons: Reasons = MappingProxyType({})
) -> Form:
    """Prepare the month's form from the book; the same figures and reasons give the same form back.

    Each point that stays open is answered for by a reason, given now or on the newest form where
    it stood as it stands now; ReasonMissing else. CloseBlocked names the checks that fail;
    MonthNotOver before the month's last day is over; MonthEmpty where nothing of it is in the book.
    """
    org.require(person_id, Action.READ_BOOK, None)
    if (obstacle := reads.obstacle(month)) is not None:
        raise obstacle
    today = clock.today()
    if today <= month.last:
        raise MonthNotOver(month=str(month), today=today.isoformat())
    newest = reads.form_of(month)
    answered = _answered(month, _open_points(month), newest, reasons)
    report = _figures(month)
    fingerprint = _fingerprint(report, [(one.code, said.en, why) for one, said, why in answered])
    if newest is not None and newest.sha256 == fingerprint:
        return newest
    form_id = ids.take("finance_form")
    insert(
        "finance_form",
        id=form_id,
        month=month.first,
        version=1 if newest is None else newest.version + 1,
        content=to_json(report),
        sha256=fingerprint,
    )
    for check, said, reason in answered:
        insert(
            "finance_form_point",
            form_id=form_id,
            code=check.code,
            said_zh=said.zh,
            said_en=said.en,
            items=said.items,
            amount_fen=said.amount_fen,
            reason=reason,
            person_id=person_id,
        )
    _ask_signatures(month)
    return Form.objects.get(pk=form_id)


def _answered(
    month: Month, points: list[tuple[Check, Said]], newest: Form | None, reasons: Reasons
) -> list[tuple[Check, Said, str]]:
    """The open points with their reasons. Raises ReasonMissing with those that have none."""
    before = {} if newest is None else {(p.code, p.said_en): p.reason for p in reads.points(newest)}
    answered = [
        (check, said, reasons.get(check.code, "").strip() or before.get((check.code, said.en), ""))
        for check, said in points
    ]
    missing = [check for check, _, reason in answered if not reason]
    if missing:
        raise ReasonMissing(month=str(month), points=_listed(missing))
    return answered


def _listed(checks: Sequence[Check]) -> str:
    return "; ".join(f"{pick((one.name_zh, one.name_en))}: {one.detail}" for one in checks)


def _ask_signatures(month: Month) -> None:
    """Let both departments know that a form waits for them; an older one no longer does."""
    work.close_task("finance", month.year * 100 + month.month, None)
    for role in _SIGNERS.values():
        work.open_task(
            gettext_noop("Sign the form of {month}"),
            f"/close/{month}",
            role,
            org_reads.root().pk,
            "finance",
            month.year * 100 + month.month,
            params={"month": str(month)},
        )


def _open_points(month: Month) -> list[tuple[Check, Said]]:
    """The points of the list that are open; CloseBlocked with every one that may not be."""
    checks = reads.checklist(month)
    failed = [check for check in checks if check.state == "fail"]
    if failed:
        raise CloseBlocked(month=str(month), reasons=_listed(failed))
    return [(one, one.open) for one in checks if one.open is not None]


def _figures(month: Month) -> Report:
    """The month's tie-out with all that is recorded; BookBusy where it cannot have it all.

    Reads stop before the oldest transaction still open, so its end is waited for a little.
    """
    last = book_reads.last_recorded_at()
    for pause in (0.0, *[0.2] * _PATIENCE):
        sleep(pause)
        known = clock.watermark()
        if last is None or last <= known:
            return reads.tie_out(month, known)
    raise BookBusy(since=known.isoformat(timespec="seconds"))


_PATIENCE = 25


def _fingerprint(report: Report, points: Sequence[tuple[str, str, str]]) -> str:
    """The hash of a form's figures and points, without the moment they were asked at."""
    figures = [
        (
            row["measure"],
            row["org_unit_id"],
            row["marketing_fen"],
            row["book_fen"],
            row["ledger_fen"],
        )
        for row in report.rows
    ]
    return hashlib.sha256(repr((figures, list(points))).encode()).hexdigest()


@transaction.atomic
def sign(form_id: int, side: str, *, person_id: int) -> bool:
    """Sign a form for a department; True when that closed the month.

    Two different people sign, each with the right of the side. The figures must still be those
    of the form, no check may fail, and nothing be open that the form does not answer for. With
    both signatures the month locks and its open items are kept as a snapshot. Nobody posts or
    signs between the last look at the figures and the lock.
    """
    side = Signature.Side(side)
    org.require(person_id, _RIGHT[side], None)
    books.hold_posting()
    form = Form.objects.filter(pk=form_id).first()
    if form is None:
        raise FormUnknown(form_id=form_id)
    month = Month.of(form.month)
    signed = list(form.signatures.all())
    if any(one.side == side for one in signed):
        raise SignatureTwice(side=SIDE_NAMES[side], month=str(month))
    if any(one.person_id == person_id for one in signed):
        raise SamePerson(person=org_reads.person(person_id).name, month=str(month))
    points = reads.points(form)
    answered = {(point.code, point.said_en) for point in points}
    still_open = {(check.code, said.en) for check, said in _open_points(month)}
    on_form = [(point.code, point.said_en, point.reason) for point in points]
    if still_open - answered or _fingerprint(_figures(month), on_form) != form.sha256:
        raise FormOutdated(month=str(month))
    insert("finance_signature", form_id=form_id, side=side.value, person_id=person_id)
    work.close_task("finance", month.year * 100 + month.month, person_id, _SIGNERS[side])
    if not signed:
        return False
    books.lock_month(month, person_id=person_id)
    receivable.take_snapshot(month.last)
    return True


def account_codes() -> set[str]:
    """The codes of the chart of accounts."""
    return book_reads.account_codes()


def take_ledger(rows: list[dict[str, Any]], file_name: str, *, person_id: int | None) -> int:
    """Record balances that differ from the newest recorded ones, in the caller's transaction."""
    columns = {
        key: [row[key] for row in rows] for key in ("org_unit_id", "account_code", "balance_fen")
    }
    months = [row["month"].first for row in rows]
    asked = {"month": months, "file_name": file_name, "person_id": person_id, **columns}
    return int(sql.one("finance", "take_ledger", asked)["taken"])
