"""What a guard of the database refused, as the onebook error that tells it to the reader."""

import json
from typing import Any

import psycopg

from onebook.infra.errors import RefusedByGuard
from onebook.kernel.errors import GUARDED, OnebookError
from onebook.kernel.money import format_yuan

_CLASS = "OB"  # a guard's SQLSTATE: OB001, OB002, …


def refusal(error: BaseException | None) -> OnebookError | None:
    """The error of the guard that raised `error`, or stands behind it; None for anything else.

    A guard's DETAIL is a JSON object with the parameters of its error; `…_fen` becomes yuan.
    """
    if error is None:
        return None
    if not isinstance(error, psycopg.Error):
        return refusal(error.__cause__)
    if not (error.sqlstate or "").startswith(_CLASS):
        return None
    known = GUARDED.get(error.sqlstate or "")
    if known is None or not error.diag.message_detail:
        return RefusedByGuard(reason=error.diag.message_primary)
    return known(**_params(json.loads(error.diag.message_detail)))


def _params(detail: dict[str, Any]) -> dict[str, Any]:
    return {
        name.removesuffix("_fen"): format_yuan(value) if name.endswith("_fen") else value
        for name, value in detail.items()
    }
