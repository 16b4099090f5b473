"""Every kind of component as a clerk writes it, and a tariff whose basis the customer chooses."""

import pytest

from onebook.kernel.money import format_yuan
from onebook.tariff import errors
from onebook.tariff.parsers import parse_catalogue
from onebook.tariff.rules import (
    TOTAL,
    Component,
    DemandPolicy,
    FixedBasis,
    Kind,
    LoadDiscount,
    MinimumBasis,
    Portion,
    PowerFactor,
    ReliefPolicy,
    RoundingStep,
    TierBasis,
    TierPolicy,
    Version,
)
from tests.tariff.twins import KW, KWH, bill_of, e10

HEAD = """
[[version]]
code = "works"
name = "工厂"
name_en = "Works"
category = "business"
valid_from = 2026-01-01
vat_percent = 13
rounding_step = "sum"
periods = ["day", "night"]
"""
ENERGY = """
  [[version.component]]
  code = "energy"
  name = "电度电费"
  name_en = "Energy"
  account = "energy"
  price = 0.5
  in_pf_base = true
  source = "notice"
"""


def component(kind: str, *lines: str, account: str = "other", price: str = "price = 30") -> str:
    """A component table of a kind, its code the kind's."""
    head = (
        f'code = "{kind}"', f'name = "{kind}"', f'name_en = "{kind}"', f'account = "{account}"',
        'source = "notice"', f'kind = "{kind}"', price,
    )  # fmt: skip
    return "\n  ".join(("\n  [[version.component]]", *head, *lines)) + "\n"


def parsed(*tables: str) -> tuple[Version, ...]:
    return parse_catalogue("".join((HEAD, ENERGY, *tables)))


def second(*tables: str) -> Component:
    """The component that stands behind the energy."""
    (version,) = parsed(*tables)
    assert version.rounding_step is RoundingStep.SUM
    return version.components[1]


def faults(*tables: str) -> list[str]:
    with pytest.raises(errors.CatalogueInvalid) as caught:
        parsed(*tables)
    return [str(one) for one in caught.value.params["faults"]]


def test_capacity() -> None:
    one = second(component("capacity"))

    assert (one.kind, one.price_e10) == (Kind.CAPACITY, e10("30"))


def test_demand_as_measured_between_limits_in_a_period() -> None:
    tables = (
        component("demand", "from_kw = 50", 'period = "day"'),
        component("demand", "to_kw = 50", 'period = "day"').replace(
            'code = "demand"', 'code = "first"'
        ),
    )
    one = second(*tables)

    assert (one.kind, one.demand_policy) == (Kind.DEMAND, DemandPolicy.MEASURED)
    assert (one.lower_e4, one.upper_e4, one.period) == (50 * KW, None, "day")


def test_demand_by_contract_with_the_260_rule() -> None:
    discount = "load_discount = { kwh_per_kva = 260, percent = 90 }"
    one = second(component("demand", 'policy = "contract"', discount))

    assert one.demand_policy is DemandPolicy.CONTRACT
    assert one.load_discount == LoadDiscount(kwh_per_kva=260, price_bp=9000)


def test_demand_has_a_price_for_each_period() -> None:
    (version,) = parsed(component("demand", price="prices = { day = 20, night = 5 }"))

    assert [(one.code, one.period, one.price_e10) for one in version.components[1:]] == [
        ("demand-day", "day", e10("20")),
        ("demand-night", "night", e10("5")),
    ]


@pytest.mark.parametrize("basis", list(FixedBasis))
def test_fixed(basis: FixedBasis) -> None:
    assert second(component("fixed", f'basis = "{basis}"')).fixed_basis is basis


@pytest.mark.parametrize("basis", list(MinimumBasis))
def test_minimum(basis: MinimumBasis) -> None:
    one = second(component("minimum", f'basis = "{basis}"', 'of_accounts = ["energy"]'))

    assert (one.minimum_basis, one.of_accounts) == (basis, ("energy",))


def test_a_relief_in_cash_has_a_price_and_a_block_has_none() -> None:
    cash = component("relief", account="relief", price="price = 0.538")
    block = component("relief", 'policy = "block"', account="relief", price="")
    (version,) = parse_catalogue(HEAD.replace('periods = ["day", "night"]', "") + ENERGY + block)

    assert second(cash).relief_policy is ReliefPolicy.CASH
    assert version.components[1].relief_policy is ReliefPolicy.BLOCK
    assert version.components[1].price_e10 == 0


