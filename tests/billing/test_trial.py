"""A trial comes to what the issue comes to, says why it differs, and leaves the book alone."""

import json
from datetime import date
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from django.test import Client

from onebook.billing import errors, kernels, services
from onebook.billing.reads import trials
from onebook.cli.commands_trial import trial as trial_command
from onebook.customer.models import ServiceAccount
from onebook.infra import clock
from onebook.kernel.periods import Month
from onebook.org import services as org
from onebook.org.errors import NotAllowed
from onebook.org.models import Person
from onebook.org.rules import Role
from onebook.org.services import SYSTEM
from onebook.receivable import jobs as receivable
from tests.billing.towns import PASSWORD, Town, ask, found_town
from tests.billing.works import found_district, read, take_customers

pytestmark = pytest.mark.django_db

JAN, FEB = Month(2026, 1), Month(2026, 2)
TODAY = date(2026, 2, 26)
BOOK = (
    "SELECT (SELECT count(*) FROM billing_bill), (SELECT count(*) FROM billing_bill_line),"
    " (SELECT count(*) FROM books_journal), (SELECT count(*) FROM receivable_open_item)"
)


@pytest.fixture
def town(db: None) -> Town:
    """Five households billed in January; in February one each used more, the same, was not read,
    ran backwards, closed; and one is new."""
    made = found_town()
    for number in ("0001", "0002", "0003", "0004", "0005"):
        made.account(number)
    made.read("2026-01", dict.fromkeys(made.accounts, 100))
    issue(JAN)
    made.account("0006")
    made.read("2026-02", {"0001": 150, "0002": 100, "0006": 10})
    made.read("2026-02", {"0004": 90}, to=True)
    ServiceAccount.objects.filter(number="0005").update(closed_on=date(2026, 1, 31))
    return made


def issue(month: Month) -> int:
    on = month.first.replace(day=27)
    with clock.on(on):
        return receivable.issue(month, on, person_id=SYSTEM).rows_out


def row(**given: int) -> dict[str, int]:
    names = ("accounts", "usage_e4", "total_fen")
    every = [*names, *(f"{name}_before" for name in names), *kernels.CAUSES]
    return {"category_id": 1, **dict.fromkeys(every, 0), **given}


def test_the_difference_to_the_month_before_adds_up_by_cause(town: Town) -> None:
    before = ask(BOOK)
    tried = services.try_unit(town.unit_id, FEB, person_id=town.biller_id)
    assert tried is not None
    assert (tried.accounts, tried.sampled) == (3, 0)
    # 0.538 yuan a kWh: 80.70, 53.80 and 5.38 against five times 53.80.
    assert trials.trial(tried.trial_id).rows == [
        row(
            accounts=3, accounts_before=5, usage_e4=2_600_000, usage_e4_before=5_000_000,
            total_fen=139_88, total_fen_before=269_00, new_fen=5_38, usage_fen=26_90,
            closed_fen=-53_80, kept_back_fen=-53_80, unread_fen=-53_80,
        )
    ]  # fmt: skip
    report = trials.report(FEB, TODAY)
    assert report.totals["difference_fen"] == -129_12
    assert report.tied()
    assert ask(BOOK) == before
    assert issue(FEB) == 3
    assert ask("SELECT sum(total_fen) FROM billing_bill WHERE bill_month = %s", FEB.first) == [
        (139_88,)
    ]
    # What is issued is no longer tried: only those without a bill are left.
    again = services.try_unit(town.unit_id, FEB, person_id=town.biller_id)
    assert again is not None
    assert (again.accounts, trials.trial(again.trial_id).rows[0]["total_fen_before"]) == (0, 161_40)


def test_price_is_what_usage_does_not_explain_and_no_usage_before_is_all_usage() -> None:
    def columns(accounts: list[int], **given: list[int]) -> dict[str, Any]:
        return {"service_account_id": np.array(accounts)} | {
            name: np.array(values) for name, values in given.items()
        }

    after = columns(
        [1, 2, 3], category_id=[3, 3, 1], usage_e4=[3_0000, 10**15, 5_0000],
        total_fen=[400, 10**14, 70],
    )  # fmt: skip
    before = columns(
        [1, 2, 3, 4], category_id=[3, 3, 3, 1], usage_e4=[2_0000, 10**15 - 1, 0, 1_0000],
        total_fen=[201, 10**14, 20, 9], gone=[0, 0, 0, 0],
    )  # fmt: skip
    household, business = kernels.compared(after, before)
    assert household == row(
        accounts=1, accounts_before=1, usage_e4=5_0000, usage_e4_before=1_0000, total_fen=70,
        total_fen_before=9, usage_fen=50, moved_fen=20, kept_back_fen=-9,
    )  # fmt: skip
    # Half of 201 more for half as much again, half up: 101; the rest of 199 is the price.
    assert business == row(
        category_id=3, accounts=2, accounts_before=3, usage_e4=10**15 + 3_0000,
        usage_e4_before=10**15 + 1_9999, total_fen=10**14 + 400, total_fen_before=10**14 + 221,
        usage_fen=101, price_fen=98, moved_fen=-20,
    )  # fmt: skip


