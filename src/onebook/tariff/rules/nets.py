"""The VAT of a bill, split off its whole and shared out over its lines."""

from collections import defaultdict
from collections.abc import Sequence

from onebook.kernel.money import split_tax
from onebook.tariff.rules.model import Component, FundRounding, Version

Priced = tuple[int, Version, Component, int]
"""A line as the split takes it: the place of its portion, version, component, amount in fen."""


def split_nets(lines: Sequence[Priced]) -> tuple[list[int], int]:
    """Give each line's net in fen and the VAT of the bill.

    VAT is split off the sum of the taxed lines, rate by rate. Funds that are rounded together are
    split together in their portion, the last takes the difference; of what remains the first
    taxed line of revenue takes all (without one the last taxed line), so that nets add up.
    """
    nets_fen = [amount_fen for *_, amount_fen in lines]
    taxed: defaultdict[int, list[int]] = defaultdict(list)
    for at, (_, version, component, amount_fen) in enumerate(lines):
        if component.vat_included:
            taxed[version.vat_rate_bp].append(at)
            nets_fen[at] = split_tax(amount_fen, version.vat_rate_bp)[0]
    _settle_funds(lines, nets_fen)
    vat_fen = 0
    for rate_bp, places in taxed.items():
        net_fen, rate_vat_fen = split_tax(sum(lines[at][3] for at in places), rate_bp)
        vat_fen += rate_vat_fen
        absorber = next((at for at in places if lines[at][2].is_revenue), places[-1])
        nets_fen[absorber] += net_fen - sum(nets_fen[at] for at in places)
    return nets_fen, vat_fen


def _settle_funds(lines: Sequence[Priced], nets_fen: list[int]) -> None:
    funds: defaultdict[int, list[int]] = defaultdict(list)
    for at, (place, version, component, _) in enumerate(lines):
        together = version.fund_rounding is FundRounding.LAST_ABSORBS
        if together and component.is_fund and component.vat_included:
            funds[place].append(at)
    for places in funds.values():
        rate_bp = lines[places[0]][1].vat_rate_bp
        together_fen = split_tax(sum(lines[at][3] for at in places), rate_bp)[0]
        nets_fen[places[-1]] += together_fen - sum(nets_fen[at] for at in places)
