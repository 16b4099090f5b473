"""What a catalogue's faults expect is said in the reader's language."""

import pytest
from django.utils import translation

from onebook.infra.web import problems
from onebook.tariff.errors import CatalogueInvalid
from onebook.tariff.parsers import parse_catalogue

CATALOGUE = """
[[version]]
code = "x"
name = "甲"
name_en = "X"
category = "residential"
valid_from = "someday"
vat_percent = 13
quota_per_month = "perhaps"

  [[version.component]]
  code = "base"
  name = "电度电费"
  name_en = "Energy"
  account = "energy"
  price = 0.50
  months = [12, 1]
  source = "示例"
"""


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("zh-hans", ("形如 2026-10-31 的日期", "true 或 false", "由小到大")),
        ("en", ("a date like 2026-10-31", "true or false", "each once and in order")),
    ],
)
def test_a_catalogue_s_faults_speak_one_language(language: str, expected: tuple[str, ...]) -> None:
    with pytest.raises(CatalogueInvalid) as refused:
        parse_catalogue(CATALOGUE)
    with translation.override(language):
        told = problems.text(refused.value)
    assert [phrase for phrase in expected if phrase not in told] == []
