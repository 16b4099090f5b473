"""ISO 20022 camt.052, .053 and .054 of every version, read entry by entry without a schema.

The line is the entry (Ntry), which the balances rest on; the transactions in a batch entry are
its breakdown and go into its remark. Tags are taken by their local names, so that versions and
files without a namespace need no case of their own.
"""

import io
import re
from collections.abc import Iterator
from datetime import date, datetime
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from onebook.banking.errors import DocumentTypeRefused, LineUnreadable, MessageBroken
from onebook.banking.parsers.messages.message import Message
from onebook.banking.parsers.messages.values import one_line
from onebook.banking.parsers.types import StatementLine
from onebook.kernel.errors import AmountUnreadable, DateUnreadable, OnebookError
from onebook.kernel.money import parse_yuan
from onebook.kernel.periods import parse_date

_STATEMENTS = {"Stmt": "camt.053", "Rpt": "camt.052", "Ntfctn": "camt.054"}
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_DOCTYPE = re.compile(r"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_OPENING, _CLOSING = ("OPBD", "PRCD"), ("CLBD",)
_INTERIM = "ITBD"
_DECIMAL = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_DEEPEST = 100
_BOOKED = {"BOOK", ""}


def read(text: str, name: str) -> list[Message]:
    """Return the statements; MessageBroken where the XML ends early or holds a document type.

    An entry that cannot be read is rejected by itself; one that is not booked yet (PDNG, INFO) is
    left out and named.
    """
    if _DOCTYPE.search(text):
        raise DocumentTypeRefused(name=name)
    messages: list[Message] = []
    entries = 0
    try:
        for kind, element in _parts(text):
            if kind == "begin":
                messages.append(Message(_STATEMENTS[_local(element)]))
                continue
            message = messages[-1]
            if _local(element) == "Ntry":
                entries += 1
                _take_entry(message, element, entries)
            elif _local(element) == "Bal":
                _take_balance(message, element)
            elif message.account_number is None:
                message.account_number = _account_number(element)
                message.currency = message.currency or _text(element, "Ccy")
            element.clear()
    except ElementTree.ParseError as error:
        raise MessageBroken(name=name, place=str(error)) from error
    return messages


def _parts(text: str) -> Iterator[tuple[str, Element]]:
    """Yield each statement as it begins, and its accounts, balances and entries as they end.

    The text is parsed as UTF-8 whatever its declaration says, since it is decoded already.
    """
    source = io.BytesIO(_DECLARATION.sub("", text, count=1).strip().encode())
    depth, statement_depth = 0, 0
    for event, element in ElementTree.iterparse(source, events=("start", "end")):
        local = _local(element)
        if event == "start":
            depth += 1
            if depth > _DEEPEST:
                raise ElementTree.ParseError(f"nested deeper than {_DEEPEST}")
            if local in _STATEMENTS and not statement_depth:
                statement_depth = depth
                yield "begin", element
        else:
            if statement_depth and depth == statement_depth:
                statement_depth = 0
                element.clear()
            elif statement_depth and depth == statement_depth + 1 and local in (
                "Ntry", "Bal", "Acct",
            ):  # fmt: skip
                yield "end", element
            depth -= 1


def _take_entry(message: Message, entry: Element, number: int) -> None:
    try:
        status = _text(entry, "Sts/Cd") or _text(entry, "Sts")
        if status not in _BOOKED:
            text = f"Entry {number} is not booked yet ({status}) and was left out."
            message.find("pending", number, text)
            return
        message.lines.append(_line(entry, number))
    except OnebookError as error:
        message.reject(number, error, [one_line(" ".join(entry.itertext()))])


def _line(entry: Element, number: int) -> StatementLine:
    amount_fen, currency = _amount(entry)
    batch = _all(entry, "NtryDtls/TxDtls")
    detail = batch[0] if len(batch) == 1 else entry
    is_reversal = _text(entry, "RvslInd") in {"true", "1"}
    name, account = _other_side(detail, (amount_fen > 0) != is_reversal)
    additional = _text(entry, "AddtlNtryInf")
    told = [_remittance(one) for one in batch] if batch else []
    return StatementLine(
        row_number=number,
        booked_on=_day(entry, "BookgDt") or _day(entry, "ValDt") or _no_day(entry),
        booked_time=None,
        amount_fen=amount_fen,
        balance_fen=None,
        currency=currency,
        counterparty_name=name,
        counterparty_account=account,
        summary=additional or _text(entry, "BkTxCd/Prtry/Cd"),
        remark=" ".join(dict.fromkeys(filter(None, told))),
        serial=_text(entry, "AcctSvcrRef") or _text(entry, "NtryRef") or None,
    )


def _amount(part: Element) -> tuple[int, str]:
    """Return the signed amount and its currency; the indicator already tells a reversal's side."""
    stated = next(iter(_all(part, "Amt")), None)
    indicator = _text(part, "CdtDbtInd")
    if stated is None or indicator not in {"CRDT", "DBIT"}:
        raise LineUnreadable(text=one_line(" ".join(part.itertext())))
    amount_fen = _decimal(stated.text or "")
    return (amount_fen if indicator == "CRDT" else -amount_fen), stated.get("Ccy", "")


def _decimal(text: str) -> int:
    """Read an amount as XML writes decimals: digits and a point, nothing else."""
    if not _DECIMAL.fullmatch(text.strip()):
        raise AmountUnreadable(text=text)
    return parse_yuan(text)


def _take_balance(message: Message, balance: Element) -> None:
    """Keep the first opening and the last closing balance; interim ones stand for what lacks."""
    kind = _text(balance, "Tp/CdOrPrtry/Cd")
    if kind not in (*_OPENING, *_CLOSING, _INTERIM):
        return
    try:
        balance_fen, currency = _amount(balance)
    except OnebookError as error:
        text = f"The balance {kind} cannot be read and proves nothing: {error}"
        message.find("balance_unreadable", 0, text)
        return
    message.currency = message.currency or currency
    if kind in _CLOSING or (kind == _INTERIM and message.opening_fen is not None):
        message.closing_fen = balance_fen
    elif message.opening_fen is None:
        message.opening_fen = balance_fen


def _other_side(detail: Element, paid_in: bool) -> tuple[str, str]:
    """Return name and account of the debtor of money that came in, of the creditor else."""
    role = "Dbtr" if paid_in else "Cdtr"
    name = _text(detail, f"RltdPties/{role}/Nm") or _text(detail, f"RltdPties/{role}/Pty/Nm")
    account = f"RltdPties/{role}Acct/Id"
    return name, _text(detail, f"{account}/IBAN") or _text(detail, f"{account}/Othr/Id")


def _remittance(detail: Element) -> str:
    """Return what the payer wrote, and the reference from end to end."""
    told = [_value(one) for one in _all(detail, "RmtInf/Ustrd")]
    told += [_value(one) for one in _all(detail, "RmtInf/Strd/CdtrRefInf/Ref")]
    reference = _text(detail, "Refs/EndToEndId")
    if reference not in {"", "NOTPROVIDED"}:
        told.append(reference)
    return " ".join(filter(None, told)) or _text(detail, "AddtlTxInf")


def _account_number(account: Element) -> str | None:
    return _text(account, "Id/IBAN") or _text(account, "Id/Othr/Id") or None


def _day(entry: Element, tag: str) -> date | None:
    """Return the day of a date or of a moment in its own zone, None where there is none."""
    if stated := _text(entry, f"{tag}/Dt"):
        return parse_date(stated[:10])
    if stated := _text(entry, f"{tag}/DtTm"):
        try:
            return datetime.fromisoformat(stated).date()
        except ValueError as error:
            raise DateUnreadable(text=stated) from error
    return None


def _no_day(entry: Element) -> date:
    raise DateUnreadable(text=_text(entry, "BookgDt"))


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _all(element: Element, path: str) -> list[Element]:
    """Return the descendants at a path of local names."""
    found = [element]
    for name in path.split("/"):
        found = [child for parent in found for child in parent if _local(child) == name]
    return found


def _text(element: Element, path: str) -> str:
    return next((_value(one) for one in _all(element, path)), "")


def _value(element: Element) -> str:
    return one_line(element.text or "")
