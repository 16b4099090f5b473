"""An exception is read again by a reader, or billed on the last kWh once somebody else approves."""

from datetime import date

import pytest

from onebook.billing import errors, reads, services
from onebook.hub import services as hub
from onebook.infra import clock
from onebook.kernel.periods import Month
from onebook.metering.errors import EstimateWithoutBasis
from onebook.org import services as org
from onebook.org.errors import NotAllowed
from onebook.org.rules import Role
from onebook.org.services import SYSTEM
from onebook.receivable import jobs as receivable
from onebook.work import reads as waiting
from onebook.work.errors import AlreadyAsked, EvidenceMissing, MakerIsChecker
from onebook.work.services import File
from tests.billing.towns import PASSWORD, Town, ask, found_town
from tests.builders import give_past_the_rule

pytestmark = pytest.mark.django_db

JAN, FEB = Month(2026, 1), Month(2026, 2)
DAY = date(2026, 2, 26)
PHOTO = [File("door.jpg", b"a locked door")]


class People(Town):
    """The town with its reader and its team leader."""

    reader_id: int
    leader_id: int


@pytest.fixture
def town(db: None) -> People:
    """Two accounts that used 300 and 400 kWh in January; in February 0001 ran backwards and 0002
    used 900."""
    made = found_town()
    made.__class__ = People
    for name, role in (("reader", Role.READER), ("leader", Role.TEAM_LEADER)):
        person = org.create_person(f"a.{name}", name, PASSWORD, by=SYSTEM)
        org.grant_role(person.pk, role, made.unit_id, by=SYSTEM)
        setattr(made, f"{name}_id", person.pk)
    made.account("0001")
    made.account("0002")
    made.read("2026-01", {"0001": 300, "0002": 400})
    issue(JAN)
    made.read("2026-02", {"0001": 290}, to=True)
    made.read("2026-02", {"0002": 900})
    services.verify_unit(made.unit_id, FEB, person_id=made.biller_id)
    return made


def issue(month: Month) -> int:
    on = month.first.replace(day=27)
    with clock.on(on):
        return receivable.issue(month, on, person_id=SYSTEM).rows_out


def standing() -> list[tuple[str, str, str, str]]:
    return [
        (one["number"], one["rule"], one["state"], one["decision"]) for one in reads.exceptions(FEB)
    ]


def the(rule: str) -> int:
    return next(one["id"] for one in reads.exceptions(FEB) if one["rule"] == rule)


def send_back(town: People, rule: str) -> int:
    services.decide(the(rule), "reread", "现场再看", person_id=town.biller_id)
    return the(rule)


def titles(person_id: int) -> list[str]:
    return [one.url for one in waiting.waiting_for(person_id)]


def test_the_most_money_at_stake_comes_first(town: People) -> None:
    town.account("0003", opened_on=date(2026, 2, 1))
    town.read("2026-02", {"0003": 2000})
    services.verify_unit(town.unit_id, FEB, person_id=town.biller_id)
    found = [(one["number"], one["rule"], one["risk_fen"]) for one in reads.exceptions(FEB)]
    # By the price of January, 53.8 fen; 0003 has no bill before: the parameter's 55 fen, and a
    # first bill, which keeps nothing back, stands last.
    assert found == [("0002", "R04", 484_20), ("0001", "R01", 161_40), ("0003", "R19", 1_100_00)]


def test_another_value_ends_the_exception(town: People) -> None:
    exception = send_back(town, "R01")
    assert ("0001", "R01", "hold", "reread") in standing()
    assert titles(town.reader_id) == [f"/billing/rereads/{exception}"]

    assert services.read_again(exception, 590_0000, DAY, "看错一位", by=town.reader_id)

    assert standing() == [("0002", "R04", "open", "")]
    assert titles(town.reader_id) == []
    assert ask(
        "SELECT version, current_e4, usage_e4, read_on FROM metering_reading"
        " WHERE bill_month = %s AND meter_id = %s ORDER BY version DESC LIMIT 1",
        FEB.first, town.meters["0001"],
    ) == [(2, 5_900_000, 2_900_000, DAY)]  # fmt: skip
    with pytest.raises(errors.RereadNotAsked):
        services.read_again(exception, 591_0000, DAY, "又看", by=town.reader_id)
    assert issue(FEB) == 1


def test_the_same_value_leaves_it_to_the_biller(town: People) -> None:
    exception = send_back(town, "R04")
    assert not services.read_again(exception, 1_300_0000, DAY, "表无误,新装空调", by=town.reader_id)
    assert ("0002", "R04", "open", "reopen") in standing()
    assert reads.exception(exception)["reason"] == "表无误,新装空调"
    assert titles(town.reader_id) == []
    services.decide(exception, "release", "抄表员复核", person_id=town.biller_id)
    assert issue(FEB) == 1


