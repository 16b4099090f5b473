"""A catalogue in the database: loaded once, replaced while unused, ended when prices change."""

from datetime import date

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from onebook.org import errors as org_errors
from onebook.org import services as org
from onebook.org.services import SYSTEM
from onebook.tariff import errors, reads, services
from onebook.tariff.models import Assignment, TariffComponent, TariffVersion

pytestmark = pytest.mark.django_db

VERSION = """
[[version]]
code = "shop"
name = "商铺"
name_en = "Shop"
category = "business"
valid_from = {start}
{end}
vat_percent = 13

  [[version.component]]
  code = "energy"
  name = "电度电费"
  name_en = "Energy"
  account = "energy"
  price = {price}
  source = "notice"

  [[version.component]]
  code = "fund"
  name = "可再生能源电价附加"
  name_en = "Renewable fund"
  account = "fund:renewable"
  price = 0.019
  source = "notice"
"""


def version(price: str, start: str = "2026-01-01", end: str = "") -> str:
    return VERSION.format(price=price, start=start, end=f"valid_to = {end}" if end else "")


def load(*versions: str) -> tuple[int, int]:
    return services.load_catalogue("".join(versions), person_id=SYSTEM)


def put_on(account: int = 1) -> None:
    """Put an account on the tariff from the first day."""
    services.assign([account], ["shop"], [date(2026, 1, 1)])


def recorded() -> list[tuple[DateRange, int]]:
    """The range and the energy price in 10^-10 yuan of each version."""
    return [
        (one.during, reads.version_by_id(one.pk).components[0].price_e10)
        for one in reads.versions()
    ]


def test_a_version_is_recorded_with_its_components_in_the_order_of_the_bill() -> None:
    assert load(version("0.5")) == (1, 0)

    (one,) = reads.versions()
    found = TariffComponent.objects.filter(version=one).order_by("position")
    assert list(found.values_list("position", "code", "posting_component")) == [
        (0, "energy", "revenue"), (1, "fund", "fund:renewable"),
    ]  # fmt: skip
    assert reads.component_ids(one.pk) == [component.pk for component in found]
    assert reads.version_by_id(one.pk).components[1].price_e10 == 190_000_000
    assert reads.codes() == {"shop"}


def test_the_same_catalogue_again_changes_nothing() -> None:
    load(version("0.5"))
    before = list(TariffVersion.objects.values())

    assert load(version("0.5")) == (0, 1)
    assert list(TariffVersion.objects.values()) == before


def test_every_packaged_catalogue_goes_in_once_and_is_read_back() -> None:
    provinces = services.packaged_provinces()
    first = {one: services.load_packaged(person_id=SYSTEM, province=one) for one in provinces}
    again = [services.load_packaged(person_id=SYSTEM, province=one) for one in provinces]

    assert len(provinces) == 11
    assert all(first.values())
    assert again == [0] * 11
    recorded = reads.versions()
    assert len(recorded) == sum(first.values())
    for one in recorded:
        assert len(reads.component_ids(one.pk)) == len(reads.version_by_id(one.pk).components)


def test_a_relief_is_no_revenue_for_the_book() -> None:
    relief = (
        version("0.5")
        + """
  [[version.component]]
  code = "relief"
  name = "低保优惠"
  name_en = "Relief"
  account = "relief"
  kind = "relief"
  price = 0.5
  source = "notice"
"""
    )
    load(relief)

    found = TariffComponent.objects.order_by("position")
    assert list(found.values_list("posting_component", flat=True)) == [
        "revenue", "fund:renewable", "relief",
    ]  # fmt: skip


def test_a_changed_version_that_no_account_is_on_is_replaced() -> None:
    load(version("0.5"))

    assert load(version("0.6")) == (1, 0)

    assert recorded() == [(DateRange(date(2026, 1, 1), None), 6_000_000_000)]
    assert TariffComponent.objects.count() == 2


def test_a_changed_version_that_an_account_is_on_is_refused_and_stands() -> None:
    load(version("0.5"))
    put_on()

    with pytest.raises(errors.VersionUsed):
        load(version("0.6"))

    assert recorded() == [(DateRange(date(2026, 1, 1), None), 5_000_000_000)]


def test_a_used_version_is_ended_and_the_new_price_follows_it() -> None:
    load(version("0.5"))
    put_on()
    old = reads.versions()[0].pk

    assert load(version("0.6", "2026-07-01"), version("0.5", end="2026-07-01")) == (1, 1)

    assert recorded() == [
        (DateRange(date(2026, 1, 1), date(2026, 7, 1)), 5_000_000_000),
        (DateRange(date(2026, 7, 1), None), 6_000_000_000),
    ]
    assert reads.versions()[0].pk == old


def test_a_version_that_overlaps_a_recorded_one_is_refused() -> None:
    load(version("0.5"))
    put_on()

    with pytest.raises(errors.VersionsOverlap):
        load(version("0.6", "2026-07-01"))

    assert len(reads.versions()) == 1


def test_an_account_on_a_tariff_is_not_put_on_another_one() -> None:
    load(version("0.5"))
    put_on()

    assert services.assign([1, 2], ["other", "shop"], [date(2026, 2, 1)] * 2) == 1

    found = Assignment.objects.order_by("service_account_id")
    assert list(found.values_list("service_account_id", "tariff_code", "during")) == [
        (1, "shop", DateRange(date(2026, 1, 1), None)),
        (2, "shop", DateRange(date(2026, 2, 1), None)),
    ]
    assert [one.tariff_code for one in reads.assignments_of(1)] == ["shop"]


def test_somebody_without_the_right_loads_no_catalogue() -> None:
    stranger = org.create_person("li.na", "李娜", "copper-kettle-19", by=SYSTEM)

    with pytest.raises(org_errors.NotAllowed):
        services.load_catalogue(version("0.5"), person_id=stranger.pk)

    assert reads.versions() == []
