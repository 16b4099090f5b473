"""Adjustments (退补): what was asked for, reckoned line by line, and what came to be charged."""

from django.db import models
from django.db.models import CompositePrimaryKey

from onebook.infra.fields import recorded_at, recorded_on


class Adjustment(models.Model):
    """An adjustment as it was asked for; it is never changed, and charged once it is approved.

    A charge (追补) is above zero, a refund (退费) below. A counter document takes back the one that
    it names. `recorded_e4` is what the bills of its months charged, `formula` how the kWh follow.
    """

    id = models.BigIntegerField(primary_key=True)
    service_account_id = models.BigIntegerField()
    org_unit_id = models.BigIntegerField()
    category_id = models.SmallIntegerField()
    case = models.TextField()
    facts = models.JSONField(help_text="What was found: billing.rules.adjustments.Facts.")
    first_month = models.DateField()
    last_month = models.DateField()
    recorded_e4 = models.BigIntegerField()
    usage_e4 = models.BigIntegerField()
    formula = models.TextField()
    total_fen = models.BigIntegerField()
    net_fen = models.BigIntegerField()
    vat_fen = models.BigIntegerField()
    counters_id = models.BigIntegerField(null=True)
    reason = models.TextField()
    person_id = models.BigIntegerField()
    recorded_on = recorded_on()
    recorded_at = recorded_at()

    class Meta:
        db_table = "billing_adjustment"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(total_fen=models.F("net_fen") + models.F("vat_fen")),
                name="billing_adjustment_adds_up",
            ),
            models.CheckConstraint(
                condition=models.Q(case="counter", counters_id__isnull=False)
                | ~models.Q(case="counter") & models.Q(counters_id=None),
                name="billing_adjustment_counter",
            ),
        ]
        indexes = [
            models.Index(fields=["service_account_id"], name="billing_adjustment_account"),
            models.Index(
                fields=["counters_id"],
                condition=models.Q(counters_id__isnull=False),
                name="billing_adjustment_counters",
            ),
        ]


class AdjustmentPart(models.Model):
    """What falls on one bill of the period: its kWh, and the bill's total before and after."""

    pk = CompositePrimaryKey("adjustment_id", "bill_id")
    adjustment_id = models.BigIntegerField()
    bill_id = models.BigIntegerField()
    bill_month = models.DateField()
    recorded_e4 = models.BigIntegerField()
    usage_e4 = models.BigIntegerField()
    before_fen = models.BigIntegerField()
    after_fen = models.BigIntegerField()

    class Meta:
        db_table = "billing_adjustment_part"
        indexes = [models.Index(fields=["bill_id"], name="billing_adjustment_part_of")]


class AdjustmentLine(models.Model):
    """The difference in one component of one bill; `posting` is its posting rule's component."""

    pk = CompositePrimaryKey("adjustment_id", "line_no")
    adjustment_id = models.BigIntegerField()
    line_no = models.SmallIntegerField()
    bill_id = models.BigIntegerField()
    bill_month = models.DateField()
    component_id = models.BigIntegerField()
    label_zh = models.TextField()
    unit = models.TextField()
    quantity_e4 = models.BigIntegerField()
    price_e10 = models.BigIntegerField()
    amount_fen = models.BigIntegerField()
    net_fen = models.BigIntegerField()
    posting = models.TextField()
    formula = models.TextField()

    class Meta:
        db_table = "billing_adjustment_line"


class AdjustmentIssue(models.Model):
    """The charge or refund of an approved adjustment (追补单、退费单): the day it counts for.

    `prior_year_net_fen` is the net revenue that went to adjustments of earlier years.
    """

    adjustment_id = models.BigIntegerField(primary_key=True)
    approval_id = models.BigIntegerField()
    issued_on = models.DateField()
    due_on = models.DateField(help_text="The last day to pay a charge.")
    prior_year_net_fen = models.BigIntegerField()
    recorded_on = recorded_on()
    recorded_at = recorded_at()

    class Meta:
        db_table = "billing_adjustment_issue"
        indexes = [models.Index(fields=["issued_on"], name="billing_adjustment_issued")]


class AdjustmentInvoice(models.Model):
    """The VAT invoice of an adjustment, blue for a charge and red for a refund, or why none."""

    adjustment_id = models.BigIntegerField(primary_key=True)
    kind = models.TextField(
        choices=[("special", "special"), ("general", "general"), ("none", "none")]
    )
    number = models.TextField()
    reason = models.TextField()
    effective_on = models.DateField()
    person_id = models.BigIntegerField()
    recorded_on = recorded_on()
    recorded_at = recorded_at()

    class Meta:
        db_table = "billing_adjustment_invoice"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="none", number="") & ~models.Q(reason="")
                | ~models.Q(kind="none") & ~models.Q(number=""),
                name="billing_adjustment_invoice_said",
            )
        ]
