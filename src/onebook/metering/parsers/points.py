"""Text cells of the terms of metering points become values as they are stored; pure."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from onebook.kernel.cells import Faults, printable, read_cells
from onebook.kernel.energy import parse_kwh
from onebook.kernel.errors import EnergyUnreadable
from onebook.kernel.periods import parse_date
from onebook.metering.errors import PointTermUnreadable
from onebook.metering.rules.losses import SHIFTS
from onebook.metering.rules.points import MODE_WORDS, Deduction, Mode

# Field -> the heading that messages name; the order is that of the file's own columns.
POINT_HEADINGS = {
    "mode": "计量方式",
    "transformer_owner": "变压器产权",
    "line_owner": "线路产权",
    "line_side": "计量位置",
    "transformer": "变压器型号",
    "rated_va": "变压器容量",
    "iron_w": "空载损耗",
    "copper_w": "短路损耗",
    "no_load_bp": "空载电流",
    "impedance_bp": "阻抗电压",
    "loss_rule": "变损计算",
    "shifts": "班制",
    "line_loss_bp": "线损率",
    "master": "主计量点",
    "deduction": "扣减方式",
    "quantity_e4": "扣减值",
    "take_order": "扣减顺序",
    "in_pf_calc": "参与力率计算",
    "in_pf_fee": "参与力调",
}
SINCE_HEADING = "计量条款生效日期"
REGIONAL, PLATE = "regional", "plate"

_OWNERS = {"供电": 0, "供电企业": 0, "公用": 0, "supplier": 0, "用户": 1, "专用": 1, "customer": 1}
_SIDES = {"末端": 0, "线路末端": 0, "负荷侧": 0, "load": 0,
          "首端": 1, "线路首端": 1, "电源侧": 1, "source": 1}  # fmt: skip
_MODES = {
    **{words[0]: mode for mode, words in MODE_WORDS.items()},
    **{mode.name.lower().replace("_", "-"): mode for mode in Mode},
}
_RULES = {"铭牌": PLATE, "公式": PLATE, "plate": PLATE,
          "简化": REGIONAL, "查表": REGIONAL, "regional": REGIONAL}  # fmt: skip
_DEDUCTIONS = {
    **{"无": Deduction.NONE, "定比": Deduction.RATIO, "定量": Deduction.FIXED},
    **{kind.name.lower(): kind for kind in Deduction},
}
_FLAGS = {"是": True, "yes": True, "true": True, "1": True,
          "否": False, "no": False, "false": False, "0": False}  # fmt: skip
_UNIT = re.compile(r"(?:kva|kwh|kw|%|千伏安|千瓦时|千瓦|度|班|班制)$")
_SHIFTS = {"单": 1, "一": 1, "两": 2, "二": 2, "双": 2, "三": 3} | {str(one): one for one in SHIFTS}
_E4 = 10_000
_LIMIT_E4 = 10**12


def parse_points(cells: Mapping[str, Sequence[str]], faults: Faults) -> dict[str, list[Any]]:
    """Columns of the terms of points and `since`, None in blank or faulty cells; faults added."""
    readers: dict[str, Callable[[str], Any]] = {
        "mode": _one_of("mode", _MODES),
        "transformer_owner": _one_of("transformer_owner", _OWNERS),
        "line_owner": _one_of("line_owner", _OWNERS),
        "line_side": _one_of("line_side", _SIDES),
        "transformer": printable(POINT_HEADINGS["transformer"]),
        "rated_va": _number("rated_va", 1000),
        "iron_w": _number("iron_w", 1000),
        "copper_w": _number("copper_w", 1000),
        "no_load_bp": _number("no_load_bp", 100),
        "impedance_bp": _number("impedance_bp", 100),
        "loss_rule": _one_of("loss_rule", _RULES),
        "shifts": _one_of("shifts", _SHIFTS),
        "line_loss_bp": _number("line_loss_bp", 100, most=10_000),
        "master": printable(POINT_HEADINGS["master"]),
        "deduction": _one_of("deduction", _DEDUCTIONS),
        "quantity_e4": _number("quantity_e4", _E4),
        "take_order": _number("take_order", 1, most=9),
        "in_pf_calc": _one_of("in_pf_calc", _FLAGS),
        "in_pf_fee": _one_of("in_pf_fee", _FLAGS),
    }
    columns = {name: read_cells(cells[name], read, faults) for name, read in readers.items()}
    columns["since"] = read_cells(cells["point_since"], parse_date, faults)
    return columns


def split_transformer(text: str) -> tuple[str, int]:
    """The series and the size in VA of a transformer's name, such as S9-315 or S11-M-400/10; 0
    where it names no size."""
    found = re.fullmatch(r"(.+?)-(\d+)(?:/\d+(?:\.\d+)?)?", _plain(text).upper())
    if found is None:
        return _plain(text).upper(), 0
    return found[1], int(found[2]) * 1000


def _one_of(name: str, known: Mapping[str, Any]) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        plain = _plain(text)
        found = known.get(plain, known.get(_UNIT.sub("", plain)))
        if found is None:
            expected = ", ".join(known)
            raise PointTermUnreadable(heading=POINT_HEADINGS[name], text=text, expected=expected)
        return found

    return read


def _number(name: str, scale: int, *, most: int | None = None) -> Callable[[str], int]:
    """A reader of a number times ``scale``, zero or more, that leaves no rest."""

    def read(text: str) -> int:
        try:
            value, rest = divmod(parse_kwh(_UNIT.sub("", _plain(text))) * scale, _E4)
        except EnergyUnreadable:
            value, rest = -1, 0
        if rest or not 0 <= value <= (most or _LIMIT_E4):
            raise PointTermUnreadable(heading=POINT_HEADINGS[name], text=text, expected="0, 1, 2 …")
        return value

    return read


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().lower()
