"""Trial calculations, the accounts drawn of them, and what people found of these."""

from django.db import models
from django.db.models import CompositePrimaryKey

from onebook.infra.fields import recorded_at, recorded_on


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
