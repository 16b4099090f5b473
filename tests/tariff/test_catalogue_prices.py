"""Prices by period, floats as the provinces word them, and a month's notice as a short copy."""

from datetime import date

import pytest

from onebook.tariff import errors
from onebook.tariff.parsers import parse_catalogue
from onebook.tariff.rules import Component, TierPolicy, Version

HEAD = """
[[version]]
code = "works"
name = "工厂"
name_en = "Works"
category = "business"
valid_from = 2026-01-01
{end}
vat_percent = 13
periods = ["sharp", "peak", "flat", "valley"]
{more}
"""
PURCHASE = """
  [[version.component]]
  code = "purchase"
  name = "代理购电电费"
  name_en = "Purchased energy"
  account = "energy"
  price = 0.42
  floats = true
  in_pf_base = true
  source = "notice"
"""
LOSS = """
  [[version.component]]
  code = "loss"
  name = "上网环节线损费用"
  name_en = "Line loss"
  account = "line_loss"
  loss_of = "purchase"
  loss_percent = 3.5
  {floats}
  source = "notice"
"""
TIER = """
  [[version.component]]
  code = "tier-1"
  name = "第一档"
  name_en = "Tier 1"
  account = "energy"
  kind = "tier"
  basis = "month"
  policy = "share"
  months = [7, 8]
  prices = {prices}
  source = "notice"
"""
FLOAT = """
  [version.float]
  peak = 1.6
  sharp = "peak +20%"
  flat = 1
  valley = "-60%"
"""


def catalogue(*components: str, floats: str = FLOAT, more: str = "", end: str = "") -> str:
    return HEAD.format(more=more, end=end) + floats + "".join(components)


def parsed(*components: str, **head: str) -> Version:
    (version,) = parse_catalogue(catalogue(*components, **head))
    return version


def faults(text: str) -> list[str]:
    with pytest.raises(errors.CatalogueInvalid) as caught:
        parse_catalogue(text)
    return [str(one) for one in caught.value.params["faults"]]


def by_code(version: Version) -> dict[str, int]:
    """Prices in 10^-10 yuan by component."""
    return {one.code: one.price_e10 for one in version.components}


def test_a_component_that_floats_is_a_line_for_each_period_of_the_version() -> None:
    version = parsed(PURCHASE, LOSS.format(floats=""))

    assert by_code(version) == {
        "purchase-sharp": 8_064_000_000,
        "purchase-peak": 6_720_000_000,
        "purchase-flat": 4_200_000_000,
        "purchase-valley": 1_680_000_000,
        "loss": 152_331_600,
    }
    sharp = version.components[0]
    assert (sharp.name_zh, sharp.name_en, sharp.period, sharp.in_pf_base) == (
        "代理购电电费（尖峰）", "Purchased energy (sharp)", "sharp", True,
    )  # fmt: skip
    assert version.components[4].period == ""


def test_the_line_loss_floats_from_its_own_price_where_the_province_says_so() -> None:
    version = parsed(PURCHASE, LOSS.format(floats="floats = true"))

    assert by_code(version)["loss-peak"] == 243_730_560  # 0.01523316 × 1.6


@pytest.mark.parametrize(
    ("written", "price_e10"),
    [
        ("1.6", 6_720_000_000),
        ("0", 0),
        ('"+63%"', 6_846_000_000),
        ('"-65.5 %"', 1_449_000_000),
        ('"+0.03 yuan"', 4_500_000_000),
        ('"-0.17元"', 2_500_000_000),
        ('"sharp +25%"', 10_500_000_000),
        ('"sharp -0.1 yuan"', 7_400_000_000),
    ],
)
def test_a_float_is_written_as_the_notice_words_it(written: str, price_e10: int) -> None:
    floats = f"[version.float]\nsharp = 2\npeak = {written}\nflat = 1\nvalley = 1\n"

    assert by_code(parsed(PURCHASE, floats=floats))["purchase-peak"] == price_e10


def test_floated_prices_are_rounded_to_the_decimals_of_the_province() -> None:
    floats = "[version.float]\nsharp = 2.125\npeak = 1.7\nflat = 1\nvalley = 0.38\n"
    purchase = PURCHASE.replace("0.42", "0.45125")

    assert by_code(parsed(purchase, floats=floats, more="price_decimals = 4")) == {
        "purchase-sharp": 9_589_000_000,  # 0.95890625
        "purchase-peak": 7_671_000_000,  # 0.767125
        "purchase-flat": 4_513_000_000,  # 0.45125, a half goes up
        "purchase-valley": 1_715_000_000,  # 0.171475
    }


