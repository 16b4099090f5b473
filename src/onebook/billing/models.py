"""Exceptions found by verification, and issued bills with their lines."""

from django.db import models
from django.db.models import CompositePrimaryKey

from onebook.infra.fields import recorded_at, recorded_on


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
            models.UniqueConstraint(fields=["reading_id", "rule"], name="billing_exception_once")
        ]
        indexes = [
            models.Index(fields=["org_unit_id", "bill_month"], name="billing_exception_unit")
        ]


class Decision(models.Model):
    """What became of an exception: a person releases it with a reason, holds the bill, sends it
    back to be read again, or asks for an estimate in its place; verification clears it
    when its cause is gone, and reopens it when the cause is back."""

    class Kind(models.TextChoices):
        RELEASE = "release"
        HOLD = "hold"
        REREAD = "reread"
        ESTIMATE = "estimate"
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

    `readings` and `reading_sum` (the sum of their identifiers) tell whether others came since.
    """

    org_unit_id = models.BigIntegerField()
    bill_month = models.DateField()
    readings = models.BigIntegerField()
    reading_sum = models.BigIntegerField()
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

    `reading_id` is the account's last reading of the month; the others of an account with several
    meters, or with a changed one, are in `BillReading`. A red bill (红冲) mirrors the bill that it
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
                fields=["reading_id"],
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


class Trial(models.Model):
    """A trial calculation (试算) of a unit's month before its issue: no bill, nothing in the book.

    `rows` are the totals by category against the month before, as `kernels.compared` gives them.
    """

    id = models.BigIntegerField(primary_key=True)
    org_unit_id = models.BigIntegerField()
    bill_month = models.DateField()
    rows = models.JSONField()
    person_id = models.BigIntegerField(null=True)
    recorded_on = recorded_on()
    recorded_at = recorded_at()

    class Meta:
        db_table = "billing_trial"
        indexes = [models.Index(fields=["org_unit_id", "bill_month"], name="billing_trial_unit")]


class TrialSample(models.Model):
    """An account of a trial that a person is to check line by line, and what it was charged on.

    `portions` are the frozen facts of a bill of several portions, as `BillPortion` would have them.
    """

    pk = CompositePrimaryKey("trial_id", "service_account_id")
    trial_id = models.BigIntegerField()
    service_account_id = models.BigIntegerField()
    stratum = models.TextField()
    tariff_version_id = models.BigIntegerField()
    usage_e4 = models.BigIntegerField()
    year_usage_before_e4 = models.BigIntegerField()
    quota_months = models.SmallIntegerField()
    total_fen = models.BigIntegerField()
    portions = models.JSONField()

    class Meta:
        db_table = "billing_trial_sample"


class TrialTick(models.Model):
    """What a person found of a sampled account: its calculation is right, or what is wrong."""

    pk = CompositePrimaryKey("trial_id", "service_account_id")
    trial_id = models.BigIntegerField()
    service_account_id = models.BigIntegerField()
    is_right = models.BooleanField()
    note = models.TextField()
    person_id = models.BigIntegerField()
    recorded_on = recorded_on()
    recorded_at = recorded_at()

    class Meta:
        db_table = "billing_trial_tick"


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


class Moment(models.IntegerChoices):
    """What makes a bill taxable (纳税义务发生时间): the values of the rule's dated parameter."""

    ISSUE = 1
    RECEIPT = 2
    CONTRACT = 3


class InvoiceTerms(models.Model):
    """How a customer is invoiced from a day on: which kind, to whom, one for all bills or not.

    The row in force is the latest `valid_from` up to the day of the request, the last recorded one
    of a day. A customer without any gets a general invoice in its own name.
    """

    customer_id = models.BigIntegerField()
    kind = models.TextField(choices=[("special", "special"), ("general", "general")])
    title = models.TextField()
    tax_number = models.TextField()
    address_phone = models.TextField()
    bank_account = models.TextField()
    merged = models.BooleanField(help_text="One invoice over all bills of a month and org unit.")
    valid_from = models.DateField()
    person_id = models.BigIntegerField(null=True)
    recorded_on = recorded_on()
    recorded_at = recorded_at()

    class Meta:
        db_table = "billing_invoice_terms"
        indexes = [
            models.Index(fields=["customer_id", "valid_from"], name="billing_invoice_terms_of")
        ]


