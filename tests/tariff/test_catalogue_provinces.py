"""The catalogues that come with onebook: each province's prices in one bill worked out by hand."""

from datetime import date
from functools import cache
from importlib.resources import files

import pytest

from onebook.kernel.money import parse_yuan
from onebook.tariff.parsers import parse_catalogue
from onebook.tariff.rules import TOTAL, Portion, Version, explain_bill, version_on

KWH = 10_000


@cache
def packaged() -> dict[str, tuple[Version, ...]]:
    """The versions of each packaged catalogue by the name of its file."""
    folder = files("onebook.tariff") / "catalogue"
    return {
        file.name: parse_catalogue(file.read_text("utf-8"))
        for file in folder.iterdir()
        if file.name.endswith(".toml")
    }


def tariff(code: str, day: date = date(2026, 10, 1)) -> Version:
    return version_on([one for found in packaged().values() for one in found], code, day)


def bill_fen(code: str, month: int = 10, before: int = 0, **kwh: int) -> list[int]:
    """The lines of one month's bill in fen; usage in kWh by period, or as `all`."""
    usage = {TOTAL: sum(kwh.values()) * KWH}
    usage |= {period: energy * KWH for period, energy in kwh.items() if period != "all"}
    portion = Portion(tariff(code), usage, month=month, year_usage_before_e4=before * KWH)
    return [line.amount_fen for line in explain_bill([portion]).printed]


def fen(*amounts: str) -> list[int]:
    return [parse_yuan(amount) for amount in amounts]


@pytest.mark.parametrize(
    ("code", "before", "kwh", "amounts"),
    [
        # Cumulative 2,700 and 200 more: 60 in the first tier, 140 in the second.
        ("zj-residential-tiers", 2700, {"all": 200}, ("107.60", "7.00")),
        ("zj-residential-tou", 2700, {"peak": 120, "valley": 80}, ("68.16", "23.04", "7.00")),
        ("zj-residential-shared", 0, {"all": 200}, ("111.60",)),
        ("js-residential-tiers", 4700, {"all": 200}, ("105.66", "5.00", "30.00")),
        ("js-residential-tou", 2700, {"peak": 120, "valley": 80}, ("67.00", "28.66", "7.00")),
        ("js-residential-shared", 0, {"all": 200}, ("109.66",)),
        ("sd-residential-tiers", 2500, {"all": 200}, ("109.38", "9.00")),
        ("sd-residential-tou", 2500, {"peak": 120, "valley": 80}, ("69.23", "30.15", "9.00")),
        ("sh-residential-tiers", 3000, {"all": 200}, ("123.40", "4.00")),
        # 120 kWh of the first tier and 80 of the second, each 60 % peak and 40 % valley.
        ("sh-residential-tou", 3000, {"peak": 120, "valley": 80},
         ("44.42", "14.74", "32.50", "10.78")),
        ("sh-residential-shared", 0, {"all": 200}, ("128.20",)),
        ("bj-residential-tiers", 2800, {"all": 200}, ("97.66", "6.00")),
        ("he-residential-tiers", 3300, {"all": 200}, ("104.00", "3.00", "42.00")),
        ("ha-residential-tiers", 3000, {"all": 200}, ("112.00", "6.00", "24.00")),
        ("sc-residential-tiers", 9999, {"all": 300}, ("156.72", "10.00", "6.00")),
        ("fj-residential-tiers", 9999, {"all": 500}, ("249.15", "9.50", "24.00")),
    ],
)  # fmt: skip
def test_a_households_bill_of_each_province(
    code: str, before: int, kwh: dict[str, int], amounts: tuple[str, ...]
) -> None:
    assert bill_fen(code, before=before, **kwh) == fen(*amounts)


@pytest.mark.parametrize(
    ("month", "amounts"),
    [
        (4, ("295.00", "10.00", "30.00")),  # 200 and 400: 200 in the second tier, 100 in the third
        (5, ("295.00", "12.00")),  # 260 and 600: 240 in the second tier
        (10, ("295.00", "12.00")),
        (11, ("295.00", "10.00", "30.00")),
    ],
)
def test_in_guangdong_the_tiers_are_wider_in_summer(month: int, amounts: tuple[str, ...]) -> None:
    assert bill_fen("gd-residential-tiers", month=month, all=500) == fen(*amounts)


def test_a_yearly_limit_shrinks_to_the_months_of_a_new_account() -> None:
    version = tariff("he-residential-tiers")
    portion = Portion(version, {TOTAL: 1000 * KWH}, quota_months=5, month=10)

    # 5 × 180 = 900 and 5 × 280 = 1,400.
    assert [line.amount_fen for line in explain_bill([portion]).printed] == fen("520.00", "5.00")


def test_every_version_is_known_by_its_province_and_no_day_is_priced_twice() -> None:
    versions = [one for found in packaged().values() for one in found]
    prefixes = {
        name: {one.code.split("-")[0] for one in found} for name, found in packaged().items()
    }

    assert all(len(found) == 1 for found in prefixes.values()), prefixes
    assert len({one.label for one in versions}) == len(versions)


def test_a_level_that_is_only_illustrative_says_so_on_its_line() -> None:
    """Purchase prices change monthly and are nobody's to know here; funds and ladders are known."""
    for versions in packaged().values():
        for version in versions:
            for one in version.components:
                if version.category == "business" and not one.is_fund:
                    assert "illustrative level" in one.source, (version.label, one.code)
