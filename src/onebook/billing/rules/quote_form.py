"""The page's what-if: what tariffs ask to be filled in, and the scenario that the answers make."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from onebook.kernel.energy import format_e4
from onebook.kernel.periods import Month
from onebook.metering.rules.registers import NAMES_ZH, Register
from onebook.tariff.rules import TOTAL, Kind, TierBasis, Version, needs

STANDARDS = ("0.90", "0.85", "0.80")
_FACTS = {
    "demand_e4": "demand",
    "contract_demand_e4": "contract_demand",
    "transformer_e4": "kva",
    "capacity_e4_days": "kva",
    "power_factor": "reactive",
    "free_e4": "free_kwh",
}
# In the order of the form; those that are not needed may be left out.
_FIELDS = (
    "demand", "contract_demand", "kva", "year_usage_before", "persons", "free_kwh", "reactive",
)  # fmt: skip
_NO_USAGE = frozenset({*_FIELDS, "standard"})
NEEDED = frozenset({"demand", "contract_demand", "kva"})


@dataclass(frozen=True, slots=True)
class Asked:
    """The fields of a form for one or two tariffs: a usage for each period, and the facts."""

    usages: tuple[str, ...]
    facts: tuple[str, ...]


def asked(versions: Sequence[Version]) -> Asked:
    """What the versions together ask for; without periods the total alone."""
    periods = tuple(dict.fromkeys(one for version in versions for one in version.periods))
    names = {fact for version in versions for fact in _facts(version)}
    return Asked(periods or (TOTAL,), tuple(name for name in _FIELDS if name in names))


def _facts(version: Version) -> Iterable[str]:
    for fact in needs(version):
        name = fact.partition(" (")[0]
        if name in _FACTS:
            yield _FACTS[name]
    if any(
        one.kind is Kind.TIER and one.tier_basis is TierBasis.YEAR for one in version.components
    ):
        yield from ("year_usage_before", "persons")


def period_names(period: str) -> tuple[str, str]:
    """A period's name in Chinese and English."""
    if period in list(Register):
        return NAMES_ZH[Register(period)], period.replace("_", " ")
    return period, period


def scenario_text(month: Month, version: Version, answers: Mapping[str, int]) -> str:
    """Write a scenario of the answers, in 10^-4 of their units; blank ones are left out.

    ``answers`` has usage by period or "total", and the facts; "standard" in basis points.
    """
    facts = set(_facts(version))
    lines = [f'title = "{_quoted(version.name_zh)}"', f'month = "{month}"']
    if answers.get("standard") and "reactive" in facts:
        lines.append(f"power_factor = {{ standard = {_number(answers['standard'])} }}")
    lines += ["", "[[point]]", f'tariff = "{_quoted(version.code)}"', _usage(version, answers)]
    for name in ("reactive", "demand", "contract_demand", "year_usage_before", "free_kwh"):
        if name in answers and (name in facts):
            lines.append(f"{name} = {_number(answers[name])}")
    if "persons" in answers and "persons" in facts:
        lines.append(f"persons = {answers['persons'] // 10**4}")
    asked_for = {fact.partition(" (")[0] for fact in needs(version)}
    if "kva" in answers and "transformer_e4" in asked_for:
        lines.append(f"transformer_kva = {_number(answers['kva'])}")
    if "kva" in answers and "capacity_e4_days" in asked_for:
        lines += ["", "  [[point.capacity]]", f"  kva = {_number(answers['kva'])}"]
    return "\n".join(lines) + "\n"


def _usage(version: Version, answers: Mapping[str, int]) -> str:
    given = {name: value for name, value in answers.items() if name not in _NO_USAGE}
    total_e4 = sum(given.values())
    if not version.periods:
        return f"usage = {_number(total_e4)}"
    parts = [f"{one} = {_number(given.get(one, 0))}" for one in version.periods]
    if given.keys() - set(version.periods):
        # Hours that this tariff does not tell apart: the scenario refuses what it cannot place.
        parts.insert(0, f"total = {_number(total_e4)}")
    return f"usage = {{ {', '.join(parts)} }}"


def _number(value_e4: int) -> str:
    return format_e4(value_e4, separators=False)


def _quoted(text: str) -> str:
    return text.replace("\\", "").replace('"', "")
