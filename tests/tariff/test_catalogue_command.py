"""`onebook import tariffs`: a clerk sees every fault at once, and nothing goes in."""

from pathlib import Path
from typing import TYPE_CHECKING

from tests.tariff.urdb_samples import small

if TYPE_CHECKING:
    from tests.conftest import OwnDatabase

FAULTY = """
[[version]]
code = "shop"
name = "商铺"
name_en = "Shop"
category = "business"
valid_from = 2026-01-01
vat_percent = 13

  [[version.component]]
  code = "energy"
  name = "电度电费"
  name_en = "Energy"
  account = "energy"
  pirce = 0.5
  source = "notice"
"""


def test_every_fault_of_a_catalogue_is_told_on_a_line_of_its_own(
    own_database: "OwnDatabase", tmp_path: Path
) -> None:
    faulty, sound = tmp_path / "错误.toml", tmp_path / "电价.toml"
    faulty.write_text(FAULTY, "utf-8")
    sound.write_text(FAULTY.replace("pirce", "price"), "utf-8")

    refused = own_database.onebook("import", "tariffs", "--dry-run", str(faulty))
    tried = own_database.onebook("import", "tariffs", "--dry-run", str(sound))

    assert refused.returncode == 1
    assert refused.stderr.splitlines() == [
        f"{faulty.name}: 电价表有 2 处错误:",
        "电价 shop (2026-01-01) 的 component energy 有不认识的字段“pirce”。请更正拼写或删去。",
        "电价 shop (2026-01-01) 的 energy 没有价格。请在其下写 price = 0.538(元/千瓦时)。",
    ]
    assert (tried.returncode, tried.stderr) == (0, "")
    with own_database.connect() as connection:
        assert connection.execute("SELECT count(*) FROM tariff_version").fetchone() == (0,)

    assert own_database.onebook("import", "tariffs", str(sound)).returncode == 0
    with own_database.connect() as connection:
        found = connection.execute("SELECT code, content FROM tariff_version").fetchall()
    assert found == [("shop", sound.read_text("utf-8"))]

    rate = tmp_path / "rate.json"
    rate.write_text(small(demandreactivepowercharge=0.141, surprise=1), "utf-8")
    foreign = own_database.onebook("import", "tariffs", str(rate))

    assert foreign.returncode == 1
    assert foreign.stderr.splitlines()[1:] == [  # after the line that names no person
        f"{rate.name}: 费率记录有 2 处错误：",
        "费率 Small TOU 按“demandreactivepowercharge”计费，本系统不计算该项。请另行计算，"
        "或明确声明舍去该字段。",
        "电价 Small TOU 的 record 有不认识的字段“surprise”。请更正拼写或删去。",
    ]
