"""Files of outside books: their columns found by headings, remembered in a small mapping file."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from onebook.finance.errors import ColumnsMissing, MappingUnusable
from onebook.finance.rules.explain import GAP, KINDS, UNNAMED
from onebook.infra.tabular import Field, Reject, Table, header_key, read_table
from onebook.infra.tabular.errors import FileUnusable
from onebook.infra.tabular.grid import decode, sniff_delimiter

BOOK_FIELDS = (
    Field(
        "account",
        ("户号", "用户编号", "客户编号", "用户号", "用电户号", "客户户号", "客户编码",
         "service account", "account"),
        kind="id",
    ),
    Field(
        "month",
        ("电费年月", "账期", "欠费年月", "应收年月", "账单月份", "年月", "月份", "bill month",
         "month"),
    ),
    Field("kind", ("业务类型", "业务类别", "费用类型", "类型", "kind", "type"), required=False),
    Field("summary", ("摘要", "备注", "说明", "summary", "memo"), required=False),
    Field("counter", ("对方科目", "对方科目编码", "counter account"), required=False),
    Field("subject", ("科目编码", "科目代码", "科目", "会计科目", "科目名称", "ledger account"),
          required=False),
    Field(
        "day",
        ("日期", "凭证日期", "制单日期", "记账日期", "业务日期", "发生日期", "收费日期",
         "date", "day"),
        required=False,
    ),
    Field("debit", ("借方", "借方金额", "借方本币", "借方发生额", "debit"), required=False),
    Field("credit", ("贷方", "贷方金额", "贷方本币", "贷方发生额", "credit"), required=False),
    Field("amount", ("金额", "发生额", "发生金额", "本次金额", "amount"), required=False),
    Field("direction", ("方向", "余额方向", "direction"), required=False),
    Field("balance", ("余额", "期末余额", "欠费余额", "欠费金额", "本币余额", "balance"),
          required=False),
    Field(
        "voucher",
        ("凭证号", "凭证字号", "凭证编号", "单据号", "业务单号", "工单号", "流水号", "凭证",
         "voucher", "document"),
        required=False,
    ),
)  # fmt: skip
# A table of balances: one row an account and month with its opening, movements and closing.
TABLE_FIELDS = (
    Field("opening", ("期初余额", "期初欠费", "期初", "opening balance"), required=False),
    Field("issued", ("本期应收", "应收", "应收金额", "billed"), required=False),
    Field("received", ("本期实收", "实收", "实收金额", "received"), required=False),
    Field("closing", ("期末余额", "期末欠费", "期末", "closing balance"), required=False),
)
BANK_FIELDS = (
    Field("day", ("交易日期", "日期", "到账日期", "入账日期", "记账日期", "date", "day")),
    Field(
        "amount",
        ("贷方发生额", "贷方金额", "收入金额", "贷方", "收入", "到账金额", "交易金额", "金额",
         "credit", "amount"),
    ),
    Field("account", ("户号", "用户编号", "客户编号", "用户号", "service account", "account"),
          required=False, kind="id"),
    Field("summary", ("附言", "用途", "摘要", "备注", "remark", "summary"), required=False),
)  # fmt: skip
FIELD_NAMES = {one.name: one.aliases[0] for one in (*BANK_FIELDS, *TABLE_FIELDS, *BOOK_FIELDS)}
"""What a field is called in Chinese."""
BOOKS = ("finance", "marketing")
_ALL_FIELDS = (*BOOK_FIELDS, *TABLE_FIELDS)
_FIELDS = {"finance": _ALL_FIELDS, "marketing": _ALL_FIELDS, "bank": BANK_FIELDS}
_TABLE_KINDS = {"opening": "期初", "issued": "应收", "received": "实收", "closing": "期末"}
_LARGE, _HEAD = 1 << 20, 1 << 16
_NO_TEXT = (b"PK", b"\xd0\xcf", b"<", b"%PDF", b"\xff\xfe", b"\xfe\xff")
_BLANK_LINE = re.compile(rb"\n\r?\n")
_ODD_NUMBER = r"^['`]|[^!-~]|^[0-9.]+[eE]\+?[0-9]+$"


@dataclass(frozen=True)
class Source:
    """A file as it was given: its name and its bytes."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Columns:
    """What is remembered of a book: field -> heading, and the user's own words -> kind."""

    headings: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Texts:
    """A file's columns of text under the fields' names with `row`, and what is needed to tell.

    `columns` has only the fields that the file has; `cells` gives a row as it stands in the file.
    `places` says which row of the file each row of `columns` is from, where they are not the same.
    """

    name: str
    encoding: str
    header: list[str]
    headings: dict[str, str]
    columns: pl.DataFrame
    rejects: list[Reject]
    raw: pl.DataFrame | list[list[str]]
    places: pl.Series | None = None

    def cells(self, index: int) -> list[str]:
        """The cells of a row by its index."""
        index = index if self.places is None else int(self.places[index])
        if isinstance(self.raw, list):
            return self.raw[index]
        return [text or "" for text in self.raw.row(index)]


