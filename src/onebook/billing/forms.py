"""What is typed on billing's pages: decisions, a meter read again, a quote's what-if."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from onebook.billing.errors import TicketKindUnknown
from onebook.billing.rules.adjustments import CASE_WORDS, Case, Facts
from onebook.billing.rules.quote_form import NEEDED, STANDARDS, Asked, period_names
from onebook.billing.rules.tickets import TICKET_WORDS, TicketKind
from onebook.billing.services.adjustments import Wanted
from onebook.customer.rules import CATEGORY_WORDS
from onebook.infra.web import problems
from onebook.infra.web.words import pick
from onebook.kernel.energy import parse_kwh
from onebook.kernel.errors import OnebookError
from onebook.kernel.money import parse_yuan
from onebook.kernel.periods import Month
from onebook.metering.rules import Register
from onebook.tariff.rules import TOTAL


class DecisionForm(forms.Form):
    """Release exceptions, hold their bills or have them read again, with one reason."""

    kind = forms.ChoiceField(
        choices=[("release", _("Release")), ("hold", _("Hold")), ("reread", _("Read again"))]
    )
    reason = forms.CharField(label=_("What was checked and found"), max_length=300)
    exceptions = forms.CharField()

    def clean_exceptions(self) -> list[int]:
        """The ids of the exceptions, written with commas between them."""
        parts = self.cleaned_data["exceptions"].split(",")
        if not all(part.isascii() and part.isdigit() for part in parts):
            raise forms.ValidationError(_("Choose at least one exception."))
        return [int(part) for part in parts]


def _day() -> forms.DateInput:
    """A day as every page takes it: 2026-10-31."""
    return forms.DateInput({"data-day": "", "size": 10, "maxlength": 10}, format="%Y-%m-%d")


class RereadForm(forms.Form):
    """What a meter shows that was to be read again: the total, its further registers, the day."""

    read_on = forms.DateField(label=_("Read on"), widget=_day())
    note = forms.CharField(label=_("What was seen"), max_length=300)

    def __init__(self, registers: Iterable[Register], data: Any, initial: Any = None) -> None:
        """Make a field for each register of the meter; without data one not checked yet."""
        super().__init__(data, initial=initial)
        self._registers = list(registers)
        self.fields["current"] = NumberField(label=_("Register"))
        for register in self._registers:
            self.fields[register.value] = NumberField(label=pick(period_names(register)))
        self.order_fields(["current", *self._registers, "read_on", "note"])

    def registers(self) -> dict[Register, int]:
        """The values of the further registers in 10^-4, once the form was checked."""
        return {one: self.cleaned_data[one.value] for one in self._registers}


class TicketForm(forms.Form):
    """What a ticket changes, by its kind: the facts as they are typed, the day, and why."""

    LABELS = {
        "old_number": _("Meter taken off"),
        "bill_month": _("Bill month of its last value"),
        "final": _("Last value of the old meter"),
        "new_number": _("Meter put on"),
        "digits": _("Digits of the new meter (blank: as before)"),
        "multiplier": _("Multiplier"),
        "initial": _("First value of the new meter (blank: 0)"),
        "category": _("Category of use"),
        "tariff": _("Tariff"),
        "meter": _("Meter"),
    }
    _FACTS = {
        TicketKind.METER: (
            "old_number", "bill_month", "final", "new_number", "digits", "multiplier", "initial",
        ),
        TicketKind.CATEGORY: ("category", "tariff"),
        TicketKind.MULTIPLIER: ("meter", "multiplier"),
        TicketKind.CLOSE: (),
    }  # fmt: skip
    _OPTIONAL = ("digits", "initial")

    effective_on = forms.DateField(label=_("Counts from"), widget=_day())
    reason = forms.CharField(label=_("What was found on site"), max_length=300)

    def __init__(
        self,
        kind: str,
        meters: Sequence[str],
        tariffs: Sequence[str],
        data: Any = None,
        initial: Any = None,
    ) -> None:
        """Make a field for each fact of the kind; TicketKindUnknown."""
        super().__init__(data, initial=initial)
        if kind not in TICKET_WORDS:
            raise TicketKindUnknown(kind=kind)
        choices = {
            "old_number": [(one, one) for one in meters],
            "meter": [(one, one) for one in meters],
            "category": [(str(key), pick(pair)) for key, pair in CATEGORY_WORDS.items()],
            "tariff": [(one, one) for one in tariffs],
        }
        self._names = list(self._FACTS[TicketKind(kind)])
        for name in self._names:
            label, needed = self.LABELS[name], name not in self._OPTIONAL
            if kind == TicketKind.METER and name == "multiplier":
                label, needed = _("Multiplier (blank: as before)"), False
            if name in choices:
                self.fields[name] = forms.ChoiceField(label=label, choices=choices[name])
            else:
                self.fields[name] = forms.CharField(label=label, required=needed, max_length=40)
        if kind == TicketKind.CLOSE:
            for number in meters:
                self._names.append(f"final:{number}")
                label = format_lazy(_("Last value of meter {number}"), number=number)
                self.fields[f"final:{number}"] = forms.CharField(label=label, max_length=40)
        self.order_fields(["effective_on", *self._names, "reason"])

    def facts(self) -> dict[str, str]:
        """The facts by name, once the form was checked."""
        return {name: self.cleaned_data[name] for name in self._names}


_FACT_LABELS = {
    "demand": _("Maximum demand, kW"),
    "contract_demand": _("Contract demand, kW"),
    "kva": _("Transformer capacity, kVA"),
    "year_usage_before": _("Used earlier this year, kWh"),
    "persons": _("Persons in the household"),
    "free_kwh": _("Free kWh a month"),
    "reactive": _("Reactive energy, kvarh"),
}


class QuoteForm(forms.Form):
    """What two tariffs ask for: a usage for each period, then the facts; all as numbers."""

    def __init__(self, data: Any, asked: Asked, initial: Any = None) -> None:
        """Make a field for each answer; without data a form that is not checked yet."""
        super().__init__(data, initial=initial)
        for period in asked.usages:
            label = _("Usage, kWh")
            if period != TOTAL:
                label = format_lazy("{} · {}", pick(period_names(period)), label)
            self._ask(f"kwh_{period}", label)
        for fact in asked.facts:
            self._ask(fact, _FACT_LABELS[fact])
        if "reactive" in asked.facts:
            self.fields["standard"] = forms.ChoiceField(
                label=_("Power-factor standard"),
                choices=[("", _("not assessed")), *((one, one) for one in STANDARDS)],
                required=False,
                widget=forms.Select({"class": "fact"}),
            )

    def _ask(self, name: str, label: Any) -> None:
        widget = forms.TextInput(
            {"inputmode": "decimal", "autocomplete": "off", "size": 12, "class": "fact"}
        )
        self.fields[name] = NumberField(label=label, required=False, widget=widget)

    @property
    def lacking(self) -> list[str]:
        """The labels of what is still needed for a bill, once the form was checked."""
        return [
            str(field.label)
            for name, field in self.fields.items()
            if (name.startswith("kwh_") or name in NEEDED) and self.cleaned_data.get(name) is None
        ]

    def answers(self) -> dict[str, int]:
        """The answers in 10^-4 of their units, by period and by fact; blank ones left out."""
        given = {**self.cleaned_data}
        standard = given.pop("standard", "")
        found = {
            name.removeprefix("kwh_"): value for name, value in given.items() if value is not None
        }
        return {**found, "standard": parse_kwh(standard)} if standard else found


class NumberField(forms.CharField):
    """A number from zero on with four decimals at most, in 10^-4."""

    def clean(self, value: Any) -> Any:
        """Read it; None where it is blank and may be."""
        text = super().clean(value)
        if not text:
            return None
        try:
            value_e4 = parse_kwh(text)
        except OnebookError as unreadable:
            raise forms.ValidationError(problems.text(unreadable)) from unreadable
        if value_e4 < 0:
            raise forms.ValidationError(_("Write a number from zero on."))
        return value_e4


class PercentField(forms.CharField):
    """A percentage of either sign with two decimals at most, in hundredths; 0 where it is blank."""

    def clean(self, value: Any) -> Any:
        """Read it."""
        text = super().clean(value)
        try:
            return parse_yuan(text) if text else 0
        except OnebookError as unreadable:
            raise forms.ValidationError(problems.text(unreadable)) from unreadable


def _decimal(label: Any) -> Any:
    widget = forms.TextInput({"inputmode": "decimal", "autocomplete": "off", "size": 12})
    return NumberField(label=label, required=False, widget=widget)


class AdjustmentForm(forms.Form):
    """What was found wrong with a measurement: whose, in which case, in which bill months."""

    account = forms.CharField(label=_("Account"), max_length=40)
    case = forms.ChoiceField(
        label=_("Case"), choices=lambda: [(one, pick(CASE_WORDS[one])) for one in Case]
    )
    first = forms.CharField(label=_("First bill month"), max_length=7)
    last = forms.CharField(label=_("Last bill month"), max_length=7)
    error = PercentField(
        label=_("Error of the meter, percent, below zero for a slow one"), required=False
    )
    full_period = forms.BooleanField(label=_("The whole period, not half of it"), required=False)
    right = forms.IntegerField(
        label=_("Right power, actual multiplier, drop in 0.01 %, days of the fault"), required=False
    )
    wrong = forms.IntegerField(
        label=_("Wrong power, multiplier used, allowed drop in 0.01 %, days of the normal month"),
        required=False,
    )
    normal = _decimal(_("Usage of a normal month, kWh"))
    reactive = _decimal(_("Reactive energy missed, kvarh"))

    def wanted(self) -> Wanted:
        """What is asked for; MonthUnreadable for months that are none."""
        given = self.cleaned_data
        facts = Facts(
            error_bp=given["error"],
            right=given["right"] or 0,
            wrong=given["wrong"] or 0,
            normal_e4=given["normal"] or 0,
            full_period=given["full_period"],
            reactive_e4=given["reactive"] or 0,
        )
        first, last = Month.parse(given["first"]), Month.parse(given["last"])
        return Wanted(given["account"].strip(), Case(given["case"]), first, last, facts)
