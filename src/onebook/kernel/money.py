"""Money as integer fen: reading, writing and splitting off the tax."""

from onebook.kernel._numbers import read_digits, to_scaled
from onebook.kernel.errors import AmountUnreadable
from onebook.kernel.rounding import half_up

FEN_PER_YUAN = 100
BASIS_POINTS = 10_000


def parse_yuan(text: str) -> int:
    """Read an amount in yuan into fen, exactly; AmountUnreadable when there is any doubt.

    Accepts 1234.56, 1,234.56, ¥1234.56, -¥5, (5.00), ="12.30", full-width digits and surplus
    decimal zeros. Refuses exponents, a third decimal that is not zero, letters and emptiness.
    """
    digits = read_digits(text, currency="¥")
    amount_fen = None if digits is None else to_scaled(digits, 2)
    if amount_fen is None:
        raise AmountUnreadable(text=text)
    return amount_fen


def format_yuan(amount_fen: int, separators: bool = True) -> str:
    """Write fen as yuan with two decimals: 123456 gives 1,234.56."""
    yuan, fen = divmod(abs(amount_fen), FEN_PER_YUAN)
    whole = f"{yuan:,}" if separators else str(yuan)
    return f"{'-' if amount_fen < 0 else ''}{whole}.{fen:02d}"


def split_tax(gross_fen: int, rate_bp: int) -> tuple[int, int]:
    """Split a tax-inclusive amount into (net, tax) at a rate in basis points (13 % = 1300).

    net = gross / (1 + rate) half-up to the fen; tax = gross - net, so the two always add up.
    """
    net_fen = half_up(gross_fen * BASIS_POINTS, BASIS_POINTS + rate_bp)
    return net_fen, gross_fen - net_fen