def test_the_power_factor_needs_no_price() -> None:
    one = second(component("power_factor", "pf_per_line = true", price=""))

    assert (one.kind, one.price_e10, one.pf_per_line) == (Kind.POWER_FACTOR, 0, True)


def test_tiers_per_kw_and_per_day() -> None:
    for field in ("per_kw", "per_day"):
        limits = ('basis = "month"', 'policy = "share"', 'period = "day"', f"{field} = true")
        first = component("tier", "to_kwh = 300", *limits, price="price = 1")
        other = component("tier", "from_kwh = 300", *limits, price="price = 1")
        one = second(first, other.replace('code = "tier"', 'code = "tier-2"'))

        assert (one.tier_basis, one.tier_policy) == (TierBasis.MONTH, TierPolicy.SHARE)
        assert (one.per_kw, one.per_day) == (field == "per_kw", field == "per_day")
        assert one.upper_e4 == 300 * KWH


WORKS = "The tariff works (2026-01-01), component"


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (component("capacity", "per_kw = true"),
         f"{WORKS} capacity, is of the kind capacity, which has no per_kw. Remove the field or "
         "correct the kind."),
        (component("fixed", "to_kw = 5"),
         f"{WORKS} fixed, is of the kind fixed, which has no to_kw. Remove the field or correct "
         "the kind."),
        (component("capacity", "preis = 5"),
         f"{WORKS} capacity, has the unknown field 'preis'. Correct its spelling or remove it."),
        (component("capacity", price=""),
         f"{WORKS} capacity, has no price. Write price = 0.538 (yuan per kWh) under it."),
        (component("demand", "from_kw = 1.5"),
         f"{WORKS} demand, has from_kw = '1.5'. Write a whole number of kW."),
        (component("demand", "load_discount = 3"),
         f"{WORKS} demand, has load_discount = '3'. Write a table, "
         "{ kwh_per_kva = 260, percent = 90 }."),
        (component("demand", "load_discount = { percent = 90 }"),
         f"{WORKS} demand, load_discount, lacks 'kwh_per_kva'. Add it to the file."),
        (component("demand", "load_discount = { kwh_per_kva = 260 }"),
         f"{WORKS} demand, load_discount, lacks 'percent'. Add it to the file."),
        (component("demand", "load_discount = { kwh_per_kva = 260, percent = 90, kva = 1 }"),
         f"{WORKS} demand, load_discount, has the unknown field 'kva'. Correct its spelling or "
         "remove it."),
        (component("demand", 'policy = "contract"', 'period = "day"'),
         f"{WORKS} demand, is demand by contract, which has neither period nor limits. Remove "
         "them."),
        (component("tier", "to_kwh = 300", 'basis = "month"', "per_kw = true", price="price = 1")
         + component("tier", "from_kwh = 300", 'basis = "month"', "per_day = true",
                     price="price = 1").replace('code = "tier"', 'code = "tier-2"'),
         f"{WORKS} tier-2, and the tier below are not both in kWh, kWh per kW or kWh per day. Give "
         "the whole ladder one unit."),
        (component("tier", 'basis = "year"', "per_day = true", price="price = 1"),
         f"{WORKS} tier, counts a period's own usage, kWh per kW or kWh per day. Write "
         "basis = \"month\": these ladders know no year."),
        (component("fixed", 'basis = "week"'),
         f"{WORKS} fixed, has basis = 'week'. Write month or day or average_month."),
        (component("minimum", 'of_accounts = "energy"'),
         f"{WORKS} minimum, has of_accounts = 'energy'. Write texts like [\"peak\", \"valley\"], "
         "each once."),
    ],
)  # fmt: skip
def test_a_fault_of_a_kind_is_named_with_its_place_and_its_cure(table: str, message: str) -> None:
    assert message in faults(table)


VARIANTS = """
  [version.variants]
  capacity = ["按容量", "by capacity"]
  demand = ["按实际需量", "by measured demand"]
"""


def test_a_version_in_variants_is_a_tariff_for_each_basis() -> None:
    text = (
        HEAD + VARIANTS + ENERGY
        + component("capacity", 'only = ["capacity"]')
        + component("demand", 'only = ["demand"]')
        + component("fixed", 'only = ["capacity", "demand"]')
    )  # fmt: skip
    by_capacity, by_demand = parse_catalogue(text)

    assert [(one.code, one.name_zh, one.name_en) for one in (by_capacity, by_demand)] == [
        ("works-capacity", "工厂（按容量）", "Works (by capacity)"),
        ("works-demand", "工厂（按实际需量）", "Works (by measured demand)"),
    ]
    assert [one.code for one in by_capacity.components] == ["energy", "capacity", "fixed"]
    assert [one.code for one in by_demand.components] == ["energy", "demand", "fixed"]