def test_people_check_a_sample_once_each(town: Town) -> None:
    tried = services.try_unit(town.unit_id, FEB, person_id=town.biller_id, sample=2)
    assert tried is not None
    assert tried.sampled == 2
    again = services.try_unit(town.unit_id, FEB, person_id=town.biller_id, sample=2)
    assert again is not None
    drawn = [(one["number"], one["total_fen"]) for one in trials.samples(tried.trial_id)]
    assert [(one["number"], one["total_fen"]) for one in trials.samples(again.trial_id)] == drawn
    assert ("0001", 80_70) in drawn  # the highest tenth comes first
    first, second = trials.samples(tried.trial_id)
    for one in (first, second):
        assert trials.sample_explained(one, FEB).total_fen == one["total_fen"]
    account = first["service_account_id"]
    with pytest.raises(NotAllowed):
        services.tick(tried.trial_id, account, is_right=True, note="", by=town.cashier_id)
    with pytest.raises(errors.TickUnexplained):
        services.tick(tried.trial_id, account, is_right=False, note=" ", by=town.biller_id)
    services.tick(tried.trial_id, account, is_right=True, note="", by=town.biller_id)
    with pytest.raises(errors.TickedAlready):
        services.tick(tried.trial_id, account, is_right=False, note="错", by=town.biller_id)
    with pytest.raises(errors.SampleUnknown):
        services.tick(
            tried.trial_id, town.accounts["0004"], is_right=True, note="", by=town.biller_id
        )
    ticked = {
        one["number"]: (one["is_right"], one["ticked_by_id"])
        for one in trials.samples(tried.trial_id)
    }
    assert ticked == {first["number"]: (True, town.biller_id), second["number"]: (None, None)}


def test_a_work_on_two_parts_is_explained_from_what_it_is_charged_on(db: None) -> None:
    unit = found_district()
    october = Month(2026, 10)
    take_customers(
        "1,甲厂,3301,大工业,2024-01-01,M1,1000,1200,2026-09-24,example,630,80,400,310,500,0,"
        "实际需量,,0.90,,630,"
    )
    read("1,M1,2026-10,2026-10-24,1360,92,448,350,560,0.62")
    tried = services.try_unit(unit, october, person_id=SYSTEM, sample=5)
    assert tried is not None
    (drawn,) = trials.samples(tried.trial_id)
    assert drawn["total_fen"] == 131_103_98
    explained = trials.sample_explained(drawn, october)
    assert explained.total_fen == 131_103_98
    assert any(line.formula and "0.94" in line.formula for line in explained.printed)


def test_who_may_not_issue_tries_nothing(town: Town) -> None:
    person = org.create_person("a.reader", "抄表", PASSWORD, by=SYSTEM)
    org.grant_role(person.pk, Role.READER, town.unit_id, by=SYSTEM)
    with pytest.raises(NotAllowed):
        services.try_unit(town.unit_id, FEB, person_id=person.pk)
    assert ask("SELECT count(*) FROM billing_trial") == [(0,)]


def test_the_command_gives_the_table(town: Town) -> None:
    shown = CliRunner().invoke(trial_command, ["--month", "2026-02", "--format", "json"])
    assert shown.exit_code == 0, shown.output
    told = json.loads(shown.stdout)
    assert told["totals"]["total_fen"] == 139_88
    assert told["ties"] == [
        {"with": "difference-by-cause", "ours": -12912, "theirs": -12912, "difference": 0}
    ]


def test_the_pages_calculate_and_take_the_tick(town: Town) -> None:
    client = Client()
    client.force_login(Person.objects.get(pk=town.biller_id))
    asked = client.post("/billing/trial/run", {"month": "2026-02"}, follow=True)
    assert "已试算 3 户,未发行。" in asked.content.decode()
    tried = trials.latest_trials(FEB)[0].pk
    address = f"/billing/trials/{tried}/{town.accounts['0001']}"
    assert address in asked.content.decode()
    assert "80.70" in client.get(address).content.decode()
    told = client.post(address, {"verdict": "wrong", "note": ""}, follow=True).content.decode()
    assert "请写明户号 0001" in told
    told = client.post(address, {"verdict": "right", "note": "相符"}, follow=True).content.decode()
    assert "已核查 1 / 3 户" in told
    assert "相符" in client.get(address).content.decode()
