"""What readers send reaches verification with its photograph, and ends where a bill is issued."""

import json
from datetime import date
from uuid import uuid4

import pytest
from django.test import Client

from onebook.billing import reads, services
from onebook.infra import clock
from onebook.kernel.periods import Month
from onebook.metering import jobs as metering_jobs
from onebook.metering import services as metering
from onebook.metering.models import FieldEntry, Photo, Reading, RoundPoint
from onebook.org import services as org
from onebook.org.models import Person
from onebook.org.rules import Role
from onebook.org.services import SYSTEM
from onebook.receivable import jobs as receivable
from tests import builders
from tests.pictures import png

pytestmark = pytest.mark.django_db

SEPTEMBER = Month(2025, 9)


@pytest.fixture
def town(db: None) -> builders.Company:
    """A round of September with two residential meters, read by the reader."""
    found = builders.company(Role.READER, Role.BILLER)
    builders.accounts(*(f"{n},居民生活,1,100,zj-residential-tiers" for n in (1, 2)))
    books = "抄表册,册名,单位,抄表例日,抄表员,生效日期\nB1,一册,east,24,reader,2025-09-01\n"
    routes = "抄表册,抄表顺序,户号,生效日期\nB1,10,1,2025-09-01\nB1,20,2,2025-09-01\n"
    metering_jobs.import_books(books.encode(), "册.csv", person_id=SYSTEM)
    metering_jobs.import_routes(routes.encode(), "路线.csv", person_id=SYSTEM)
    metering.open_rounds(SEPTEMBER, by=SYSTEM)
    return found


def client_of(person_id: int) -> Client:
    client = Client()
    client.force_login(Person.objects.get(pk=person_id))
    return client


def send(client: Client, place: int, value: str, **more: object) -> dict[str, str]:
    """Send one entry; what became of it, with its key."""
    point = RoundPoint.objects.order_by("sequence")[place]
    entry = {
        "key": str(uuid4()), "round": point.round_id, "point": point.metering_point_id,
        "version": 0, "read_on": "2025-09-24", "value": value, "registers": {}, "how": 0,
        "reason": "", "entered_at": "2025-09-24T08:00:00Z", **more,
    }  # fmt: skip
    body = json.dumps({"entries": [entry]})
    answer = client.post("/read/entries", body, content_type="application/json")
    assert answer.status_code == 200
    (result,) = answer.json()["results"]
    assert result["key"] == entry["key"]
    return dict(result)


def test_the_biller_sees_reason_and_photograph_at_the_exception(town: builders.Company) -> None:
    reader, biller = client_of(town.person["reader"]), client_of(town.person["biller"])
    sent = send(reader, 0, "90", reason="表计倒走,已复看")
    assert sent["state"] == "taken"
    kept = reader.post(f"/read/photos/{sent['key']}", png(), content_type="image/png")
    sha256 = kept.json()["sha256"]
    services.verify_unit(town.east, SEPTEMBER, person_id=town.person["biller"])
    (found,) = [one for one in reads.exceptions(SEPTEMBER) if one["rule"] == "R01"]

    page = biller.get(f"/billing/exceptions/{found['id']}").content.decode()
    assert "表计倒走,已复看" in page
    assert "低于上次示数" in page
    assert f"/read/photo/{sha256}" in page
    picture = biller.get(f"/read/photo/{sha256}")
    assert (picture.content, picture["Content-Type"]) == (png(), "image/png")
    assert picture["Content-Security-Policy"] == "default-src 'none'; sandbox"

    west = org.create_unit("west", "城西", town.root, by=SYSTEM).pk
    stranger = org.create_person("stranger", "外单位", builders.PASSWORD, by=SYSTEM)
    org.grant_role(stranger.pk, Role.BILLER, west, by=SYSTEM)
    assert client_of(stranger.pk).get(f"/read/photo/{sha256}").status_code == 403
    assert client_of(stranger.pk).get(f"/read/photo/{'0' * 64}").status_code == 403


def test_nothing_is_read_after_the_issue(town: builders.Company) -> None:
    reader = client_of(town.person["reader"])
    assert send(reader, 0, "150")["state"] == "taken"
    services.verify_unit(town.east, SEPTEMBER, person_id=SYSTEM)
    receivable.issue(SEPTEMBER, date(2025, 9, 27), person_id=SYSTEM)

    late = send(reader, 0, "160", version=1)
    assert late["state"] == "refused"
    assert late["message"].startswith("户号1的2025-09电费已发行")
    with clock.on(date(2025, 9, 28)):
        first, second = reader.get("/read/rounds.json").json()["rounds"][0]["points"]
    assert (first["closed"], second["closed"]) == (True, False)
    assert Reading.objects.count() == 1
    assert send(reader, 1, "160")["state"] == "taken"


def test_what_cannot_be_read_is_said(town: builders.Company) -> None:
    reader = client_of(town.person["reader"])
    for body in ("", "[]", '{"entries": 1}', '{"entries": [{}]}'):
        answer = reader.post("/read/entries", body, content_type="application/json")
        assert answer.status_code == 400
        assert answer.json()["message"].startswith("无法识别手机上传的内容")
    for wrong in (
        {"read_on": "yesterday"}, {"how": 99}, {"round": None}, {"registers": {"x": "1"}},
        {"entered_at": "2025-09-24T08:00:00"}, {"key": "no uuid"},
    ):  # fmt: skip
        assert send(reader, 0, "150", **wrong)["state"] == "refused"
    assert send(reader, 0, "one")["state"] == "refused"
    assert send(reader, 0, "-1")["state"] == "refused"
    huge = reader.post(f"/read/photos/{uuid4()}", bytes((2 << 20) + 1), content_type="image/png")
    assert (huge.status_code, FieldEntry.objects.count(), Photo.objects.count()) == (400, 0, 0)
    assert client_of(town.person["biller"]).get("/read/").status_code == 403
    # The script that keeps the page is everybody's, also when the session is over.
    assert Client().get("/read/worker.js")["Content-Type"].startswith("text/javascript")
    assert Client().get("/read/rounds.json").status_code == 302
