"""Bills of several portions reversed and issued again: journals mirrored account by account."""

from datetime import date

import pytest
from django.db import connection

from onebook.billing import reads
from onebook.cash import services as corrections
from onebook.customer import reads as customer
from onebook.customer.services import take_terms
from onebook.infra import clock
from onebook.kernel.periods import Month
from onebook.org import services as org
from onebook.org.rules import Role
from onebook.org.services import SYSTEM
from onebook.tariff import services as tariff
from tests.billing.test_portions import OCTOBER, RELIEF, WORKS
from tests.billing.works import (
    balances,
    bill_of,
    every_promise_holds,
    found_district,
    issue,
    lines_of,
    read,
    take_customers,
)

pytestmark = pytest.mark.django_db

OCT = Month(2026, 10)
KWH = 10_000
DAY = date(2026, 10, 30)


@pytest.fixture
def biller(db: None) -> int:
    unit = found_district()
    person = org.create_person("li", "李娜", "copper-kettle-19", by=SYSTEM)
    org.grant_role(person.pk, Role.BILLER, unit, by=SYSTEM)
    return person.pk


def journals() -> list[tuple[str, dict[str, int]]]:
    """Event and what moved by account of every journal, in the order they were recorded."""
    found: dict[int, tuple[str, dict[str, int]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT j.id, j.event, a.code, sum(p.amount_fen)::bigint FROM books_journal j"
            " JOIN books_posting p ON p.journal_id = j.id"
            " JOIN books_account a ON a.id = p.account_id"
            " GROUP BY 1, 2, 3 ORDER BY 1, 3"
        )
        for journal, event, code, fen in cursor.fetchall():
            found.setdefault(journal, (event, {}))[1][code] = fen
    return list(found.values())


def correct(bill_id: int, biller: int) -> corrections.Reissued:
    with clock.on(DAY):
        return corrections.cancel_and_reissue(bill_id, person_id=biller)


def test_a_two_part_bill_is_reversed_account_by_account_and_issued_again(biller: int) -> None:
    """The register read 1360 for 1350: 10,000 kWh of flat less, demand and cosφ priced anew."""
    take_customers(WORKS.format(code="example"))
    read(OCTOBER)
    issue(OCT)
    wrong = bill_of("1", OCT)
    (issued,) = journals()
    assert issued[1]["600102"] == -1931327  # 21,824.00 of demand / 1.13
    assert issued[1]["600103"] == 67711  # -765.13 of cosφ / 1.13
    with clock.on(DAY):
        read("1,M1,2026-10,2026-10-24,1350,92,448,350,560,0.62")

    done = correct(wrong.pk, biller)

    _, red, again = journals()
    assert red == ("bill.cancelled", {code: -fen for code, fen in issued[1].items()})
    assert again[0] == "bill.issued"
    right = reads.bill(done.bill_id)
    assert (right.usage_e4, right.replaces_bill_id) == (150_000 * KWH, wrong.pk)
    lines = {code: (quantity, fen) for _, code, quantity, fen in lines_of(right.pk)}
    assert lines["purchase-flat"] == (50_000 * KWH, 2_100_000)
    assert lines["demand"] == (620 * KWH, 2_182_400)
    # cosφ 150,000 / sqrt(150,000² + 60,000²) = 0.93, so −0.45 % of what is left of the base.
    base_fen = lines["power-factor"][0] // 100
    assert lines["power-factor"][1] == -((base_fen * 45 + 5000) // 10000)
    assert again[1]["112201"] == right.total_fen
    assert balances(DAY)["112201"] == right.total_fen
    explained = reads.bill_explained(done.red_bill_id)
    assert (explained.total_fen, explained.net_fen) == (-wrong.total_fen, -wrong.net_fen)
    with clock.on(DAY):
        every_promise_holds()


def test_a_red_bill_takes_its_relief_back(biller: int) -> None:
    tariff.load_catalogue(RELIEF, person_id=SYSTEM)
    take_customers("7,李四,3301,居民生活,2024-01-01,M7,1,0,2026-09-24,poor,8,,,,,,,,,,,")
    account = customer.account("7")["id"]
    take_terms(account, date(2026, 1, 1), {"free_e4_month": 15 * KWH}, by=SYSTEM)
    read("7,M7,2026-10,2026-10-24,100,,,,,")
    issue(OCT)

    done = correct(bill_of("7", OCT).pk, biller)

    issued, red, again = journals()
    moved = {"112201": 4250, "22210106": -489, "6001": -4425, "122101": 664}
    assert issued == again == ("bill.issued", moved)
    assert red == ("bill.cancelled", {code: -fen for code, fen in moved.items()})
    assert reads.batch(reads.bill(done.red_bill_id).batch_id).relief_net_fen == 664
    with clock.on(DAY):
        every_promise_holds()
