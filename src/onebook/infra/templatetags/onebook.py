"""Tags for money, energy, days, tables, charts, and links that keep the page's scope."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from onebook.infra.report import Report
from onebook.infra.web import scope, table, words
from onebook.kernel.energy import format_kwh
from onebook.kernel.money import format_yuan

register = template.Library()


@register.simple_tag
def money(amount_fen: int | None) -> SafeString:
    """Fen as yuan with two decimals: negative in red with a minus sign, zero as a dash."""
    return _number(amount_fen, format_yuan)


@register.simple_tag
def amount(amount_fen: int | None) -> SafeString:
    """Fen as a page's figure: as `money`, but nothing owed is written 0.00."""
    if amount_fen == 0:
        return format_html('<span class="num zero">{}</span>', format_yuan(0))
    return _number(amount_fen, format_yuan)


@register.simple_tag
def credit(amount_fen: int) -> SafeString:
    """A credit, kept as negative fen, in the credit column: without its sign."""
    return _number(-amount_fen, format_yuan)


@register.simple_tag
def kwh(energy_e4: int | None) -> SafeString:
    """10^-4 kWh as kWh with separators, zero as a dash."""
    return _number(energy_e4, format_kwh)


@register.simple_tag
def register_value(reading_e4: int) -> str:
    """A meter's register in 10^-4 as it is read, without separators."""
    return format_kwh(reading_e4, separators=False)


@register.filter
def count(number: int | None) -> str:
    """A whole number with separators."""
    return "" if number is None else f"{number:,}"


@register.filter
def price(price_e10: int) -> str:
    """10^-10 yuan per kWh without trailing zeros, with two decimals at least."""
    whole, part = divmod(abs(price_e10), 10**10)
    decimals = f"{part:010d}".rstrip("0").ljust(2, "0")
    return f"{'-' if price_e10 < 0 else ''}{whole}.{decimals}"


@register.filter
def day(value: date | None) -> str:
    """A day as 2026-10-31."""
    return value.isoformat() if value else ""


@register.filter
def month(value: date | None) -> str:
    """A month, kept as its first day, as 2026-10."""
    return f"{value.year:04d}-{value.month:02d}" if value else ""


@register.filter
def mine(value: Mapping[str, Any], key: str) -> Any:
    """The value of a key that a template holds in a variable."""
    return value.get(key)


@register.filter
def named(row: Any) -> str:
    """The name of a thing that carries one in each language."""
    field = words.pick(("name_zh", "name_en"))
    return str(row[field] if isinstance(row, Mapping) else getattr(row, field))


@register.filter
def spoken(pair: tuple[str, str]) -> str:
    """A text that comes in Chinese and in English."""
    return words.pick(pair)


@register.filter
def tie_name(key: str) -> str:
    """What a report's tie is called on the pages."""
    kind, _colon, subject = key.partition(": ")
    if key.startswith("control-account-"):
        kind, subject = "control-account", key.removeprefix("control-account-")
    named = {
        "control-account": gettext("control account {subject}"),
        "printed-balance": gettext("the balance the bank printed, {subject}"),
        "month-adds-up": gettext("closing balance of {subject}"),
        "movement-adds-up": gettext("closing balance of {subject}"),
        "output-vat": gettext("output VAT in the book, {subject}"),
        "revenue": gettext("revenue in the book, {subject}"),
    }.get(kind)
    if named is not None and subject:
        return named.format(subject=subject)
    return {
        "book: revenue": gettext("the book: revenue"),
        "book: funds": gettext("the book: funds collected"),
        "book: relief": gettext("the book: relief granted"),
        "book: VAT": gettext("the book: output VAT of bills and adjustments"),
        "book: power factor": gettext("the book: power-factor adjustments, without VAT"),
        "bills: power factor": gettext("sums of the batches: power-factor adjustments"),
        "difference-by-cause": gettext("sum of the causes"),
        "adjustments: receivable": gettext("the book: adjustments"),
        "adjustments: vat": gettext("the book: output VAT of adjustments"),
        "output-vat-balance": gettext("balance of output VAT in the book"),
        "open-items": gettext("what open items still owe"),
        "months-add-up": gettext("closing balance: opening and movements added up"),
        "movement-adds-up": gettext("closing balance: opening and movements added up"),
        "opening-is-control-account": gettext("the book: opening receivables"),
        "closing-is-control-account": gettext("the book: closing receivables"),
        "credits": gettext("sum of credits"),
        "closing-credits": gettext("sum of closing credits"),
        "adjusted-bank-balance": gettext("adjusted bank balance"),
        "received-in-book": gettext("the book: received in the month"),
        "settled-and-prepaid": gettext("sum of settled and prepaid"),
        "transit-control-account": gettext("control account of money in transit"),
        "receivable: book": gettext("the book: receivables"),
        "received: book": gettext("the book: received in the month"),
        "prepayment: book": gettext("the book: prepayments"),
        "cash: book": gettext("the book: cash in hand"),
        "transit: book": gettext("the book: money in transit"),
        "bank: book": gettext("the book: bank"),
        "difference-receivable": gettext("difference of the books: receivables"),
        "difference-prepayment": gettext("difference of the books: prepayments"),
    }.get(key, key)


