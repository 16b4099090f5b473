"""The kernel reads, rounds and writes exactly, and refuses what it cannot read."""

import pickle
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onebook.kernel import errors, rounding
from onebook.kernel.energy import format_e4, format_kwh, parse_kwh
from onebook.kernel.money import format_yuan, parse_yuan, split_tax
from onebook.kernel.periods import Month, parse_date
from onebook.kernel.rounding import Rounding, half_up, truncate


@pytest.mark.parametrize(
    ("text", "amount_fen"),
    [
        ("1234.56", 123456),
        ("1,234.56", 123456),
        (" ¥1,234.56\t", 123456),
        ("￥１２３４．５６", 123456),
        ('="12.30"', 1230),
        ("(5.00)", -500),
        ("（5.00）", -500),
        ("-5", -500),
        ("−5", -500),
        ("-¥5.1", -510),
        ("¥-5.1", -510),
        ("+7.0000", 700),
        (".5", 50),
        ("-0", 0),
        ("0", 0),
        ("12,345,678.90", 1234567890),
    ],
)
def test_amounts_are_read_to_the_fen(text: str, amount_fen: int) -> None:
    assert parse_yuan(text) == amount_fen


@pytest.mark.parametrize(
    "text",
    ["", " ", "5O.00", "1e3", "1.2345", "12,34.5", "1,2345", "1 234", "--5", "(-5)", "¥", ".",
     "5.", "¥¥5", "1.2.3", "NaN", "١٢", "9" * 16, "(5", "1,23", '="', "5元"],
)  # fmt: skip
def test_a_doubtful_amount_is_refused_and_never_zero(text: str) -> None:
    with pytest.raises(errors.AmountUnreadable) as caught:
        parse_yuan(text)

    assert str(caught.value) == (
        f"The amount {text!r} cannot be read. Write it like 1234.56 and import the row again."
    )
    assert caught.value.params == {"text": text}


@given(st.integers(-(10**14), 10**14), st.booleans())
def test_a_written_amount_reads_back(amount_fen: int, separators: bool) -> None:
    assert parse_yuan(format_yuan(amount_fen, separators)) == amount_fen


def test_amounts_are_written_with_two_decimals() -> None:
    assert [format_yuan(fen) for fen in (0, 5, -5, 123456, -100)] == [
        "0.00", "0.05", "-0.05", "1,234.56", "-1.00",
    ]  # fmt: skip
    assert format_yuan(123456, separators=False) == "1234.56"


@given(st.integers(-(10**16), 10**16), st.integers(0, 2000))
def test_net_and_tax_always_add_up(gross_fen: int, rate_bp: int) -> None:
    net_fen, tax_fen = split_tax(gross_fen, rate_bp)
    exact = Decimal(gross_fen) * 10000 / (10000 + rate_bp)

    assert net_fen + tax_fen == gross_fen
    assert net_fen == int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def test_the_bill_of_131_103_98_carries_15_082_76_of_tax() -> None:
    assert split_tax(parse_yuan("131103.98"), 1300) == (11602122, 1508276)


@given(st.integers(-(10**20), 10**20), st.integers(1, 10**12))
def test_rounding_agrees_with_decimal(numerator: int, denominator: int) -> None:
    whole, rest = divmod(abs(numerator), denominator)
    sign = 1 if numerator >= 0 else -1

    assert half_up(numerator, denominator) == sign * (whole + (2 * rest >= denominator))
    assert truncate(numerator, denominator) == sign * whole


@given(st.integers(-(10**12), 10**12), st.integers(0, 6))
def test_named_rounding_is_the_one_of_decimal(numerator: int, decimals: int) -> None:
    value = Decimal(numerator).scaleb(-decimals)

    up = rounding.apply(Rounding.HALF_UP, numerator, 10**decimals)
    cut = rounding.apply(Rounding.TRUNCATE, numerator, 10**decimals)

    assert up == int(value.quantize(Decimal(1), ROUND_HALF_UP))
    assert cut == int(value.quantize(Decimal(1), ROUND_DOWN))


@pytest.mark.parametrize("denominator", [0, -1])
def test_rounding_refuses_a_denominator_that_is_not_positive(denominator: int) -> None:
    with pytest.raises(ValueError, match="must be positive"):
        half_up(1, denominator)


