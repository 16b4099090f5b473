"""The page of quotes (电费试算): two tariffs side by side, or a scenario that was pasted."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, pgettext_lazy

from onebook.billing.errors import ScenarioTooLarge
from onebook.billing.forms import QuoteForm
from onebook.billing.parsers import parse_scenario
from onebook.billing.rules.quote import Quote
from onebook.billing.rules.quote import quote as calculated
from onebook.billing.rules.quote_form import Asked, asked, scenario_text
from onebook.billing.rules.quote_rows import (
    COLUMNS,
    average_price_e4,
    line_rows,
    price_of,
    sum_rows,
)
from onebook.infra.report import Column, Report
from onebook.infra.tabular.grid import decode
from onebook.infra.web import export, problems, scope, words
from onebook.kernel.errors import MonthUnreadable, OnebookError
from onebook.kernel.periods import Month
from onebook.org import services as rights
from onebook.org.rules import Action
from onebook.tariff import reads as tariff
from onebook.tariff import services as catalogues
from onebook.tariff.rules import Version, version_on

# How faults name the scenario as a whole.
WORDS = (pgettext_lazy("word", "scenario"),)
FILE_MB = 20
_LINES = tuple(Column(*one) for one in COLUMNS)


@dataclass(frozen=True)
class Side:
    """One tariff's answer: its quote, or why there is none."""

    code: str
    name: str
    quote: Quote | None = None
    problem: str = ""
    text: str = ""

    @property
    def average(self) -> str:
        """Yuan a kWh with four decimals, blank where there is no usage."""
        found = self.quote
        if found is None:
            return ""
        price_e4 = average_price_e4(found.bill.total_fen, found.usage_e4)
        return "" if price_e4 is None else price_of(price_e4)

    @property
    def last(self) -> date | None:
        """The last day that is billed."""
        return None if self.quote is None else self.quote.scenario.end - timedelta(1)

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The bill's lines, named in the reader's language."""
        return [] if self.quote is None else [_named(row) for row in line_rows(self.quote.bill)]

    @property
    def sums(self) -> list[dict[str, Any]]:
        """What stands under the lines."""
        return [] if self.quote is None else [_named(row) for row in sum_rows(self.quote)]

    @property
    def steps(self) -> list[tuple[Any, str]]:
        """How the quantities came about, each with its name in the reader's language."""
        found = () if self.quote is None else self.quote.steps
        return [(one, words.pick((one.name_zh, one.name_en))) for one in found]


def quote(request: HttpRequest) -> HttpResponse:
    """What a bill would be, by the form (GET: the address holds it) or by a scenario (POST)."""
    rights.seen(scope.by(request), Action.READ_BOOK)
    if request.method == "POST":
        side = _pasted(request)
        context: dict[str, Any] = {"sides": [side], "pasted": request.POST.get("scenario", "")}
        context["has_quote"] = side.quote is not None
        if request.headers.get("HX-Request"):
            return render(request, "billing/quoted.html", context)
    else:
        context = {}
    known = _known()
    context = {**_form(request, known), "groups": _groups(known), **context}
    context["has_quote"] = any(side.quote for side in context["sides"])
    report = _report(context["sides"])
    answer = export.answer(request, report) if report else None
    return answer or render(request, "billing/quote.html", context)


# --- the form ---


def _form(request: HttpRequest, known: Mapping[str, tuple[Version, ...]]) -> dict[str, Any]:
    """The form for the tariffs that are chosen, and their quotes where it is filled in."""
    given = request.GET
    codes = [code for key in ("tariff", "other") if (code := given.get(key, "")) in known]
    context: dict[str, Any] = {"tariff": codes[0] if codes else next(iter(known))}
    context["other"] = codes[1] if len(codes) == 2 else ""
    context["problem"] = ""
    month = Month.of(scope.of(request).as_of)
    try:
        month = Month.parse(given["month"]) if given.get("month") else month
    except MonthUnreadable as unreadable:
        context["problem"] = problems.text(unreadable)
    codes = [context["tariff"], context["other"]]
    versions, absent = _in_force(known, codes, month)
    questions = asked(list(versions.values()))
    filled = _is_filled(given, questions)
    form = QuoteForm(given if filled else None, questions, initial=given.dict())
    sides = [*absent]
    if form.is_bound and form.is_valid() and not form.lacking:
        answers = form.answers()
        sides += [_side(month, version, answers, known) for version in versions.values()]
    context["choices"] = [(key, context.pop(key)) for key in ("tariff", "other")]
    return context | {"form": form, "month": month, "sides": sides, **_compared(sides)}


def _is_filled(given: Mapping[str, str], questions: Asked) -> bool:
    """Whether any usage was written: an empty form is no mistake yet."""
    return any(given.get(f"kwh_{period}") for period in questions.usages)


