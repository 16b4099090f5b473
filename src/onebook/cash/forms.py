"""What a cashier types: a receipt, its reversal, a remittance."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from onebook.kernel.errors import AmountUnreadable
from onebook.kernel.money import parse_yuan


class YuanField(forms.CharField):
    """An amount in yuan, cleaned to integer fen above zero."""

    def clean(self, value: Any) -> int:
        """Read the amount exactly, or say why it cannot be read."""
        written = super().clean(value)
        try:
            amount_fen = parse_yuan(written)
        except AmountUnreadable as unreadable:
            said = gettext("The amount “{text}” cannot be read. Write it like 1234.56.")
            raise forms.ValidationError(said.format(text=written)) from unreadable
        if amount_fen <= 0:
            raise forms.ValidationError(gettext("Enter an amount above zero."))
        return amount_fen


class CashForm(forms.Form):
    """A receipt at the counter."""

    amount_fen = YuanField(label=_("Amount received, yuan"))
    external_ref = forms.CharField(label=_("Receipt number"), max_length=40)
    payer_name = forms.CharField(label=_("Payer, if not the customer"), required=False)


class ReversalForm(forms.Form):
    """Why a receipt is taken back."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


class MoveForm(forms.Form):
    """To which account a receipt's money belongs, and why; the evidence comes with it as files."""

    number = forms.CharField(label=_("The right account's number"), max_length=40)
    reason = forms.CharField(label=_("What is wrong, and what was checked"), max_length=300)


class RemittanceForm(forms.Form):
    """Counter cash paid in at the bank."""

    amount_fen = YuanField(label=_("Amount paid in, yuan"))
    slip_ref = forms.CharField(label=_("Number of the bank's slip"), max_length=40)