def test_energy_is_read_to_four_decimals() -> None:
    assert parse_kwh("1,234.5678") == 12345678
    assert parse_kwh("－2.5") == -25000
    assert parse_kwh("1.23450000") == 12345
    assert parse_kwh("1.23455", rounding=Rounding.HALF_UP) == 12346
    assert parse_kwh("1.23459", rounding=Rounding.TRUNCATE) == 12345
    assert parse_kwh("-1.23455", rounding=Rounding.HALF_UP) == -12346


@pytest.mark.parametrize("text", ["1.23455", "", "abc", "¥5", "1E3"])
def test_doubtful_energy_is_refused(text: str) -> None:
    with pytest.raises(errors.EnergyUnreadable, match="cannot be read as kWh"):
        parse_kwh(text)


@given(st.integers(-(10**17), 10**17), st.booleans())
def test_written_energy_reads_back(energy_e4: int, separators: bool) -> None:
    assert parse_kwh(format_kwh(energy_e4, separators)) == energy_e4


def test_energy_is_written_without_trailing_zeros() -> None:
    assert [format_kwh(e4) for e4 in (12345000, 10000, 0, -1)] == ["1,234.5", "1", "0", "-0.0001"]
    assert [format_e4(e4, separators=False) for e4 in (12345000, -10000)] == ["1234.5", "-1"]


@pytest.mark.parametrize("text", ["2026-10", "202610", "2026年10月", "2026/10", " ２０２６-10 "])
def test_a_month_is_read_in_the_ways_of_the_trade(text: str) -> None:
    assert Month.parse(text) == Month(2026, 10)


@pytest.mark.parametrize("text", ["2026-13", "2026-00", "0206-10", "26-10", "", "2026-10-01"])
def test_a_doubtful_month_is_refused(text: str) -> None:
    with pytest.raises(errors.MonthUnreadable, match="Write it like 2026-10"):
        Month.parse(text)


def test_there_is_no_thirteenth_month() -> None:
    with pytest.raises(errors.MonthUnreadable):
        Month(2026, 13)


def test_a_month_knows_its_days_and_neighbours() -> None:
    february = Month(2024, 2)

    assert (february.first, february.last) == (date(2024, 2, 1), date(2024, 2, 29))
    assert february.days == 29
    assert february.next() == Month(2024, 3)
    assert Month(2024, 1).previous() == Month(2023, 12)
    assert february.plus(-26) == Month(2021, 12)
    assert february.months_until(Month(2025, 1)) == 11
    assert Month(2025, 1).months_until(february) == -11
    assert Month.of(date(2024, 2, 29)) == february
    assert str(february) == "2024-02"
    assert Month(2023, 12) < february < Month(2024, 3)


@pytest.mark.parametrize(
    "text", ["2026-10-31", "2026/10/31", "20261031", "2026年10月31日", " 2026-10-31 "]
)
def test_a_date_is_read_in_the_ways_of_the_trade(text: str) -> None:
    assert parse_date(text) == date(2026, 10, 31)


@pytest.mark.parametrize("text", ["2026-02-30", "2026-10", "31/10/2026", "0206-10-01", "2026-1031"])
def test_a_doubtful_date_is_refused(text: str) -> None:
    with pytest.raises(errors.DateUnreadable, match="Write it like 2026-10-31"):
        parse_date(text)


def test_an_error_carries_its_code_template_and_parameters() -> None:
    class MeterHVGone(errors.OnebookError):
        """The meter {number} of {place}
        is gone. Look for it."""

    error = MeterHVGone(number=7, place="A")

    assert MeterHVGone.code == "meter_hv_gone"
    assert MeterHVGone.template == "The meter {number} of {place} is gone. Look for it."
    assert str(error) == "The meter 7 of A is gone. Look for it."
    assert error.params == {"number": 7, "place": "A"}
    with pytest.raises(KeyError):
        MeterHVGone(number=7)


def test_an_error_survives_the_way_between_processes() -> None:
    copy = pickle.loads(pickle.dumps(errors.AmountUnreadable(text="x")))

    assert isinstance(copy, errors.AmountUnreadable)
    assert copy.params == {"text": "x"}
    assert str(copy) == str(errors.AmountUnreadable(text="x"))
    assert str(errors.OnebookError()) == errors.OnebookError.template
