"""Exceptions found by verification, and issued bills with their lines."""

from django.db import models
from django.db.models import CompositePrimaryKey

from onebook.billing.models.adjustments import (
    Adjustment,
    AdjustmentInvoice,
    AdjustmentIssue,
    AdjustmentLine,
    AdjustmentPart,
)
from onebook.billing.models.history import History
from onebook.billing.models.invoices import (
    Invoice,
    InvoiceBill,
    InvoiceEvent,
    InvoiceStanding,
    InvoiceTerms,
    Moment,
)
from onebook.billing.models.sums import BatchSum
from onebook.billing.models.tickets import Ticket, TicketCheck
from onebook.billing.models.trials import Trial, TrialSample, TrialTick
from onebook.infra.fields import recorded_at, recorded_on

__all__ = [
    "Adjustment",
    "AdjustmentInvoice",
    "AdjustmentIssue",
    "AdjustmentLine",
    "AdjustmentPart",
    "Batch",
    "BatchSum",
    "Bill",
    "BillException",
    "BillLine",
    "BillPortion",
    "BillReading",
    "Decision",
    "History",
    "Invoice",
    "InvoiceBill",
    "InvoiceEvent",
    "InvoiceStanding",
    "InvoiceTerms",
    "Moment",
    "Threshold",
    "Ticket",
    "TicketCheck",
    "Trial",
    "TrialSample",
    "TrialTick",
    "Verification",
]


class BillException(models.Model):
    """A hit of a verification rule on one reading: what was expected, what was found."""

    id = models.BigIntegerField(primary_key=True)
    service_account_id = models.BigIntegerField()
    org_unit_id = models.BigIntegerField()
    reading_id = models.BigIntegerField()
    bill_month = models.DateField()
    rule = models.TextField()
    blocking = models.BooleanField(help_text="Keeps the account out of the issue until decided.")
    expected = models.TextField()
    found = models.TextField()
    usage_e4 = models.BigIntegerField()
    recorded_at = recorded_at()

    class Meta:
        db_table = "billing_exception"
        constraints = [
            models.UniqueConstraint(
                fields=["reading_id", "rule", "service_account_id"], name="billing_exception_once"
            )
        ]
        indexes = [
            models.Index(fields=["org_unit_id", "bill_month"], name="billing_exception_unit")
        ]


class Decision(models.Model):
    """What became of an exception: a person releases it with a reason, holds the bill, sends it
    back to be read again, asks for an estimate in its place, or opens a ticket; verification clears
    it when its cause is gone, and reopens it when the cause is back."""

    class Kind(models.TextChoices):
        RELEASE = "release"
        HOLD = "hold"
        REREAD = "reread"
        ESTIMATE = "estimate"
        TICKET = "ticket"
        CLEAR = "clear"
        REOPEN = "reopen"

    exception_id = models.BigIntegerField()
    kind = models.TextField(choices=Kind)
    reason = models.TextField()
    person_id = models.BigIntegerField(null=True)
    recorded_at = recorded_at()

    class Meta:
        db_table = "billing_decision"
        indexes = [models.Index(fields=["exception_id", "id"], name="billing_decision_of")]


class Verification(models.Model):
    """One verification of a unit's month: the readings in force that it saw, and what it found.

    `readings` and `reading_sum` (the sum of their identifiers) tell whether others came since;
    `basis` whether terms or tariffs changed.
    """

    org_unit_id = models.BigIntegerField()
    bill_month = models.DateField()
    readings = models.BigIntegerField()
    reading_sum = models.BigIntegerField()
    basis = models.BigIntegerField()
    found = models.IntegerField()
    cleared = models.IntegerField()
    person_id = models.BigIntegerField(null=True)
    recorded_on = recorded_on()
    recorded_at = recorded_at()

    class Meta:
        db_table = "billing_verification"
        indexes = [
            models.Index(fields=["org_unit_id", "bill_month"], name="billing_verification_unit")
        ]