def test_floats_by_season_are_lines_of_their_months() -> None:
    floats = """
      [[version.float]]
      months = [1, 7, 8, 9, 12]
      peak = "+80%"
      sharp = "peak +25%"
      flat = 1
      valley = "-60%"

      [[version.float]]
      months = [2, 3, 4, 5, 6, 10, 11]
      peak = "+60%"
      sharp = "peak +25%"
      flat = 1
      valley = "-50%"
    """
    version = parsed(PURCHASE, floats=floats)
    found = {one.code: (one.price_e10, one.months) for one in version.components}

    assert len(found) == 8
    assert found["purchase-peak"] == (7_560_000_000, (1, 7, 8, 9, 12))
    assert found["purchase-peak-2"] == (6_720_000_000, (2, 3, 4, 5, 6, 10, 11))
    assert found["purchase-sharp-2"] == (8_400_000_000, (2, 3, 4, 5, 6, 10, 11))


def test_a_tier_may_have_a_price_for_each_period_and_count_in_some_months() -> None:
    version = parsed(TIER.format(prices="{ valley = 0.307, peak = 0.617 }"), floats="")

    assert by_code(version) == {"tier-1-peak": 6_170_000_000, "tier-1-valley": 3_070_000_000}
    for one in version.components:
        assert (one.tier_policy, one.months) == (TierPolicy.SHARE, (7, 8))


def test_a_period_without_a_name_of_the_trade_is_called_by_its_code() -> None:
    text = catalogue(TIER.format(prices="{ p1 = 0.1, p2 = 0.2 }"), floats="").replace(
        '["sharp", "peak", "flat", "valley"]', '["p1", "p2"]'
    )
    (version,) = parse_catalogue(text)

    assert [one.name_zh for one in version.components] == ["第一档（p1）", "第一档（p2）"]


ENDED = "valid_to = 2026-02-01"
NOTICE = """
[[version]]
code = "works"
copy_of = 2026-01-01
valid_from = 2026-02-01

  [version.prices]
  purchase = 0.4
"""


def test_a_months_notice_copies_the_month_before_and_changes_prices() -> None:
    text = catalogue(PURCHASE, LOSS.format(floats=""), end=ENDED) + NOTICE
    january, february = parse_catalogue(text)

    assert (february.valid_from, february.valid_to) == (date(2026, 2, 1), None)
    assert (february.code, february.name_zh, february.periods) == (
        "works", "工厂", ("sharp", "peak", "flat", "valley"),
    )  # fmt: skip
    assert by_code(january)["purchase-peak"] == 6_720_000_000
    assert by_code(february)["purchase-peak"] == 6_400_000_000
    assert by_code(february)["loss"] == 145_077_700  # 0.4 × 0.035 ÷ 0.965


def test_a_copy_may_be_copied_and_changes_some_periods_of_a_price() -> None:
    march = NOTICE.replace("2026-02-01", "2026-03-01").replace("2026-01-01", "2026-02-01")
    text = (
        catalogue(
            TIER.format(prices="{ peak = 0.6, valley = 0.3 }"),
            floats="",
            end=ENDED,
        )
        + NOTICE.replace("purchase = 0.4", "tier-1 = { peak = 0.5 }").replace(
            "valid_from = 2026-02-01", "valid_from = 2026-02-01\nvalid_to = 2026-03-01"
        )
        + march.replace("purchase = 0.4", "tier-1 = { valley = 0.2 }")
    )

    assert [by_code(one) for one in parse_catalogue(text)] == [
        {"tier-1-peak": 6_000_000_000, "tier-1-valley": 3_000_000_000},
        {"tier-1-peak": 5_000_000_000, "tier-1-valley": 3_000_000_000},
        {"tier-1-peak": 5_000_000_000, "tier-1-valley": 2_000_000_000},
    ]


