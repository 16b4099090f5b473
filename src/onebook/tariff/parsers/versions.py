"""Short forms of a catalogue written out: a month's notice that copies, a tariff in variants.

A month's notice that changes prices alone is ``copy_of`` the version of its code that starts on
that day, with the new prices under ``[version.prices]``.

A tariff that customers choose the basis of (容量, 实际需量, 合同需量) is one version with
``[version.variants]``, each with its names; a component with ``only = ["capacity"]`` stands in
those alone. The variant's code is put behind the version's.
"""

import copy
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from onebook.tariff import errors
from onebook.tariff.errors import TariffProblem
from onebook.tariff.parsers.table import Table, is_table_list

Content = dict[str, Any]


def label(content: Content) -> str:
    """How problems name a version."""
    return f"{content.get('code', '?')} ({content.get('valid_from', '?')})"


def written_out(tables: Sequence[Content], problems: list[TariffProblem]) -> Iterator[Content]:
    """Give each version of a catalogue in full."""
    full: list[Content] = []
    for content in tables:
        full.append(_copied(content, full, problems))
    for content in full:
        yield from _variants(content, problems)


# --- versions that copy another one ---


def _copied(content: Content, above: Sequence[Content], problems: list[TariffProblem]) -> Content:
    """Give what a version says in full: what it copies, with the prices that it changes."""
    table = Table(content, label(content), "version", problems)
    if "copy_of" not in content:
        if "prices" in content:
            table.unreadable("prices", "prices only beside copy_of")
        return _without(content, "prices")
    day = table.day("copy_of")
    found = [
        one
        for one in above
        if one.get("code") == content.get("code") and _day_of(one, "valid_from") == day
    ]
    if not found:
        if day is not None:
            problems.append(errors.CopyUnknown(tariff=label(content), day=day.isoformat()))
        return content
    if "component" in content:
        table.unreadable("component", "no component beside copy_of, but prices", "…")
    model = copy.deepcopy(_without(found[-1], "valid_to"))
    full = {**model, **content, "component": model.get("component")}
    _change_prices(table.table("prices", "{ purchase = 0.42 }"), full["component"])
    return _without(full, "copy_of", "prices")


def _day_of(content: Content, field: str) -> date | None:
    return Table(content, "", "", []).day(field)


def _change_prices(prices: Table, components: object) -> None:
    """Put new prices where the copied components have one."""
    if not is_table_list(components):
        return
    by_code = {str(one.get("code")): one for one in components}
    prices.refuse_unknown(by_code)
    for code, price in prices.content.items():
        one = by_code.get(code, {})
        if "loss_of" in one:
            prices.unreadable(code, "no price: the line loss follows what it is the loss of")
        elif isinstance(price, dict):
            one["prices"] = {**one.get("prices", {}), **price}
        else:
            one["price"] = price


# --- versions in variants ---


def _variants(content: Content, problems: list[TariffProblem]) -> Iterator[Content]:
    table = Table(content, label(content), "version", problems)
    variants = table.table("variants", '{ capacity = ["按容量", "by capacity"] }').content
    components = content.get("component")
    if is_table_list(components):
        _check_only(content, components, variants, problems)
    if not variants:
        yield _of_variant(_without(content, "variants"), None)
    for variant, names in variants.items():
        is_pair = isinstance(names, list) and len(names) == 2
        if not is_pair or not all(isinstance(name, str) for name in names):
            table.unreadable("variants", 'names like capacity = ["按容量", "by capacity"]')
            continue
        named = {
            "code": f"{content.get('code', '?')}-{variant}",
            "name": f"{content.get('name', '?')}（{names[0]}）",
            "name_en": f"{content.get('name_en', '?')} ({names[1]})",
        }
        yield _of_variant({**_without(content, "variants"), **named}, variant)


def _check_only(
    content: Content,
    components: list[Content],
    variants: Mapping[str, Any],
    problems: list[TariffProblem],
) -> None:
    for one in components:
        table = Table(one, label(content), f"component {one.get('code', '?')}", problems)
        if set(table.texts("only")) - variants.keys():
            table.unreadable("only", f"variants of the version: {', '.join(variants) or 'none'}")


def _of_variant(content: Content, variant: str | None) -> Content:
    """The version with the components of one variant."""
    components = content.get("component")
    if not is_table_list(components):
        return content
    kept = [
        _without(one, "only")
        for one in components
        if not isinstance(one.get("only"), list) or variant is None or variant in one["only"]
    ]
    return {**content, "component": kept}


def _without(content: Content, *fields: str) -> Content:
    return {field: value for field, value in content.items() if field not in fields}
