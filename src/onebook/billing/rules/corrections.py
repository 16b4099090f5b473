"""Corrections of issued bills on plain values: the mirror image of a bill."""

from dataclasses import replace

from onebook.tariff.rules import BillExplained


def turned(explained: BillExplained) -> BillExplained:
    """A bill with every quantity and amount of the opposite sign: its red bill."""
    return BillExplained(
        lines=tuple(
            replace(
                line,
                quantity_e4=-line.quantity_e4,
                amount_fen=-line.amount_fen,
                net_fen=-line.net_fen,
                formula=f"-({line.formula})",
            )
            for line in explained.lines
        ),
        total_fen=-explained.total_fen,
        net_fen=-explained.net_fen,
        vat_fen=-explained.vat_fen,
        fund_net_fen={fund: -fen for fund, fen in explained.fund_net_fen.items()},
    )
