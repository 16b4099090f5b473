"""Customers and registers made from usage: nothing is lost between the file and the meter."""

import csv
import io

import numpy as np

from onebook.demo.customers import (
    COMMERCIAL_FACTORS,
    RESIDENTIAL_FACTORS,
    TARIFFS,
    Town,
    customers_file,
    readings_file,
    simulated_town,
    town_of,
)
from onebook.demo.usage import read_usage
from onebook.kernel.energy import parse_kwh
from onebook.kernel.periods import Month

UNITS = ["city", "east"]
USAGE = (
    "cons_no,yyyymm,kwh,type,capacity_kva\n"
    "A,202509,749.257,3,16\nA,202510,654.3426,3,16\nA,202511,0.0074,3,16\n"
    "B,202509,12.5,1,200\nB,202511,7.25,1,200\n"
)


def registers(town: Town, month: Month) -> dict[str, int]:
    rows = csv.DictReader(io.StringIO(readings_file(town, month).decode("utf-8-sig")))
    return {row["户号"]: parse_kwh(row["示数"]) for row in rows}


def file_town() -> Town:
    return town_of(read_usage(USAGE.encode(), "u.csv"), UNITS, seed=1)


def test_registers_show_two_decimals_and_carry_the_rest() -> None:
    town = file_town()

    shown = [registers(town, month) for month in town.months]

    assert [one["A"] for one in shown] == [849_2500, 1503_5900, 1503_6000]
    assert sum((749_2570, 654_3426, 74)) == 1403_6070


def test_a_month_without_usage_has_no_reading_and_loses_none() -> None:
    town = file_town()

    shown = [registers(town, month) for month in town.months]

    assert [one.get("B") for one in shown] == [112_5000, None, 119_7500]


def test_type_and_size_decide_the_tariff() -> None:
    text = "account,month,kwh,capacity\nS,202509,300,8\nL,202509,2001,8\nK,202509,1,100\n"

    sized = town_of(read_usage(text.encode(), "u.csv"), UNITS, seed=1)
    typed = file_town()

    assert [one.tariff for one in typed.accounts] == [TARIFFS[0], TARIFFS[2]]
    assert [one.tariff for one in sized.accounts] == [TARIFFS[0], TARIFFS[2], TARIFFS[2]]
    assert [one.capacity_kva for one in typed.accounts] == [16, 200]


def test_the_same_seed_makes_the_same_town_and_says_that_it_is_simulated() -> None:
    months = [Month(2025, 12), Month(2026, 1)]

    one, other = (simulated_town(50, months, UNITS, seed=7) for _ in range(2))

    assert customers_file(one) == customers_file(other)
    assert np.array_equal(one.usage_e4, other.usage_e4)
    assert all(account.name.endswith("(模拟)") for account in one.accounts)
    assert (one.usage_e4 > 0).all()
    assert len({account.number for account in one.accounts}) == 50
    for factors in (RESIDENTIAL_FACTORS, COMMERCIAL_FACTORS):
        assert len(factors) == 12
        assert abs(sum(factors) - 12) < 0.05


def test_a_register_that_ends_starts_again_at_zero() -> None:
    town = simulated_town(1, [Month(2025, 9)], UNITS, seed=7)
    (account,) = town.accounts
    town.usage_e4[0, 0] = (10**account.digits - 100) * 10_000 * account.multiplier + 5_0000

    assert registers(town, Month(2025, 9)) == {account.number: 5_0000 // account.multiplier}


def test_businesses_on_periods_have_the_registers_that_their_tariff_asks_for() -> None:
    months = [Month(2025, 12), Month(2026, 1)]
    town = simulated_town(400, months, UNITS, seed=7)
    kinds = {code: sum(one.tariff == code for one in town.accounts) for code in TARIFFS}
    assert min(kinds.values()) >= 2

    customers = list(csv.DictReader(io.StringIO(customers_file(town).decode("utf-8-sig"))))
    read = csv.DictReader(io.StringIO(readings_file(town, months[0]).decode("utf-8-sig")))
    rows = {row["户号"]: row for row in read}
    for account in customers:
        row = rows[account["户号"]]
        on_periods = account["电价"] in TARIFFS[3:]
        is_works = account["电价"] in TARIFFS[4:]
        assert bool(account["峰初始示数"]) == bool(row["峰示数"]) == on_periods
        assert bool(account["容需量方式"]) == bool(row["最大需量"]) == is_works
        if on_periods:
            total_e4 = parse_kwh(row["示数"]) - parse_kwh(account["初始示数"])
            parts_e4 = [parse_kwh(row[f"{period}示数"]) for period in ("尖", "峰", "谷")]
            assert 0 < sum(parts_e4) <= total_e4
        if is_works:
            demand_kw = parse_kwh(row["最大需量"]) * int(account["倍率"]) // 10_000
            assert 0 <= demand_kw <= int(account["容量"])