def read_mapping(source: Source) -> dict[str, Columns]:
    """Read a mapping file: book -> its columns. Raises MappingUnusable."""
    try:
        content = json.loads(source.data.decode("utf-8-sig"))
    except (ValueError, UnicodeDecodeError) as wrong:
        raise MappingUnusable(name=source.name, detail=f"JSON: {wrong}") from wrong
    if not isinstance(content, dict):
        raise MappingUnusable(name=source.name, detail="{}")
    found = {}
    for book, parts in content.items():
        _require_known(source.name, book, _FIELDS)
        headings, kinds = parts.get("columns", {}), parts.get("kinds", {})
        for one in headings:
            _require_known(source.name, one, [known.name for known in _FIELDS[book]])
        for kind in kinds.values():
            _require_known(source.name, kind, [known for known in KINDS if known != GAP])
        found[book] = Columns(headings, kinds)
    return found


def _require_known(name: str, word: Any, known: Any) -> None:
    if word not in known:
        raise MappingUnusable(name=name, detail=f"{word!r} ≠ {', '.join(known)}")


def write_mapping(mapping: Mapping[str, Columns]) -> str:
    """A mapping as its file has it."""
    content = {
        book: {"columns": dict(columns.headings), "kinds": dict(columns.kinds)}
        for book, columns in mapping.items()
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def read_book_texts(source: Source, columns: Columns) -> Texts:
    """Read an outside book's columns. Raises FileUnusable and ColumnsMissing."""
    texts = _read(source, _with_own(_ALL_FIELDS, columns))
    have = set(texts.headings)
    if "opening" in have and "day" not in have:
        return _from_table(texts)
    texts = _without(texts, [one.name for one in TABLE_FIELDS])
    sides = {"debit", "credit"} & have
    if len(sides) == 1 and "amount" not in have:
        raise _missing(texts, next(iter({"debit", "credit"} - sides)))
    if not (sides or {"amount", "balance"} & have):
        raise _missing(texts, "amount")
    if (len(sides) == 2 or "amount" in have) and "day" not in have:
        raise _missing(texts, "day")
    return _without(texts, list(sides)) if len(sides) == 1 else texts


def _without(texts: Texts, names: Sequence[str]) -> Texts:
    """The file's texts without some fields."""
    kept = {name: said for name, said in texts.headings.items() if name not in names}
    return replace(texts, headings=kept, columns=texts.columns.drop(names, strict=False))


def _from_table(texts: Texts) -> Texts:
    """A table of balances as rows: the opening, the movements and the closing of each.

    Debits and credits do not say what they were; columns of what was billed and received do. A
    column of sides is the closing's.
    """
    frame = texts.columns.with_row_index("place")
    kept = ["place", "row", *(one for one in ("account", "month", "subject") if one in frame)]
    side = pl.col("direction") if "direction" in frame else pl.lit("")
    parts = [
        frame.select(
            *kept,
            kind=pl.lit(kind),
            direction=side if name == "closing" else pl.lit(""),
            amount=name,
        )
        for name, kind in _TABLE_KINDS.items()
        if name in frame
    ]
    if "issued" not in frame and "debit" in frame and "credit" in frame:
        parts += [
            frame.select(*kept, kind=pl.lit(UNNAMED), direction=pl.lit(""), amount=amount)
            for amount in (pl.col("debit"), _negative(pl.col("credit")))
        ]
    rows = pl.concat(parts).filter(pl.col("amount") != "")
    return replace(texts, columns=rows.drop("place"), places=rows["place"])


def _negative(amount: pl.Expr) -> pl.Expr:
    """The text of an amount with the other sign; nothing stays nothing."""
    negative = amount.str.starts_with("-")
    turned = pl.when(negative).then(amount.str.slice(1)).otherwise(pl.format("-{}", amount))
    return pl.when(amount == "").then(pl.lit("")).otherwise(turned)


def read_bank_texts(source: Source, columns: Columns) -> Texts:
    """Read a bank's receipts' columns. Raises FileUnusable and ColumnsMissing."""
    texts = _read(source, _with_own(BANK_FIELDS, columns))
    if not {"account", "summary"} & set(texts.headings):
        raise _missing(texts, "account")
    return texts


def _missing(texts: Texts, name: str) -> ColumnsMissing:
    aliases = next(one.aliases for one in (*_ALL_FIELDS, *BANK_FIELDS) if one.name == name)
    return ColumnsMissing(
        name=texts.name, missing=aliases[0], found=", ".join(filter(None, texts.header))[:200]
    )


def _with_own(fields: Sequence[Field], columns: Columns) -> list[Field]:
    """The fields with the remembered headings before their aliases."""
    return [
        replace(one, aliases=(columns.headings[one.name], *one.aliases))
        if one.name in columns.headings
        else one
        for one in fields
    ]


def _read(source: Source, fields: Sequence[Field]) -> Texts:
    if len(source.data) >= _LARGE:
        quick = _read_plain(source, fields)
        if quick is not None:
            return quick
    table = read_table(source.data, source.name, fields)
    columns = {name: table.columns[name] for name in table.found}
    return Texts(
        table.name,
        table.encoding,
        table.header,
        _headings(table, fields),
        pl.DataFrame({"row": table.row_numbers, **columns}, schema=_schema(columns)),
        table.rejects,
        table.rows,
    )


def _schema(columns: Mapping[str, Any]) -> dict[str, Any]:
    return {"row": pl.Int64, **dict.fromkeys(columns, pl.String)}


def _headings(table: Table, fields: Sequence[Field]) -> dict[str, str]:
    """Field -> the heading as the file writes it."""
    written = {header_key(heading): heading for heading in reversed(table.header)}
    return {
        one.name: next(written[key] for key in map(header_key, one.aliases) if key in written)
        for one in fields
        if one.name in table.found
    }


def _read_plain(source: Source, fields: Sequence[Field]) -> Texts | None:
    """Read a large delimited text on columns; None where it is not plain enough for that.

    Plain is a text without quotation marks and blank lines, with its headings near the top and
    account numbers that need no mending: there it reads just what the row reader would.
    """
    data = source.data
    if data.startswith(_NO_TEXT) or b'"' in data or _BLANK_LINE.search(data):
        return None
    head = data[: data.rfind(b"\n", 0, _HEAD) + 1]
    try:
        table = read_table(head, source.name, fields)
        lines = decode(head, source.name)[0].splitlines(keepends=True)
    except FileUnusable:
        return None
    delimiter = sniff_delimiter(lines)
    first = [cell.strip() for cell in lines[table.header_row_number - 1].split(delimiter)]
    if first != table.header:
        return None
    for encoding in ("utf-8", "gb18030"):
        try:
            raw = _split_columns(data, encoding, delimiter, table)
        except (pl.exceptions.PolarsError, UnicodeDecodeError):
            continue
        return _plain_texts(raw, table, encoding, fields)
    return None


def _split_columns(data: bytes, encoding: str, delimiter: str, table: Table) -> pl.DataFrame:
    """The rows below the headings as columns of text; an error where one has too many cells."""
    return pl.read_csv(
        data if encoding == "utf-8" else data.decode(encoding).encode(),
        has_header=False,
        skip_rows=table.header_row_number,
        new_columns=[f"c{place}" for place in range(len(table.header))],
        infer_schema=False,
        separator=delimiter,
        quote_char=None,
    ).fill_null("")


def _plain_texts(
    raw: pl.DataFrame, table: Table, encoding: str, fields: Sequence[Field]
) -> Texts | None:
    blank = raw.select(pl.all_horizontal(pl.all() == "").any())
    if raw.width != len(table.header) or blank.item():
        return None
    headings = _headings(table, fields)
    columns = {
        name: _stripped(raw[f"c{table.header.index(heading)}"])
        for name, heading in headings.items()
    }
    if "account" in columns and columns["account"].str.contains(_ODD_NUMBER).any():
        return None
    row = pl.int_range(raw.height, eager=True) + table.header_row_number + 1
    texts = pl.DataFrame({"row": row, **columns})
    return Texts(table.name, encoding, table.header, headings, texts, [], raw)


def _stripped(cells: pl.Series) -> pl.Series:
    """Cells without blanks around them; the column itself where there are none, which is common."""
    return cells.str.strip_chars() if cells.str.contains(r"^\s|\s$").any() else cells
