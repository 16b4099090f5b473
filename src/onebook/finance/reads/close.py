"""The forms of a month's close as they were signed, with what was answered for on them."""

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

from onebook.finance.errors import FormUnknown
from onebook.finance.models import Form, FormPoint
from onebook.finance.reads.tie import tie_out
from onebook.infra.report import Column, Report, Tie
from onebook.kernel.periods import Month
from onebook.org import reads as org


def forms(month: Month) -> list[Form]:
    """A month's forms, newest first, with their signatures."""
    found = Form.objects.filter(month=month.first).prefetch_related("signatures")
    return list(found.order_by("-version"))


def form(form_id: int) -> Form:
    """The form of this id; FormUnknown else."""
    found = Form.objects.filter(pk=form_id).first()
    if found is None:
        raise FormUnknown(form_id=form_id)
    return found


def form_of(month: Month) -> Form | None:
    """The month's newest form."""
    return next(iter(forms(month)), None)


def points(form: Form) -> list[FormPoint]:
    """What was open when a form was prepared, each with the reason to close nevertheless."""
    return list(FormPoint.objects.filter(form=form).order_by("id"))


def form_report(form: Form) -> Report:
    """The form as it was prepared and signed: its own rows, sums, ties and moment."""
    content = json.loads(form.content)
    live = tie_out(Month.of(form.month))
    measures = {row["measure_zh"]: row for row in live.rows}
    units = {name: unit for unit, name in org.unit_names().items()}
    rows = []
    for values in content["rows"]:
        row = dict(zip(content["columns"], values, strict=True))
        known = measures.get(row["measure_zh"], {"measure": "", "measure_en": row["measure_zh"]})
        row |= {key: known[key] for key in ("measure", "measure_en")}
        rows.append(row | {"org_unit_id": units.get(row["org_unit"])})
    return replace(
        live,
        known_at=datetime.fromisoformat(content["known_at"]),
        rows=rows,
        totals=content["totals"],
        ties=tuple(Tie(one["with"], one["ours"], one["theirs"]) for one in content["ties"]),
    )


_FIGURES = ("marketing_fen", "book_fen", "ledger_fen")


def changed_since(form: Form) -> Report:
    """The form's figures that today's book and ledgers give otherwise: signed, today, difference.

    Nobody posts into a closed month any more. What can change are outside ledgers and bank
    statements that come in later, and rows that somebody altered in the database.
    """
    signed, live = form_report(form), tie_out(Month.of(form.month))
    names = {column.key: (column.name_zh, column.name_en) for column in live.columns}
    before, after = _figures_of(signed), _figures_of(live)
    rows = [
        {
            **(after | before)[key],
            "figure_zh": names[figure][0],
            "figure_en": names[figure][1],
            "signed_fen": before.get(key, {}).get(figure),
            "today_fen": after.get(key, {}).get(figure),
            "difference_fen": (after.get(key, {}).get(figure) or 0)
            - (before.get(key, {}).get(figure) or 0),
        }
        for key in (after | before)
        for figure in _FIGURES
        if _other(figure, before.get(key, {}).get(figure), after.get(key, {}).get(figure))
    ]
    return replace(
        live,
        name="tie-out-changed",
        title_zh="签字后有变动的数字",
        title_en="Figures that changed since",
        columns=(
            Column("measure_zh", "项目", "Figure"),
            Column("org_unit", "单位", "Org unit"),
            Column("figure_zh", "列", "Column"),
            Column("signed_fen", "签字时", "As signed", "fen"),
            Column("today_fen", "今日", "Today", "fen"),
            Column("difference_fen", "差额", "Difference", "fen", is_difference=True),
        ),
        rows=rows,
        totals={},
        ties=(),
        group="",
    )


def _other(figure: str, before: int | None, after: int | None) -> bool:
    """Whether a figure changed: of an outside ledger, a zero that came in is not none."""
    return before != after if figure == "ledger_fen" else (before or 0) != (after or 0)


def _figures_of(report: Report) -> dict[tuple[str, str], dict[str, Any]]:
    return {(row["measure_zh"], row["org_unit"]): row for row in report.rows}
