"""Scenarios of the trade's own examples, calculated by `onebook quote` and read as a bill."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from python_calamine import CalamineWorkbook

from onebook.cli.commands_quote import quote_file
from onebook.kernel.money import parse_yuan

SCENARIOS = Path(__file__).parent / "scenarios"

# The scenario, what stands on its lines, and the total in yuan.
BILLS = {
    "power-factor-091": (
        [
            "120,000 × 0.60 = 72,000.00",
            "800 × 32.00 = 25,600.00",
            "97,600.00 × -0.15 % = -146.40 (cosφ = 120,000 ÷ √(120,000² + 55,000²) = 0.91, 0.90)",
        ],
        "97453.60",
    ),
    "power-factor-083": (
        [
            "96,000 × 0.60 = 57,600.00",
            "57,600.00 × 3.50 % = 2,016.00 (cosφ = 96,000 ÷ √(96,000² + 64,500²) = 0.83, 0.90)",
        ],
        "59616.00",
    ),
    "contract-within": (
        [
            "100,000 × 0.50 = 50,000.00",
            "1,000 × 40.00 = 40,000.00 (1,030 ≤ 1.05 × 1,000, 100,000 ÷ 2,000 < 260)",
        ],
        "90000.00",
    ),
    "contract-over": (
        [
            "100,000 × 0.50 = 50,000.00",
            "(1,200 + (1,200 − 1.05 × 1,000)) × 40.00 = 54,000.00 (100,000 ÷ 2,000 < 260)",
        ],
        "104000.00",
    ),
    "contract-260": (
        [
            "560,000 × 0.50 = 280,000.00",
            "(1,200 + (1,200 − 1.05 × 1,000)) × 40.00 × 0.90 = 48,600.00 (560,000 ÷ 2,000 ≥ 260)",
        ],
        "328600.00",
    ),
    "capacity-new-2025": (["12,000 ÷ 31 × 30.00 = 11,612.90"], "11612.90"),
    "capacity-new-2024": (["400 × 30.00 = 12,000.00"], "12000.00"),
    "capacity-sealed": (["240 × 28.00 = 6,720.00"], "6720.00"),
    "capacity-exchanged": (["900 × 28.00 = 25,200.00"], "25200.00"),
    "capacity-interlocked": (["1,000 × 28.00 = 28,000.00"], "28000.00"),
    "tiers": (["200 × 0.538 = 107.60", "(2,900 − 2,760) × 0.05 = 7.00"], "114.60"),
    "residential-tou": (
        ["120 × 0.568 = 68.16", "80 × 0.288 = 23.04", "(2,900 − 2,760) × 0.05 = 7.00"],
        "98.20",
    ),
    "residential-opened-february": (
        ["100 × 0.538 = 53.80", "(2,600 − 2,530) × 0.05 = 3.50"],
        "57.30",
    ),
    "residential-household": (
        ["200 × 0.538 = 107.60", "(3,500 − 3,360) × 0.05 = 7.00"],
        "114.60",
    ),
    "residential-shared": (["1,000 × 0.558 = 558.00"], "558.00"),
    "free-block": (["15 × 0.00 = 0.00", "100 × 0.538 = 53.80"], "53.80"),
    "free-cash": (["115 × 0.538 = 61.87", "-15 × 0.538 = -8.07"], "53.80"),
    "price-change-by-days": (["1,000 × 0.50 = 500.00", "2,001 × 0.60 = 1,200.60"], "1700.60"),
    "price-change-by-reading": (["1,300 × 0.50 = 650.00", "1,700 × 0.60 = 1,020.00"], "1670.00"),
    "class-change": (["1,500 × 0.60 = 900.00", "1,500 × 0.70 = 1,050.00"], "1950.00"),
    "two-part-10kv": (
        [
            "12,000 × 0.8064 = 9,676.80",
            "48,000 × 0.672 = 32,256.00",
            "60,000 × 0.42 = 25,200.00",
            "40,000 × 0.168 = 6,720.00",
            "160,000 × 0.01523316 = 2,437.31",
            "160,000 × 0.1456 = 23,296.00",
            "160,000 × 0.0382 = 6,112.00",
            "620 × 35.20 = 21,824.00 (160,000 ÷ 630 < 260)",
            "160,000 × 0.019 = 3,040.00",
            "160,000 × 0.0062 = 992.00",
            "160,000 × 0.00196875 = 315.00",
            "127,522.11 × -0.60 % = -765.13 (cosφ = 160,000 ÷ √(160,000² + 60,000²) = 0.94, 0.90)",
        ],
        "131103.98",
    ),
    "ratio-2000": (["1,500 × 0.60 = 900.00"], "900.00"),
    "rollover": (["20,948 × 0.60 = 12,568.80"], "12568.80"),
    "meter-change": (["11,726 × 0.60 = 7,035.60"], "7035.60"),
    "registers": (
        [
            "12,000 × 1.20 = 14,400.00",
            "48,000 × 1.00 = 48,000.00",
            "60,000 × 0.70 = 42,000.00",
            "40,000 × 0.30 = 12,000.00",
            "116,400.00 × -0.60 % = -698.40 (cosφ = 160,000 ÷ √(160,000² + 60,000²) = 0.94, 0.90)",
        ],
        "115701.60",
    ),
    "transformer-loss": (
        [
            "60,827 × 0.60 = 36,496.20",
            "36,496.20 × 1.50 % = 547.44 (cosφ = 60,827 ÷ √(60,827² + 33,685²) = 0.87, 0.90)",
        ],
        "37043.64",
    ),
    "transformer-loss-broken-month": (["60,931 × 0.60 = 36,558.60"], "36558.60"),
    "transformer-loss-simplified": (["20,646 × 0.60 = 12,387.60"], "12387.60"),
    "mixed-sides": (
        [
            "1,000 × 1.20 = 1,200.00",
            "4,000 × 1.00 = 4,000.00",
            "5,000 × 0.70 = 3,500.00",
            "2,000 × 0.30 = 600.00",
            "62,027 × 0.60 = 37,216.20",
            "46,516.20 × 0.50 % = 232.58 (cosφ = 74,027 ÷ √(74,027² + 37,685²) = 0.89, 0.90)",
        ],
        "46748.78",
    ),
    "fixed-and-ratio": (
        ["8,944 × 0.60 = 5,366.40", "1,052 × 0.70 = 736.40", "500 × 0.558 = 279.00"],
        "6381.80",
    ),
    "sub-meter": (
        [
            "1,000 × 1.20 = 1,200.00",
            "4,000 × 1.00 = 4,000.00",
            "4,250 × 0.70 = 2,975.00",
            "2,000 × 0.30 = 600.00",
            "750 × 0.558 = 418.50",
        ],
        "9193.50",
    ),
    "interim": (["2,000 × 0.50 = 1,000.00", "1 × 21 ÷ 31 × 30.00 = 20.32"], "1020.32"),
    "intervals": (["78.4 × 0.568 = 44.53", "28 × 0.288 = 8.06"], "52.59"),
    "rate-database": (
        [
            "5,520 × 0.11 = 607.20",
            "2,460 × 0.25 = 615.00",
            "20.5 × 5.00 = 102.50",
            "1 × 20.00 = 20.00",
        ],
        "1344.70",
    ),
}
# The scenario, what is billed, what should have been, and the difference to pay.
CORRECTIONS = {
    "correction-meter-error": ("59616.00", "60564.00", "948.00"),
    "correction-wiring": ("690.00", "2070.00", "1380.00"),
    "correction-tiers": ("26.90", "41.10", "14.20"),
}


def given(name: str, *options: str) -> str:
    done = CliRunner().invoke(quote_file, [str(SCENARIOS / f"{name}.toml"), *options])
    assert done.exit_code == 0, done.output + repr(done.exception)
    return done.output


def quoted(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(given(name, "--format", "json"))
    return content


def step_of(content: dict[str, Any], name: str) -> str:
    return next(one["formula"] for one in content["steps"] if one["name"] == name)


@pytest.mark.parametrize("name", BILLS)
def test_the_bill_of(name: str) -> None:
    formulas, total = BILLS[name]
    content = quoted(name)

    assert [line["formula"] for line in content["lines"]] == formulas
    assert content["total_fen"] == parse_yuan(total)
    assert sum(line["amount_fen"] for line in content["lines"]) == content["total_fen"]
    assert sum(content["subtotals"].values()) == content["total_fen"]
    assert content["net_fen"] + content["vat_fen"] == content["total_fen"]


def test_every_scenario_is_expected() -> None:
    written = {path.stem for path in SCENARIOS.glob("*.toml")} - {"tariffs"}

    assert written == BILLS.keys() | CORRECTIONS.keys()


@pytest.mark.parametrize("name", CORRECTIONS)
def test_a_correction_is_the_difference_of_two_bills(name: str) -> None:
    billed, corrected, difference = map(parse_yuan, CORRECTIONS[name])
    content = quoted(name)

    assert content["total_fen"] == billed
    assert content["corrected"]["total_fen"] == corrected
    assert content["correction_fen"] == difference


def test_a_correction_runs_the_power_factor_again() -> None:
    content = quoted("correction-meter-error")

    assert step_of(content, "退补电量") == "(96,000 ÷ (1 + (-4%)) − 96,000) ÷ 2"
    assert content["power_factor"]["cosine"] == 83
    assert content["corrected"]["power_factor"] == {
        "cosine": 84, "rate_bp": 300, "base_fen": 5_880_000,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("standard", "adjusted"), [("0.90", "2016.00"), ("0.85", "576.00"), ("0.80", "-172.80")]
)
def test_the_same_cosine_against_each_standard(
    tmp_path: Path, standard: str, adjusted: str
) -> None:
    text = (SCENARIOS / "power-factor-083.toml").read_text("utf-8")
    (tmp_path / "tariffs.toml").write_bytes((SCENARIOS / "tariffs.toml").read_bytes())
    file = tmp_path / "one.toml"
    file.write_text(text.replace("0.90 }", f"{standard} }}"), "utf-8")
    done = CliRunner().invoke(quote_file, [str(file), "--format", "json"])

    line = json.loads(done.output)["lines"][-1]
    assert (line["name"], line["amount_fen"]) == ("功率因数调整电费", parse_yuan(adjusted))


def test_the_10_kv_bill_has_its_tax_and_its_average_price() -> None:
    content = quoted("two-part-10kv")

    assert (content["net_fen"], content["vat_fen"]) == (11_602_122, 1_508_276)
    assert content["average_price_e4"] == 8194
    assert content["subtotals"] == {
        "energy": 10_569_811, "capacity": 2_182_400, "power_factor": -76_513, "fund": 434_700,
    }  # fmt: skip


def test_how_the_quantities_came_about() -> None:
    assert step_of(quoted("ratio-2000"), "总示数") == "(13.09 − 12.34) × 2,000 [100/5 × 10000/100]"
    assert step_of(quoted("rollover"), "总示数") == "(100000 + 132.4 − 99870.55) × 80"
    changed = step_of(quoted("meter-change"), "总示数")
    assert changed == "(8650.2 − 8500) × 40 + (95.3 − 0) × 60"
    flat = step_of(quoted("registers"), "平 = 总 − 其余时段")
    assert flat == "160,000 − 12,000 − 48,000 − 40,000"
    loss = quoted("transformer-loss")
    assert step_of(loss, "变压器有功损耗") == "+ (482 + 345)"
    assert step_of(loss, "变压器无功损耗") == "+ (2,495 + 1,190)"
    assert step_of(quoted("residential-household"), "一户多人口：每月各档上限") == "5 → + 100"


def test_an_interim_bill_leaves_the_rest_due() -> None:
    content = quoted("interim")

    assert (content["billed_fen"], content["due_fen"]) == (50_000, 52_032)


def test_the_table_has_lines_subtotals_and_the_total() -> None:
    table = given("two-part-10kv")

    assert "160,000 ÷ 630 < 260" in table
    for words in ("主表", "需量电费", "容（需）量电费", "政府性基金及附加", "税额", "0.8194"):
        assert words in table
    assert "电费合计" in table
    assert "131,103.98" in table


def test_csv_and_excel_have_the_same_rows(tmp_path: Path) -> None:
    rows = list(csv.reader(io.StringIO(given("tiers", "--format", "csv"))))
    given("tiers", "--format", "xlsx", "--output", str(tmp_path / "quote.xlsx"))
    sheet = CalamineWorkbook.from_path(str(tmp_path / "quote.xlsx")).get_sheet_by_index(0)

    assert rows[0] == ["计量点", "项目", "数量", "单位", "单价", "金额", "计算式", "依据"]
    assert rows[1][1:6] == ["基础电费", "200", "千瓦时", "0.538", "107.60"]
    assert ["", "电费合计", "", "", "", "114.60", "", ""] in rows
    assert sheet.to_python()[3][1:6] == ["基础电费", 200.0, "千瓦时", "0.538", 107.6]


def test_the_command_starts_without_django_and_tells_faults_in_chinese(tmp_path: Path) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text('month = "2026-10"\n\n[[point]]\ntarif = "zj-residential-tiers"\nusage = 1\n')
    env = {**os.environ, "ONEBOOK_HOME": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-m", "onebook", "quote", str(file)],
        capture_output=True, text=True, env=env, check=False,
    )  # fmt: skip
    loaded = subprocess.run(
        [
            sys.executable, "-c",
            "import onebook.cli.commands_quote, sys; print('django' in sys.modules)",
        ],
        capture_output=True, text=True, env=env, check=True,
    )  # fmt: skip

    assert done.returncode == 1
    assert done.stdout == ""
    assert "第 4 行" in done.stderr
    assert "tarif" in done.stderr
    assert "有 2 处错误" in done.stderr
    assert loaded.stdout.strip() == "False"
