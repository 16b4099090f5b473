"""A catalogue is read digit by digit, and every fault in it says what, where and what to do."""

from dataclasses import replace
from datetime import date

import pytest

from onebook.kernel.rounding import Rounding
from onebook.tariff import errors
from onebook.tariff.errors import TariffProblem
from onebook.tariff.parsers import parse_catalogue
from onebook.tariff.rules import (
    Component,
    FundRounding,
    Kind,
    TierBasis,
    Version,
    validate,
    validate_catalogue,
)

GOOD = """
[[version]]
code = "shop"
name = "商铺"
name_en = "Shop"
category = "business"
valid_from = 2026-01-01
valid_to = "2027年1月1日"
vat_percent = 13

  [[version.component]]
  code = "purchase"
  name = "代理购电电费"
  name_en = "Purchased energy"
  account = "energy"
  price = 0.42
  source = "notice"

  [[version.component]]
  code = "loss"
  name = "上网环节线损费用"
  name_en = "Line loss"
  account = "line_loss"
  loss_of = "purchase"
  loss_percent = 3.5
  source = "notice"

  [[version.component]]
  code = "tier-2"
  name = "加价"
  name_en = "Surcharge"
  account = "surcharge"
  kind = "tier"
  basis = "month"
  from_kwh = 180
  price = 0.0403875001
  vat_included = false
  source = "notice"
"""