@register.simple_tag(takes_context=True)
def go(context: Context, name: str, *args: object, **more: object) -> str:
    """The address of a page, keeping the scope of the page it stands on."""
    request = context.get("request")
    if request is None:
        return reverse(name, args=args)
    return scope.url(request, name, *args, **more)


@register.simple_tag(takes_context=True)
def here(context: Context, **changed: object) -> str:
    """The page's own address with some parameters changed (None takes one out)."""
    parameters = context["request"].GET.copy()
    for key, value in changed.items():
        parameters.pop(key, None)
        if value is not None:
            parameters[key] = str(value)
    written = parameters.urlencode()
    return f"{context['request'].path}{'?' + written if written else ''}"


@register.inclusion_tag("infra/hidden.html", takes_context=True)
def keep(context: Context, *but: str) -> dict[str, object]:
    """Hidden fields for this page's parameters, without those named and without the page number."""
    dropped = {"page", "format", *but}
    return {
        "pairs": [
            (key, value)
            for key, values in context["request"].GET.lists()
            if key not in dropped
            for value in values
        ]
    }


@register.inclusion_tag("infra/hidden.html", takes_context=True)
def keep_scope(context: Context) -> dict[str, object]:
    """Hidden fields for the scope alone, for a form that starts a new question."""
    parameters = context["request"].GET
    return {"pairs": [(key, parameters[key]) for key in scope.PARAMETERS if parameters.get(key)]}


@register.inclusion_tag("infra/table.html", takes_context=True)
def report_table(
    context: Context, report: Report, links: Mapping[str, table.Link] | None = None, empty: str = ""
) -> dict[str, object]:
    """A report as a table with its basis, ties and exports; `links` as in `table.of`."""
    return {
        "request": context["request"],
        "report": report,
        "table": table.of(report, links),
        "basis": replace(report, unit_name=context.get("unit_shown") or "").basis(
            chinese=words.chinese()
        ),
        "ties": report.ties,
        "empty": empty or gettext("There is nothing to show for this basis."),
    }


@register.inclusion_tag("infra/basis.html", takes_context=True)
def basis(context: Context, text: str = "") -> dict[str, object]:
    """The line that says as of which day, as known when and for whom the figures count."""
    return {"scope": context["request"].scope, "text": text, "org_unit": context.get("unit_shown")}


@register.inclusion_tag("infra/chart.html")
def chart(name: str, figure: Mapping[str, Any], title: str) -> dict[str, object]:
    """A chart drawn by the page's script from a figure of `infra.web.chart`."""
    return {"name": name, "figure": figure, "title": title}


def _number(value: int | str | None, written: Any) -> SafeString:
    # A template gives an absent figure as an empty text.
    if value is None or isinstance(value, str):
        return SafeString("")
    if value == 0:
        return format_html('<span class="num zero">{}</span>', table.DASH)
    css = "num neg" if value < 0 else "num"
    return format_html('<span class="{}">{}</span>', css, written(value))