class Invoice(models.Model):
    """A VAT invoice (增值税发票) asked of the platform: blue over bills, or the red one of a blue.

    The buyer's data stand here as they were when it was asked for. Amounts of a red one are
    negative. What became of it is the last `InvoiceEvent`.
    """

    id = models.BigIntegerField(primary_key=True)
    color = models.TextField(choices=[("blue", "blue"), ("red", "red")])
    kind = models.TextField(choices=[("special", "special"), ("general", "general")])
    customer_id = models.BigIntegerField()
    org_unit_id = models.BigIntegerField()
    title = models.TextField()
    tax_number = models.TextField()
    address_phone = models.TextField()
    bank_account = models.TextField()
    vat_rate_bp = models.IntegerField()
    net_fen = models.BigIntegerField()
    vat_fen = models.BigIntegerField()
    gross_fen = models.BigIntegerField()
    taxable_on = models.DateField()
    blue_id = models.BigIntegerField(null=True)
    reason = models.TextField(help_text="Why a red one was asked for.")
    red_form = models.TextField(help_text="Number of the red information form (红字信息表).")
    person_id = models.BigIntegerField(null=True)
    recorded_on = recorded_on()
    recorded_at = recorded_at()

    class Meta:
        db_table = "billing_invoice"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(gross_fen=models.F("net_fen") + models.F("vat_fen")),
                name="billing_invoice_adds_up",
            ),
            models.CheckConstraint(
                condition=models.Q(color="blue", blue_id=None, gross_fen__gt=0)
                | models.Q(color="red", blue_id__isnull=False, gross_fen__lt=0)
                & ~models.Q(reason=""),
                name="billing_invoice_red_names_its_blue",
            ),
        ]
        indexes = [models.Index(fields=["blue_id"], name="billing_invoice_red_of")]


class InvoiceBill(models.Model):
    """A bill that an invoice covers, with its amounts: those of the bill, turned on a red one."""

    pk = CompositePrimaryKey("invoice_id", "bill_id")
    invoice_id = models.BigIntegerField()
    bill_id = models.BigIntegerField()
    net_fen = models.BigIntegerField()
    vat_fen = models.BigIntegerField()
    gross_fen = models.BigIntegerField()

    class Meta:
        db_table = "billing_invoice_bill"
        indexes = [models.Index(fields=["bill_id"], name="billing_invoice_bill_of")]


class InvoiceEvent(models.Model):
    """What became of an invoice: requested, issued with its number, failed, dropped or voided.

    `effective_on` is the invoice's own date where it was issued, the day of the void, else the day
    of recording.
    """

    class Kind(models.TextChoices):
        REQUESTED = "requested"
        ISSUED = "issued"
        FAILED = "failed"
        DROPPED = "dropped"
        VOIDED = "voided"

    invoice_id = models.BigIntegerField()
    kind = models.TextField(choices=Kind)
    code = models.TextField(default="")
    number = models.TextField(default="")
    effective_on = models.DateField()
    reason = models.TextField(default="")
    person_id = models.BigIntegerField(null=True)
    recorded_on = recorded_on()
    recorded_at = recorded_at()

    class Meta:
        db_table = "billing_invoice_event"
        constraints = [
            models.UniqueConstraint(
                fields=["code", "number"],
                condition=models.Q(kind="issued"),
                name="billing_invoice_number_once",
            ),
            models.UniqueConstraint(
                fields=["invoice_id", "kind"],
                condition=models.Q(kind__in=["issued", "dropped", "voided"]),
                name="billing_invoice_event_once",
            ),
        ]
        indexes = [models.Index(fields=["invoice_id", "id"], name="billing_invoice_event_of")]


class InvoiceStanding(models.Model):
    """The one blue and the one red invoice that stand over a bill; a row goes when neither does.

    No fact: the events say why a row went. It is here so that the database allows one alone.
    """

    pk = CompositePrimaryKey("bill_id", "color")
    bill_id = models.BigIntegerField()
    color = models.TextField()
    invoice_id = models.BigIntegerField()

    class Meta:
        db_table = "billing_invoice_standing"
        indexes = [models.Index(fields=["invoice_id"], name="billing_invoice_standing_of")]