def test_a_catalogue_is_read_digit_by_digit() -> None:
    notice = {"source": "notice"}

    assert parse_catalogue(GOOD) == (
        Version(
            "shop", "商铺", "Shop", "business", date(2026, 1, 1), date(2027, 1, 1),
            (
                Component("purchase", "代理购电电费", "Purchased energy", Kind.FLAT, "energy",
                          4_200_000_000, **notice),
                Component("loss", "上网环节线损费用", "Line loss", Kind.FLAT, "line_loss",
                          152_331_600, **notice),
                Component("tier-2", "加价", "Surcharge", Kind.TIER, "surcharge", 403_875_001,
                          lower_e4=180 * 10_000, tier_basis=TierBasis.MONTH, vat_included=False,
                          **notice),
            ),
            1300, Rounding.HALF_UP, FundRounding.LAST_ABSORBS, True,
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("written", "changed", "message"),
    [
        ("  price = 0.42\n", "", "component purchase, has no price. Write price = 0.538"),
        ("price = 0.42\n", "price = 4.2e-1\n", "has the price '4.2e-1'. Write yuan per kWh"),
        ("price = 0.42\n", "price = 0.12345678901\n", "has the price '0.12345678901'"),
        ("price = 0.42\n", "price = true\n", "has the price 'True'"),
        ("price = 0.42\n", "price = 53.8e1\n", "has the price '53.8e1'"),
        ("price = 0.42\n", "price = 538\n", "costs 538.00 yuan per kWh, beyond 100.00. Check"),
        ('code = "tier-2"\n', 'code = "loss"\n', "has the component loss twice"),
        ('name = "加价"\n', "", "component tier-2, lacks 'name'. Add it to the file."),
        ('name = "加价"\n', "name = 7\n", "has name = '7'. Write a text in quotation marks."),
        ("loss_of =", "los_of =", "has the unknown field 'los_of'. Correct its spelling"),
        ('loss_of = "purchase"', 'loss_of = "x"', "the code of a component that stands above"),
        ("loss_percent = 3.5", "loss_percent = 100", "a percentage from 0 to below 100"),
        ("  loss_percent = 3.5\n", "", "component loss, lacks 'loss_percent'"),
        ("vat_percent = 13", "vat_percent = 13.555", "a number with 2 decimals at most"),
        ("vat_percent = 13", "vat_percent = 130", "has a VAT rate of 13000 basis points"),
        ("2027年1月1日", "2026-01-01", "ends on 2026-01-01, not after its start on 2026-01-01"),
        ("2027年1月1日", "soon", "has valid_to = 'soon'. Write a date like 2026-10-31."),
        ("valid_from = 2026-01-01\n", "", "version, lacks 'valid_from'"),
        ("valid_from = 2026-01-01", "valid_from = 2026-01-01T00:00:00", "Write a date like"),
        ('kind = "tier"', 'kind = "step"', "has kind = 'step'. Write flat or tier or"),
        ("from_kwh = 180", "from_kwh = 180.5", "has from_kwh = '180.5'. Write a whole number"),
        ("vat_included = false", "vat_included = 0", "has vat_included = '0'. Write true or false"),
        ("vat_percent = 13", 'vat_percent = 13\nrounding = "up"', "Write half_up or truncate."),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_place_and_its_cure(
    written: str, changed: str, message: str
) -> None:
    assert GOOD.count(written) >= 1
    with pytest.raises(errors.CatalogueInvalid) as caught:
        parse_catalogue(GOOD.replace(written, changed, 1))

    assert message in str(caught.value)
    assert "The tariff shop (" in str(caught.value)


def test_every_fault_is_listed_and_no_version_is_taken() -> None:
    twice = GOOD.replace("price = 0.42\n", "").replace('name = "加价"\n', "")
    with pytest.raises(errors.CatalogueInvalid) as caught:
        parse_catalogue(twice)

    assert caught.value.params["count"] == 2
    assert [type(fault) for fault in caught.value.params["faults"]] == [
        errors.PriceMissing,
        errors.FieldMissing,
    ]
    assert str(caught.value).startswith("The tariff catalogue has faults (2): The tariff shop")


@pytest.mark.parametrize("text", ["", "version = 3", "[[version", 'title = "x"'])
def test_what_is_no_catalogue_is_refused(text: str) -> None:
    with pytest.raises(errors.CatalogueUnreadable, match="Correct that place in the file"):
        parse_catalogue(text)


def test_a_version_without_components_is_refused() -> None:
    head = GOOD.split("  [[version.component]]", maxsplit=1)[0]
    with pytest.raises(errors.CatalogueInvalid, match="lacks 'component'"):
        parse_catalogue(head)


# --- validation of versions ---


def tier(code: str, lower_kwh: int, upper_kwh: int | None, **fields: object) -> Component:
    return replace(
        Component(
            code, code, code, Kind.TIER, "surcharge", 10**9, "notice",
            lower_kwh * 10_000, None if upper_kwh is None else upper_kwh * 10_000,
        ),
        **fields,
    )  # fmt: skip


BASE = Component("base", "基础电费", "Base", Kind.FLAT, "energy", 5_380_000_000, "notice")
TIERED = Version(
    "home", "居民", "Home", "residential", date(2026, 1, 1), date(2027, 1, 1),
    (BASE, tier("t2", 2760, 4800), tier("t3", 4800, None)), 1300,
)  # fmt: skip


def test_a_complete_version_has_no_problems() -> None:
    assert validate(TIERED) == []
    assert validate_catalogue([TIERED]) == []


@pytest.mark.parametrize(
    ("components", "message"),
    [
        (
            (BASE, tier("t2", 2760, 4800), tier("t3", 5000, None)),
            " has no tier from 4800 to 5000 kWh, before component t3. "
            "Close the gap: the limits of neighbours must be equal.",
        ),
        (
            (BASE, tier("t2", 2760, 4800), tier("t3", 4000, None)),
            " prices the kWh from 4000 to 4800 twice, in component t3 and the "
            "tier below. The limits of neighbours must be equal.",
        ),
        (
            (BASE, tier("t2", 2760, None), tier("t3", 4800, None)),
            " prices the kWh from 4800 to ∞ twice, in component t3 and the "
            "tier below. The limits of neighbours must be equal.",
        ),
        (
            (BASE, tier("t2", 2760, 4800)),
            ", component t2, is the highest tier and yet ends at 4800 kWh. Remove its upper limit.",
        ),
        (
            (tier("t2", 2760, None, account="energy"),),
            " has no tier from 0 to 2760 kWh, before component t2. "
            "Close the gap: the limits of neighbours must be equal.",
        ),
        (
            (BASE, tier("t2", 2760, 2760), tier("t3", 2760, None)),
            ", component t2, runs from 2760 to 2760 kWh. Write a lower limit of "
            "0 or more and a higher upper limit.",
        ),
        (
            (replace(BASE, upper_e4=10),),
            ", component base, is flat and yet has kWh limits. Remove the limits "
            "or make it a tier.",
        ),
        (
            (BASE, tier("g", 0, None, account="fund:x")),
            ", component g, is a government fund in tiers. Make it flat: funds "
            "are charged on every kWh.",
        ),
        (
            (replace(BASE, account="fund:x"),),
            " prices no energy: it has no component beside government funds. Add "
            "the energy component.",
        ),
        (
            (replace(BASE, source=" "),),
            ", component base, names no source. Write the notice that the price comes from.",
        ),
    ],
)
def test_a_faulty_version_is_told_what_where_and_what_to_do(
    components: tuple[Component, ...], message: str
) -> None:
    problems = validate(replace(TIERED, components=components))

    assert [str(problem) for problem in problems] == ["The tariff home (2026-01-01)" + message]


def test_tiers_of_different_accounts_do_not_disturb_each_other() -> None:
    other = tier("x", 100, None, account="energy")

    assert validate(replace(TIERED, components=(*TIERED.components, other))) == []


@pytest.mark.parametrize(
    ("starts", "problem", "message"),
    [
        (date(2026, 12, 1), errors.VersionsOverlap, "has two versions in force on 2026-12-01"),
        (date(2027, 2, 1), errors.VersionsGap, "has no version from 2027-01-01 to 2027-02-01"),
    ],
)
def test_the_versions_of_a_code_follow_each_other_day_by_day(
    starts: date, problem: type[TariffProblem], message: str
) -> None:
    later = replace(TIERED, valid_from=starts, valid_to=None)
    problems = validate_catalogue([later, TIERED])

    assert [type(one) for one in problems] == [problem]
    assert message in str(problems[0])
    assert validate_catalogue([TIERED, replace(later, valid_from=date(2027, 1, 1))]) == []
    assert validate_catalogue([TIERED, replace(later, code="other")]) == []
