"""`onebook import`: what it prints, what it gives back, and the exit code."""

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

from onebook.org import services as org
from onebook.org.rules import Role
from onebook.org.services import SYSTEM
from onebook.tariff import services as tariff

if TYPE_CHECKING:
    from tests.conftest import OwnDatabase

CUSTOMERS = """备注,电价,户号,户名,单位,用电类别,开户日期,表号
好,zj-residential-tiers,0001,甲,3301,居民生活,2024-01-01,M1
坏,zj-residential-tiers,0002,乙,3301,路灯,2024-01-01,M2
"""


def test_rejected_rows_come_back_as_they_stood_and_go_in_once_corrected(
    own_database: "OwnDatabase", tmp_path: Path
) -> None:
    org.create_unit("3301", "城东", by=SYSTEM)
    tariff.load_packaged(person_id=SYSTEM)
    file = tmp_path / "用户.csv"
    file.write_bytes(CUSTOMERS.encode("gb18030"))

    tried = own_database.onebook("import", "customers", str(file), "--dry-run")
    first = own_database.onebook("import", "customers", str(file))

    assert (tried.returncode, first.returncode) == (1, 1)
    assert "用户.csv:退回 1 行" in first.stderr
    assert "gb18030" in first.stdout
    back = tmp_path / "用户.csv.rejected.csv"
    lines = back.read_text("utf-8-sig").splitlines()
    assert lines[0] == "备注,电价,户号,户名,单位,用电类别,开户日期,表号,行号,原因"
    assert lines[1].startswith("坏,zj-residential-tiers,0002,乙,3301,路灯,2024-01-01,M2,3,")
    assert len(lines) == 2

    back.write_text(back.read_text("utf-8-sig").replace("路灯", "工商业"), "utf-8")
    second = own_database.onebook("import", "customers", str(back))

    assert second.returncode == 0
    with own_database.connect() as connection:
        found = connection.execute("SELECT number FROM customer_service_account ORDER BY 1")
        assert found.fetchall() == [("0001",), ("0002",)]


def test_a_month_that_could_not_be_read_is_estimated(
    own_database: "OwnDatabase", tmp_path: Path
) -> None:
    unit = org.create_unit("3301", "城东", by=SYSTEM)
    biller = org.create_person("biller", "核算", "secret-of-biller-1", by=SYSTEM)
    org.grant_role(biller.pk, Role.BILLER, unit.pk, by=SYSTEM)
    tariff.load_packaged(person_id=SYSTEM)
    customers, readings = tmp_path / "用户.csv", tmp_path / "示数.csv"
    customers.write_text(CUSTOMERS.splitlines()[0] + "\n" + CUSTOMERS.splitlines()[1], "utf-8")
    readings.write_text("户号,抄表月份,抄表日期,示数\n0001,2026-10,2026-10-24,85\n", "utf-8")
    own_database.onebook("import", "customers", str(customers))
    own_database.onebook("import", "readings", str(readings))
    asked = ("estimate", "--account", "0001", "--month", "2026-11", "--on", "2026-11-24")

    by_nobody = own_database.onebook(*asked, "--reason", "门闭")
    named = dataclasses.replace(
        own_database, env={**own_database.env, "ONEBOOK_PASSWORD": "secret-of-biller-1"}
    )
    done = named.onebook(*asked, "--reason", "门闭", "--as", "biller")
    again = named.onebook(*asked, "--reason", "门闭", "--as", "biller")

    assert (done.returncode, done.stdout, done.stderr) == (0, "0001,2026-11:估抄 85 千瓦时。\n", "")
    assert (by_nobody.returncode, by_nobody.stdout) == (1, "")
    assert (again.returncode, "2026-11" in again.stderr) == (1, True)
    with own_database.connect() as connection:
        found = connection.execute(
            "SELECT r.usage_e4, n.how, n.reason, n.person_id FROM metering_reading r"
            " JOIN metering_reading_note n ON n.reading_id = r.id"
        )
        assert found.fetchall() == [(850_000, 2, "门闭", biller.pk)]


def test_a_file_of_which_nothing_goes_in_ends_with_1(
    own_database: "OwnDatabase", tmp_path: Path
) -> None:
    unreadable, unknown = tmp_path / "空.csv", tmp_path / "示数.csv"
    unreadable.write_text("这不是表格\n", "utf-8")
    unknown.write_text("户号,抄表月份,抄表日期,示数\n1,2026-10,2026-10-24,10\n", "utf-8")
    org.create_unit("3301", "城东", by=SYSTEM)

    results = [
        own_database.onebook("import", "readings", str(file)) for file in (unreadable, unknown)
    ]

    assert [result.returncode for result in results] == [1, 1]
    assert "Traceback" not in results[0].stderr + results[1].stderr
    assert results[0].stderr.count("空.csv") == 1