class Batch(models.Model):
    """The bills of one unit and month that were issued together: a journal's source document."""

    id = models.BigIntegerField(primary_key=True)
    org_unit_id = models.BigIntegerField()
    bill_month = models.DateField()
    issued_on = models.DateField()
    bills = models.IntegerField()
    usage_e4 = models.BigIntegerField()
    total_fen = models.BigIntegerField()
    net_fen = models.BigIntegerField()
    vat_fen = models.BigIntegerField()
    fund_net_fen = models.BigIntegerField()
    relief_net_fen = models.BigIntegerField(db_default=0)
    person_id = models.BigIntegerField(null=True)
    recorded_on = recorded_on()
    recorded_at = recorded_at()

    class Meta:
        db_table = "billing_batch"
        indexes = [models.Index(fields=["bill_month", "org_unit_id"], name="billing_batch_month")]


class Bill(models.Model):
    """An issued bill; it is never changed.

    `reading_id` is the account's last reading of the month, of an account without a meter that of
    its main meter; the others of an account with several meters, or with a changed one, are in
    `BillReading`. A red bill (红冲) mirrors the bill that it
    reverses with negative amounts; the bill in its place (全减另发) names the one it replaces.
    A bill stands as long as no red bill reverses it.
    """

    id = models.BigIntegerField(primary_key=True)
    batch_id = models.BigIntegerField()
    service_account_id = models.BigIntegerField()
    org_unit_id = models.BigIntegerField()
    category_id = models.SmallIntegerField()
    bill_month = models.DateField()
    tariff_version_id = models.BigIntegerField()
    reading_id = models.BigIntegerField()
    usage_e4 = models.BigIntegerField()
    year_usage_before_e4 = models.BigIntegerField()
    quota_months = models.SmallIntegerField()
    total_fen = models.BigIntegerField()
    net_fen = models.BigIntegerField()
    vat_fen = models.BigIntegerField()
    issued_on = models.DateField()
    due_on = models.DateField()
    reverses_bill_id = models.BigIntegerField(null=True)
    replaces_bill_id = models.BigIntegerField(null=True)

    class Meta:
        db_table = "billing_bill"
        constraints = [
            models.UniqueConstraint(
                fields=["reading_id", "service_account_id"],
                condition=models.Q(reverses_bill_id=None, replaces_bill_id=None),
                name="billing_bill_once_a_reading",
            ),
            models.UniqueConstraint(
                fields=["reverses_bill_id"],
                condition=models.Q(reverses_bill_id__isnull=False),
                name="billing_bill_reversed_once",
            ),
            models.UniqueConstraint(
                fields=["replaces_bill_id"],
                condition=models.Q(replaces_bill_id__isnull=False),
                name="billing_bill_replaced_once",
            ),
        ]
        indexes = [
            models.Index(fields=["service_account_id", "bill_month"], name="billing_bill_account"),
            models.Index(fields=["bill_month", "org_unit_id"], name="billing_bill_unit_month"),
        ]


class BillReading(models.Model):
    """A further reading that a bill counts, beside the one that the bill names."""

    pk = CompositePrimaryKey("reading_id", "bill_id")
    reading_id = models.BigIntegerField()
    bill_id = models.BigIntegerField()

    class Meta:
        db_table = "billing_bill_reading"
        indexes = [models.Index(fields=["bill_id"], name="billing_bill_reading_of")]


