"""Cells of the files about invoices become values: customers' terms and a platform's results."""

import re
import unicodedata

from onebook.billing.errors import (
    DocumentUnknown,
    InvoiceKindUnknown,
    ResultUnknown,
    TaxNumberUnreadable,
    YesOrNo,
)

# What a file may call the kinds; the first name is the one that is written.
KIND_NAMES = {
    "special": ("专票", "增值税专用发票", "数电专票", "专用发票", "special"),
    "general": ("普票", "增值税普通发票", "数电普票", "普通发票", "general"),
}
RESULT_NAMES = {
    True: ("成功", "已开", "已开具", "开具成功", "ok", "issued", "success"),
    False: ("失败", "开具失败", "failed", "error"),
}
_YES_NO = {"是": True, "y": True, "yes": True, "1": True, "否": False, "n": False, "no": False}
_PREFIX = "KP"
# 15, 17, 18 or 20 characters: the unified social credit code and the numbers before it.
_TAX_NUMBER = re.compile(r"[0-9A-Z]{15,20}")


def document_number(invoice_id: int) -> str:
    """The number under which the platform knows an invoice that is not issued yet."""
    return f"{_PREFIX}{invoice_id}"


def document_id(text: str) -> int:
    """The invoice that a document number names; DocumentUnknown where it is none."""
    digits = _plain(text).upper().removeprefix(_PREFIX)
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 18):
        raise DocumentUnknown(document=text)
    return int(digits)


def kind(text: str) -> str:
    """Special or general; InvoiceKindUnknown else."""
    for code, names in KIND_NAMES.items():
        if _plain(text) in names:
            return code
    raise InvoiceKindUnknown(text=text)


def tax_number(text: str) -> str:
    """A taxpayer's number (纳税人识别号) in capital letters; TaxNumberUnreadable else."""
    found = _plain(text).upper()
    if not _TAX_NUMBER.fullmatch(found):
        raise TaxNumberUnreadable(text=text)
    return found


def yes_or_no(text: str) -> bool:
    """Whether a cell says yes; YesOrNo where it says neither."""
    found = _YES_NO.get(_plain(text))
    if found is None:
        raise YesOrNo(text=text)
    return found


def succeeded(text: str) -> bool:
    """Whether a result row says that the invoice was issued; ResultUnknown else."""
    for success, names in RESULT_NAMES.items():
        if _plain(text) in names:
            return success
    raise ResultUnknown(text=text)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().lower()
