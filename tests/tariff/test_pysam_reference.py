"""The second opinion agrees with the peer on every monthly bill before any rounding."""

from fractions import Fraction

import pytest

from tests.tariff.pysam_samples import YEAR, load_hours, peer_bills
from tests.tariff.urdb_reference import monthly_bills, read_record
from tests.tariff.urdb_samples import RATES, real

# The peer's figures are printed with six decimals.
_PRINTED = Fraction(1, 10**6)


@pytest.mark.parametrize("rate", RATES)
def test_the_reference_and_the_peer_agree_on_every_month(rate: str) -> None:
    record = read_record(real(rate))
    for load, theirs in peer_bills(rate).items():
        ours = monthly_bills(record, YEAR, load_hours(load).fractions())

        assert len(ours) == len(theirs) == 12
        for month, (mine, other) in enumerate(zip(ours, theirs, strict=True), 1):
            assert abs(mine - other) <= _PRINTED, (load, month)