class BillPortion(models.Model):
    """What one portion of a bill was charged on, as it stood at the issue.

    Only bills that are more than one tariff version times their total usage have portions; a
    metering point of 0 is the account itself. Energies in 10^-4 kWh and kvarh, demand in 10^-4 kW,
    capacity in 10^-4 kVA x days. The energies and the standard of the power factor stand in
    portion 0. Its lines are numbered from `first_line_no` on.
    """

    pk = CompositePrimaryKey("bill_id", "portion_no")
    bill_id = models.BigIntegerField()
    portion_no = models.SmallIntegerField()
    first_line_no = models.SmallIntegerField()
    tariff_version_id = models.BigIntegerField()
    metering_point_id = models.BigIntegerField()
    starts_on = models.DateField()
    usage_e4 = models.BigIntegerField()
    sharp_e4 = models.BigIntegerField()
    peak_e4 = models.BigIntegerField()
    flat_e4 = models.BigIntegerField()
    valley_e4 = models.BigIntegerField()
    deep_valley_e4 = models.BigIntegerField()
    days = models.SmallIntegerField()
    proration_days = models.SmallIntegerField()
    year_usage_before_e4 = models.BigIntegerField()
    quota_months = models.SmallIntegerField()
    earlier_quota_months = models.SmallIntegerField()
    extra_quota_e4_month = models.BigIntegerField()
    extra_quota_months = models.SmallIntegerField()
    free_e4 = models.BigIntegerField()
    demand_e4 = models.BigIntegerField()
    contract_demand_e4 = models.BigIntegerField()
    capacity_e4_days = models.BigIntegerField()
    transformer_e4 = models.BigIntegerField()
    in_pf_fee = models.BooleanField()
    active_e4 = models.BigIntegerField()
    reactive_e4 = models.BigIntegerField()
    pf_standard_bp = models.IntegerField()

    class Meta:
        db_table = "billing_bill_portion"
        indexes = [
            models.Index(
                fields=["metering_point_id"],
                condition=~models.Q(metering_point_id=0),
                name="billing_portion_point",
            )
        ]


class BillPoint(models.Model):
    """How the quantity of one metering point of a bill came about, as it stood at the issue.

    The points of bills that have portions. In 10^-4 kWh: `metered_e4` is what the meters showed
    (of a 定比 or 定量 what came off the main meter), and with the losses of its transformer and
    line, its share in its main meter's loss (below zero: what its parts bear of its own) and what
    parts take off it adds up to `usage_e4`. `reactive_e4` was measured in kvarh. A corrected
    reading of its main meter or of a part of that is later than `latest_reading_id`.
    """

    pk = CompositePrimaryKey("bill_id", "metering_point_id")
    bill_id = models.BigIntegerField()
    metering_point_id = models.BigIntegerField()
    master_point_id = models.BigIntegerField()
    deduction = models.SmallIntegerField()
    ratio_bp = models.BigIntegerField()
    agreed_e4 = models.BigIntegerField()
    metered_e4 = models.BigIntegerField()
    transformer_e4 = models.BigIntegerField()
    line_e4 = models.BigIntegerField()
    shared_e4 = models.BigIntegerField()
    parts_e4 = models.BigIntegerField()
    usage_e4 = models.BigIntegerField()
    reactive_e4 = models.BigIntegerField()
    reactive_loss_e4 = models.BigIntegerField()
    latest_reading_id = models.BigIntegerField()

    class Meta:
        db_table = "billing_bill_point"
        indexes = [
            models.Index(fields=["metering_point_id"], name="billing_point_of"),
            models.Index(
                fields=["master_point_id"],
                condition=~models.Q(master_point_id=0),
                name="billing_point_part_of",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    usage_e4=models.F("metered_e4")
                    + models.F("transformer_e4")
                    + models.F("line_e4")
                    + models.F("shared_e4")
                    + models.F("parts_e4")
                ),
                name="billing_bill_point_adds_up",
            )
        ]


class BillLine(models.Model):
    """quantity x price = amount of one component of a bill; `line_no` is the component's position,
    counted on over the portions of a bill that has several."""

    pk = CompositePrimaryKey("bill_id", "line_no")
    bill_id = models.BigIntegerField()
    line_no = models.SmallIntegerField()
    component_id = models.BigIntegerField()
    quantity_e4 = models.BigIntegerField()
    price_e10 = models.BigIntegerField()
    amount_fen = models.BigIntegerField()

    class Meta:
        db_table = "billing_bill_line"


class Threshold(models.Model):
    """A dated parameter of a rule, by category where it differs (null: every other category).

    The row in force is the latest `valid_from` up to the bill month, or to the day of issue.
    """

    rule = models.TextField()
    name = models.TextField()
    category_id = models.SmallIntegerField(null=True)
    value = models.BigIntegerField()
    valid_from = models.DateField()

    class Meta:
        db_table = "billing_threshold"
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "name", "category_id", "valid_from"],
                name="billing_threshold_dated",
                nulls_distinct=False,
            )
        ]