def test_a_notice_copies_every_variant() -> None:
    notice = """
[[version]]
code = "works"
copy_of = 2026-01-01
valid_from = 2026-02-01

  [version.prices]
  energy = 0.4
"""
    january = HEAD.replace("vat_percent", "valid_to = 2026-02-01\nvat_percent")
    versions = parse_catalogue(january + VARIANTS + ENERGY + notice)

    assert [(one.label, one.components[0].price_e10) for one in versions] == [
        ("works-capacity (2026-01-01)", e10("0.5")),
        ("works-demand (2026-01-01)", e10("0.5")),
        ("works-capacity (2026-02-01)", e10("0.4")),
        ("works-demand (2026-02-01)", e10("0.4")),
    ]


@pytest.mark.parametrize(
    ("variants", "only", "place", "cure"),
    [
        ("[version.variants]\ncapacity = 3\n", "", "version, has variants = ",
         'Write names like capacity = ["按容量", "by capacity"].'),
        (VARIANTS, 'only = ["contract"]', "component fixed, has only = ",
         "Write variants of the version: capacity, demand."),
        ("", 'only = ["contract"]', "component fixed, has only = ",
         "Write variants of the version: none."),
        (VARIANTS, "only = 3", "component fixed, has only = ",
         'Write texts like ["peak", "valley"], each once.'),
    ],
)  # fmt: skip
def test_a_fault_in_variants_is_named_with_its_place_and_its_cure(
    variants: str, only: str, place: str, cure: str
) -> None:
    with pytest.raises(errors.CatalogueInvalid) as caught:
        parse_catalogue(HEAD + variants + ENERGY + component("fixed", only))

    first = str(caught.value.params["faults"][0])
    assert first.startswith(f"The tariff works (2026-01-01), {place}")
    assert first.endswith(cure)


EXAMPLE = """
[[version]]
code = "example"
name = "示例"
name_en = "Example"
category = "business"
valid_from = 2026-01-01
vat_percent = 13
periods = ["sharp", "peak", "flat", "valley"]

  [version.float]
  sharp = 1.92
  peak = 1.6
  flat = 1
  valley = 0.4
""" + "".join(
    f"""
  [[version.component]]
  code = "{code}"
  name = "{code}"
  name_en = "{code}"
  account = "{account}"
  source = "示例"
  {rest}
"""
    for code, account, rest in (
        ("purchase", "energy", "price = 0.42\n  floats = true\n  in_pf_base = true"),
        ("loss", "line_loss",
         'loss_of = "purchase"\n  loss_percent = 3.5\n  in_pf_base = true'),
        ("transmission", "transmission", "price = 0.1456\n  in_pf_base = true"),
        ("system", "system_operation", "price = 0.0382\n  in_pf_base = true"),
        ("demand", "demand", 'kind = "demand"\n  price = 35.2\n  in_pf_base = true\n  '
         "load_discount = { kwh_per_kva = 260, percent = 90 }"),
        ("power-factor", "power_factor", 'kind = "power_factor"'),
        ("renewable", "fund:renewable", "price = 0.019"),
        ("reservoir", "fund:reservoir", "price = 0.0062"),
        ("water", "fund:major_water", "price = 0.00196875"),
    )
)  # fmt: skip


def test_the_file_of_a_clerk_comes_to_the_worked_example_of_the_trade() -> None:
    """10 kV two-part, 630 kVA, measured demand of 620 kW, 160,000 kWh, Q 60,000: 131,103.98."""
    (version,) = parse_catalogue(EXAMPLE)
    usage = {"sharp": 12_000, "peak": 48_000, "flat": 60_000, "valley": 40_000}
    portion = Portion(
        version,
        {period: energy * KWH for period, energy in usage.items()} | {TOTAL: 160_000 * KWH},
        days=30, proration_days=30, demand_e4={TOTAL: 620 * KW}, transformer_e4=630 * KW,
    )  # fmt: skip
    bill = bill_of(portion, power_factor=PowerFactor(160_000 * KWH, 60_000 * KWH, 9000))

    assert [format_yuan(line.amount_fen) for line in bill.printed] == [
        "9,676.80", "32,256.00", "25,200.00", "6,720.00", "2,437.31", "23,296.00", "6,112.00",
        "21,824.00", "3,040.00", "992.00", "315.00", "-765.13",
    ]  # fmt: skip
    assert (bill.total_fen, bill.net_fen, bill.vat_fen) == (13110398, 11602122, 1508276)