def _in_force(
    known: Mapping[str, tuple[Version, ...]], codes: Iterable[str], month: Month
) -> tuple[dict[str, Version], list[Side]]:
    """The versions of the month by code, and the tariffs that have none, with what is wrong."""
    found: dict[str, Version] = {}
    absent = []
    for code in filter(None, codes):
        try:
            found[code] = version_on(known[code], code, month.first)
        except OnebookError as missing:
            absent.append(Side(code, _name(known[code][-1]), problem=problems.text(missing)))
    return found, absent


def _side(
    month: Month,
    version: Version,
    answers: Mapping[str, int],
    known: Mapping[str, tuple[Version, ...]],
) -> Side:
    text = scenario_text(month, version, answers)
    try:
        found = calculated(parse_scenario(text, _no_file, known[version.code]))
    except OnebookError as refused:
        return Side(version.code, _name(version), problem=problems.text(refused), text=text)
    return Side(version.code, _name(version), found, text=text)


def _no_file(name: str) -> str:
    raise FileNotFoundError(name)


def _compared(sides: list[Side]) -> dict[str, Any]:
    """Which of two tariffs is cheaper, by how much, and by how many hundredths of a percent."""
    totals = [side.quote.bill.total_fen for side in sides if side.quote is not None]
    if len(totals) != 2 or len(sides) != 2:
        return {}
    cheaper = sides[0] if totals[0] <= totals[1] else sides[1]
    saved_fen, dearer_fen = abs(totals[0] - totals[1]), max(totals)
    share = saved_fen * 1000 // dearer_fen if dearer_fen > 0 else 0
    return {
        "cheaper": cheaper if saved_fen else None,
        "saved_fen": saved_fen,
        "saved_percent": f"{share // 10}.{share % 10}",
        "same": not saved_fen,
    }


# --- a scenario ---


def _pasted(request: HttpRequest) -> Side:
    """The quote of the pasted text or the uploaded file; the other files are those it names."""
    title = gettext("Scenario")
    try:
        files = {file.name or "": _text(file) for file in request.FILES.getlist("files")}
        text = request.POST.get("scenario", "").strip()
        if not text:
            text = next((one for name, one in files.items() if name.endswith(".toml")), "")

        def read(name: str) -> str:
            if name not in files:
                raise FileNotFoundError(name)
            return files[name]

        found = calculated(parse_scenario(text, read))
    except OnebookError as refused:
        return Side("", title, problem=problems.text(refused))
    return Side("", found.scenario.title or title, found, text=text)


def _text(file: "UploadedFile[Any]") -> str:
    if (file.size or 0) > FILE_MB << 20:
        raise ScenarioTooLarge(name=file.name, limit=FILE_MB)
    return decode(file.read(), file.name or "")[0]


# --- tariffs and rows ---


def _known() -> dict[str, tuple[Version, ...]]:
    """Tariffs by code: those of the book first, then those that come with onebook."""
    found: defaultdict[str, list[Version]] = defaultdict(list)
    for recorded in tariff.versions():
        found[recorded.code].append(tariff.version_of(recorded))
    known = {code: tuple(versions) for code, versions in found.items()}
    for province in catalogues.packaged_provinces():
        packaged: defaultdict[str, list[Version]] = defaultdict(list)
        for version in catalogues.packaged(province):
            packaged[version.code].append(version)
        for code, versions in packaged.items():
            known.setdefault(code, tuple(versions))
    return known


def _groups(known: Mapping[str, tuple[Version, ...]]) -> list[tuple[str, list[tuple[str, str]]]]:
    """The choices of tariffs in groups: in the book, and the others by their province's letters."""
    recorded = tariff.codes()
    groups: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for code, versions in known.items():
        name = gettext("In use") if code in recorded else code.partition("-")[0].upper()
        groups[name].append((code, f"{_name(versions[-1])} · {code}"))
    return list(groups.items())


def _name(version: Version) -> str:
    return str(words.pick((version.name_zh, version.name_en)))


def _named(row: dict[str, Any]) -> dict[str, Any]:
    unit = words.pick((row["unit_zh"], row["unit_en"])) if "unit_zh" in row else ""
    return {**row, "name": words.pick((row["name_zh"], row["name_en"])), "unit": unit}


def _report(sides: list[Side]) -> Report | None:
    """The quotes as one report, each line with its tariff."""
    quotes = [(side, side.quote) for side in sides if side.quote is not None]
    if not quotes:
        return None
    rows = []
    for side, found in quotes:
        rows += [{**row, "label": side.name} for row in [*line_rows(found.bill), *sum_rows(found)]]
    first = quotes[0][1].scenario
    return Report(
        name="quote",
        title_zh="电费试算",
        title_en="Quote",
        as_of=first.end - timedelta(1),
        known_at=None,
        of_book=False,
        org_unit="",
        columns=_LINES,
        rows=rows,
        basis_zh=str(first.month),
        basis_en=str(first.month),
    )