def test_who_reads_again_and_who_asks_for_it(town: People) -> None:
    exception = send_back(town, "R04")
    with pytest.raises(NotAllowed):
        services.read_again(exception, 1_300_0000, DAY, "x", by=town.biller_id)
    with pytest.raises(NotAllowed):
        services.decide(exception, "reread", "x", person_id=town.reader_id)
    services.decide(exception, "release", "算了", person_id=town.biller_id)
    assert titles(town.reader_id) == []
    with pytest.raises(errors.RereadNotAsked, match="0002"):
        services.read_again(exception, 1_200_0000, DAY, "x", by=town.reader_id)


def test_a_reading_that_comes_by_file_or_another_way_out_ends_the_readers_task(
    town: People,
) -> None:
    send_back(town, "R01")
    town.read("2026-02", {"0001": 590}, to=True)
    services.verify_unit(town.unit_id, FEB, person_id=town.biller_id)
    assert titles(town.reader_id) == []
    exception = send_back(town, "R04")
    services.request_estimate(exception, "表疑有误", PHOTO, by=town.biller_id)
    assert titles(town.reader_id) == []
    with pytest.raises(errors.RereadNotAsked):
        services.read_again(exception, 1_200_0000, DAY, "x", by=town.reader_id)


def test_what_no_reading_settles_is_not_read_again(town: People) -> None:
    town.account("0003", tariff_code=None)
    town.read("2026-02", {"0003": 5})
    services.verify_unit(town.unit_id, FEB, person_id=town.biller_id)
    with pytest.raises(errors.NotReadable, match="0003"):
        send_back(town, "R22")
    with pytest.raises(errors.NotReadable):
        services.request_estimate(the("R22"), "x", PHOTO, by=town.biller_id)


def test_an_approved_estimate_is_billed(town: People) -> None:
    asked = services.request_estimate(the("R01"), "门闭,表倒走", PHOTO, by=town.biller_id)
    assert ("0001", "R01", "hold", "estimate") in standing()
    with pytest.raises(AlreadyAsked):
        services.request_estimate(the("R01"), "again", PHOTO, by=town.biller_id)
    with pytest.raises(NotAllowed):
        hub.decide(asked, "approve", "", by=town.biller_id)
    assert hub.decide(asked, "approve", "情况属实", by=town.leader_id).state == "approved"

    assert standing() == [("0002", "R04", "open", "")]
    assert ask(
        "SELECT r.version, r.current_e4, r.usage_e4, n.how, n.person_id, n.reason"
        " FROM metering_v_reading r JOIN metering_reading_note n ON n.reading_id = r.id"
        " WHERE r.bill_month = %s", FEB.first,
    ) == [(2, 6_000_000, 3_000_000, 2, town.biller_id, "门闭,表倒走")]  # fmt: skip
    assert issue(FEB) == 1


def test_who_asked_does_not_approve(town: People) -> None:
    give_past_the_rule(town.biller_id, Role.TEAM_LEADER, town.unit_id)
    asked = services.request_estimate(the("R01"), "门闭", PHOTO, by=town.biller_id)
    with pytest.raises(MakerIsChecker):
        hub.decide(asked, "approve", "", by=town.biller_id)
    assert ("0001", "R01", "hold", "estimate") in standing()


def test_an_estimate_that_is_turned_down_or_overtaken_changes_no_reading(town: People) -> None:
    asked = services.request_estimate(the("R01"), "门闭", PHOTO, by=town.biller_id)
    hub.decide(asked, "reject", "应再去一次", by=town.leader_id)
    assert ("0001", "R01", "open", "reopen") in standing()
    asked = services.request_estimate(the("R04"), "表疑有误", PHOTO, by=town.biller_id)
    services.decide(the("R04"), "release", "查清了", person_id=town.biller_id)
    with pytest.raises(errors.EstimateOver):
        hub.decide(asked, "approve", "", by=town.leader_id)
    assert waiting.approval(asked)["state"] == "open"
    assert ask("SELECT count(*) FROM metering_reading WHERE version > 1") == [(0,)]


def test_an_estimate_needs_evidence_and_a_period_before(town: People) -> None:
    with pytest.raises(EvidenceMissing):
        services.request_estimate(the("R01"), "门闭", [], by=town.biller_id)
    town.account("0003")
    town.read("2026-02", {"0003": 1_000_000}, to=True)
    services.verify_unit(town.unit_id, FEB, person_id=town.biller_id)
    with pytest.raises(EstimateWithoutBasis):
        services.request_estimate(the("R02"), "门闭", PHOTO, by=town.biller_id)
    assert waiting.approvals() == []
