"""A bill's page shows every reading that it counts, each leading to the account's readings."""

import re
from datetime import date

from django.test import Client

from onebook.billing import jobs, reads
from onebook.kernel.periods import Month
from onebook.org.models import Person
from onebook.org.services import SYSTEM
from onebook.receivable import jobs as receivable
from tests.billing.towns import found_town

FEB = Month(2026, 2)


def test_a_bill_over_two_meters_shows_both_readings_in_force(db: None) -> None:
    town = found_town()
    town.account("0001")
    town.meter("0001-new", "0001", installed_on=date(2026, 2, 15))
    town.read("2026-02", {"0001": 149}, on=date(2026, 2, 14))
    town.read("2026-02", {"0001": 150}, on=date(2026, 2, 15), to=True)
    town.read("2026-02", {"0001-new": 50})
    jobs.verify(FEB, person_id=SYSTEM)
    receivable.issue(FEB, date(2026, 2, 26), person_id=SYSTEM)
    (bill,) = reads.bills_of_account(town.accounts["0001"])
    counted = reads.readings_of_bill(bill.pk)
    assert len(counted) == 2

    client = Client()
    client.force_login(Person.objects.get(pk=town.biller_id))
    page = client.get(f"/bills/{bill.pk}").content.decode()
    rows = re.findall(r'<tr><td><a href="([^"]+)">(0001[^<]*)</a></td>', page)
    assert rows == [
        (f"/accounts/0001#reading-{counted[0]}", "0001"),
        (f"/accounts/0001#reading-{counted[1]}", "0001-new"),
    ]

    account = client.get("/accounts/0001").content.decode()
    shown = re.findall(r'<tr id="reading-(\d+)"( class="gone")?>', account)
    gone = [int(reading) for reading, mark in shown if mark]
    assert sorted(int(reading) for reading, mark in shown if not mark) == sorted(counted)
    assert len(gone) == 1
    assert gone[0] not in counted
