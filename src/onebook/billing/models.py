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
    """What a person decided of an exception: release it with a reason, or hold the bill."""

    class Kind(models.TextChoices):
        RELEASE = "release"
        HOLD = "hold"

    exception_id = models.BigIntegerField()
    kind = models.TextField(choices=Kind)
    reason = models.TextField()
    person_id = models.BigIntegerField()
    recorded_at = recorded_at()

    class Meta:
        db_table = "billing_decision"
        indexes = [models.Index(fields=["exception_id", "id"], name="billing_decision_of")]


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
    person_id = models.BigIntegerField(null=True)
    recorded_on = recorded_on()
    recorded_at = recorded_at()

    class Meta:
        db_table = "billing_batch"
        indexes = [models.Index(fields=["bill_month", "org_unit_id"], name="billing_batch_month")]


class Bill(models.Model):
    """An issued bill; it is never changed. Red bills have a negative total."""

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

    class Meta:
        db_table = "billing_bill"
        constraints = [
            models.UniqueConstraint(fields=["reading_id"], name="billing_bill_once_a_reading")
        ]
        indexes = [
            models.Index(fields=["service_account_id", "bill_month"], name="billing_bill_account"),
            models.Index(fields=["org_unit_id", "bill_month"], name="billing_bill_unit_month"),
        ]


class BillLine(models.Model):
    """quantity x price = amount of one component of a bill; `line_no` is the component's
    position."""

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
    """Thresholds of the verification rules, by name."""

    name = models.TextField(unique=True)
    value = models.BigIntegerField()

    class Meta:
        db_table = "billing_threshold"
