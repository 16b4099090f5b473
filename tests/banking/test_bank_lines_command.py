"""`onebook bank-lines`: lists what waits, books a line by a person, and undoes it."""

import dataclasses
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import connection

from onebook.banking import reads
from onebook.cash import reads as cash
from tests.banking import bank
from tests.banking.bank import line, take
from tests.builders import PASSWORD

if TYPE_CHECKING:
    from tests.conftest import OwnDatabase


def test_lines_are_listed_booked_and_undone(
    own_database: "OwnDatabase", django_db_blocker: Any
) -> None:
    with django_db_blocker.unblock():
        bank.build()
        take(
            line("", "", "账户管理费", "1-1", money_out="25.00"),
            line("60.00", "", "转账", "1-2"),
            line("119.00", "", "现金缴存 JK20251010001", "1-3"),
        )
        by_fen = {row["amount_fen"]: str(row["id"]) for row in reads.lines()}
        (item, _) = cash.transit_waiting(date(2025, 10, 31))
        connection.close()
    fee, transfer, short = (by_fen[fen] for fen in (-25_00, 60_00, 119_00))
    env = {**own_database.env, "ONEBOOK_PASSWORD": PASSWORD}
    named = dataclasses.replace(own_database, env=env)

    def act(*arguments: str) -> int:
        return named.onebook("bank-lines", *arguments, "--as", "accountant").returncode

    listed = own_database.onebook("bank-lines")
    assert [number in listed.stdout for number in (fee, transfer, short)] == [True] * 3
    assert own_database.onebook("bank-lines", fee, "--purpose", "fee").returncode == 2
    assert act(fee, "--purpose", "fee") == 1  # without a reason
    assert act(fee, "--purpose", "fee", "--reason", "回单") == 0
    assert act(transfer, "--unidentified", "--reason", "来款不明") == 0
    assert "60.00" in own_database.onebook("bank-lines", "--state", "unidentified").stdout
    assert act(transfer, "--receipt", "1=60.00") == 0
    assert act(short, "--transit", str(item["id"]), "--purpose", "fee", "--reason", "扣费") == 0
    assert act(fee, "--undo") == 0
    with own_database.connect() as session:
        rows = session.execute(
            "SELECT line_id, kind, amount_fen FROM banking_v_match ORDER BY id"
        ).fetchall()
    assert rows == [
        (int(transfer), "receipt", 60_00),
        (int(short), "transit", 120_00),
        (int(short), "purpose", -1_00),
    ]
    assert own_database.onebook("verify").returncode == 0