WORKS = "The tariff works (2026-01-01)"
COPY = "The tariff works (2026-02-01)"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (catalogue(PURCHASE, floats=""),
         f"{WORKS}, component purchase, has floats = 'True'. Write it only where the version has "
         "[version.float]."),
        (catalogue(PURCHASE, floats=FLOAT.replace("  valley = \"-60%\"\n", "")),
         f"{WORKS}, float, lacks 'valley'. Add it to the file."),
        (catalogue(PURCHASE, floats=FLOAT + "night = 1\n"),
         f"{WORKS}, float, has the unknown field 'night'. Correct its spelling or remove it."),
        (catalogue(PURCHASE, floats=FLOAT.replace("1.6", '"1.6 times"')),
         f"{WORKS}, float, has peak = '1.6 times'. Write a factor like 1.6, or \"+63%\", "
         "\"peak +20%\", \"+0.03 yuan\"."),
        (catalogue(PURCHASE, floats=FLOAT.replace("1.6", "-1.6")),
         f"{WORKS}, float, has peak = '-1.6'. Write a factor like 1.6, or \"+63%\", "
         "\"peak +20%\", \"+0.03 yuan\"."),
        (catalogue(PURCHASE, floats=FLOAT.replace("1.6", "+0.03")),
         f"{WORKS}, float, has peak = '+0.03'. Write a factor like 1.6, or \"+63%\", "
         "\"peak +20%\", \"+0.03 yuan\"."),
        (catalogue(PURCHASE, floats=FLOAT.replace('"peak +20%"', '"valley +20%"')),
         f"{WORKS}, float, has sharp = 'valley +20%'. Write a factor like 1.6, or \"+63%\", "
         "\"peak +20%\", \"+0.03 yuan\"."),
        (catalogue(PURCHASE, more="float = 3", floats=""),
         f"{WORKS}, version, has float = '3'. Write a table [version.float]."),
        (catalogue(PURCHASE, more="price_decimals = 11"),
         f"{WORKS}, version, has price_decimals = '11'. Write a number of decimals from 0 to 10."),
        (catalogue(PURCHASE, floats=FLOAT + "months = [2, 1]\n"),
         f"{WORKS}, float, has months = '[2, 1]'. Write months like [5, 6, 7, 8, 9, 10], each once "
         "and in order."),
        (catalogue(PURCHASE).replace('"valley"]', '"valley", "peak"]'),
         f"{WORKS}, version, has periods = \"['sharp', 'peak', 'flat', 'valley', 'peak']\". "
         "Write texts like [\"peak\", \"valley\"], each once."),
        (catalogue(TIER.format(prices="{ night = 1 }"), floats=""),
         f"{WORKS}, component tier-1, prices, has the unknown field 'night'. Correct its spelling "
         "or remove it."),
        (catalogue(TIER.format(prices="3"), floats=""),
         f"{WORKS}, component tier-1, has prices = '3'. Write a table, "
         "{ peak = 0.568, valley = 0.288 }."),
        (catalogue(TIER.format(prices="{ peak = 1e3 }"), floats=""),
         f"{WORKS}, component tier-1, has the price '1e3'. Write yuan per kWh with ten decimals at "
         "most, like 0.00403875."),
        (catalogue(TIER.format(prices="{ peak = 1 }\n  price = 3"), floats=""),
         f"{WORKS}, component tier-1, has price = '3'. Write nothing here: prices gives each "
         "period its own."),
        (catalogue(PURCHASE, end="prices = 1"),
         f"{WORKS}, version, has prices = '1'. Write prices only beside copy_of."),
        (catalogue(PURCHASE, end=ENDED) + NOTICE.replace("2026-01-01", "2025-01-01"),
         f"{COPY} copies the version from 2025-01-01, and this file has none of its code above it. "
         "Correct the day in copy_of."),
        (catalogue(PURCHASE, end=ENDED) + NOTICE.replace("purchase", "purchased"),
         f"{COPY}, version, prices, has the unknown field 'purchased'. Correct its spelling or "
         "remove it."),
        (catalogue(PURCHASE, LOSS.format(floats=""), end=ENDED)
         + NOTICE.replace("purchase", "loss"),
         f"{COPY}, version, prices, has loss = '0.4'. Write no price: the line loss follows what "
         "it is the loss of."),
        (catalogue(PURCHASE, end=ENDED) + NOTICE + PURCHASE,
         f"{COPY}, version, has component = '…'. Write no component beside copy_of, but prices."),
    ],
)  # fmt: skip
def test_a_fault_in_prices_is_named_with_its_place_and_its_cure(text: str, message: str) -> None:
    assert message in faults(text)


def test_every_month_needs_one_float() -> None:
    twice = FLOAT.replace("[version.float]", "[[version.float]]\n  months = [1, 2]")
    found = faults(catalogue(PURCHASE, floats=twice + twice.replace("[1, 2]", "[2, 3]")))

    assert found[0] == (
        f"{WORKS} has 2 floats for month 2. Give the months of the version's floats so that every "
        "month stands in one of them."
    )
    assert len(found) == 10  # 2 twice, 4 to 12 never


def test_a_component_of_every_hour_stays_as_it_is() -> None:
    (one,) = parsed(PURCHASE.replace("  floats = true\n", ""), floats="").components

    assert isinstance(one, Component)
    assert (one.code, one.period, one.price_e10) == ("purchase", "", 4_200_000_000)
