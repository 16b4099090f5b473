"""The catalogues that come with onebook: each province's prices in one bill worked out by hand."""

from datetime import date
from functools import cache
from importlib.resources import files

import pytest

from onebook.kernel.money import parse_yuan
from onebook.tariff.parsers import parse_catalogue
from onebook.tariff.rules import TOTAL, Kind, Portion, PowerFactor, Version, version_on
from tests.tariff.twins import bill_of, e10

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
    return [line.amount_fen for line in bill_of(portion).printed]


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
    assert [line.amount_fen for line in bill_of(portion).printed] == fen("520.00", "5.00")


@pytest.mark.parametrize(
    ("code", "month", "component", "prices"),
    [
        ("zj-business-single-lv-tou", 10, "purchase",
         {"sharp": "0.806976", "peak": "0.67248", "flat": "0.4203", "valley": "0.16812"}),
        # Two-part +80 %, single below 100 kVA +60 %; sharp 20 % above peak; the purchase alone.
        ("js-business-two-part-10kv-demand", 10, "purchase",
         {"sharp": "0.9234", "peak": "0.7695", "flat": "0.4275", "valley": "0.149625"}),
        ("js-business-single-lv-tou", 10, "purchase",
         {"sharp": "0.842112", "peak": "0.70176", "flat": "0.4386", "valley": "0.15351"}),
        ("js-business-single-lv-tou", 10, "loss", {"": "0.0142185"}),
        # The line loss floats too: 0.4189 × 3.2 ÷ 96.8 = 0.01384793.
        ("sd-business-two-part-10kv-capacity", 10, "purchase",
         {"sharp": "0.8378", "peak": "0.71213", "flat": "0.4189", "valley": "0.12567",
          "deep_valley": "0.04189"}),
        ("sd-business-two-part-10kv-capacity", 10, "loss",
         {"sharp": "0.02769586", "peak": "0.023541481", "flat": "0.01384793",
          "valley": "0.004154379", "deep_valley": "0.001384793"}),
        # Everything but the funds, to 0.0001 yuan: 0.4675 × 2.125 = 0.9934375.
        ("gd-business-two-part-10kv-contract", 10, "purchase",
         {"sharp": "0.9934", "peak": "0.7948", "flat": "0.4675", "valley": "0.1777"}),
        ("gd-business-two-part-10kv-contract", 10, "transmission",
         {"sharp": "0.2261", "peak": "0.1809", "flat": "0.1064", "valley": "0.0404"}),
        ("jx-business-two-part-10kv-demand", 10, "purchase",
         {"sharp": "0.81378", "peak": "0.72336", "flat": "0.4521", "valley": "0.18084",
          "deep_valley": "0.13563"}),
        ("sh-business-two-part-10kv-demand", 7, "purchase",
         {"sharp": "1.015425", "peak": "0.81234", "flat": "0.4513", "valley": "0.18052",
          "deep_valley": "0.09026"}),
        ("sh-business-two-part-10kv-demand", 10, "purchase",
         {"sharp": "0.9026", "peak": "0.72208", "flat": "0.4513", "valley": "0.22565",
          "deep_valley": "0.09026"}),
    ],
)  # fmt: skip
def test_what_floats_by_period_is_what_the_province_says(
    code: str, month: int, component: str, prices: dict[str, str]
) -> None:
    found = {
        one.period: one.price_e10
        for one in tariff(code).components
        if one.code.removesuffix("-2").removesuffix(f"-{one.period.replace('_', '-')}") == component
        and (not one.months or month in one.months)
    }

    assert found == {period: e10(price) for period, price in prices.items()}


def test_a_change_in_the_middle_of_the_year_is_two_versions() -> None:
    prices = {
        day: next(
            one.price_e10
            for one in tariff("jx-business-single-lv-tou", day).components
            if one.code == "transmission"
        )
        for day in (date(2026, 5, 31), date(2026, 6, 1))
    }

    assert list(prices.values()) == [e10("0.2203"), e10("0.2156")]


@pytest.mark.parametrize(
    ("basis", "fee", "power_factor", "total"),
    [
        ("capacity", "20160.00", "-791.50", "135828.64"),  # 630 × 32
        ("demand", "31744.00", "-861.01", "147343.13"),  # 620 × 51.2, 253.97 kWh a kVA < 260
        ("contract", "30720.00", "-854.86", "146325.28"),  # 620 ≤ 1.05 × 600: 600 × 51.2
    ],
)
def test_a_two_part_bill_of_each_basis(basis: str, fee: str, power_factor: str, total: str) -> None:
    """160,000 kWh in four periods, cosφ 0.94: 0.60 % off; worked out by hand from the file."""
    usage = {"sharp": 12_000, "peak": 48_000, "flat": 60_000, "valley": 40_000}
    portion = Portion(
        tariff(f"js-business-two-part-10kv-{basis}"),
        {period: energy * KWH for period, energy in usage.items()} | {TOTAL: 160_000 * KWH},
        days=31, proration_days=31, month=10,
        demand_e4={TOTAL: 620 * KWH}, contract_demand_e4=600 * KWH,
        capacity_e4_days=630 * 31 * KWH, transformer_e4=630 * KWH,
    )  # fmt: skip
    bill = bill_of(portion, power_factor=PowerFactor(160_000 * KWH, 60_000 * KWH, 9000))

    assert [line.amount_fen for line in bill.printed] == fen(
        "11080.80", "36936.00", "25650.00", "5985.00",  # purchase by period
        "2217.39", "22912.00", "6976.00",  # line loss, transmission, system operation
        fee,
        "670.95", "992.00", "3040.00",  # funds
        power_factor,
    )  # fmt: skip
    assert bill.total_fen == parse_yuan(total)


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
                known = one.is_fund or one.kind is Kind.POWER_FACTOR
                if version.category == "business" and not known:
                    assert "示例水平" in one.source, (version.label, one.code)
