"""What was billed before, as columns: a row a batch instead of a row a bill."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class History(models.Model):
    """The bills of a batch, or what an adjustment put on a month's bill, as columns of one row.

    Made with them, in their transaction, from the very columns; `onebook verify` holds it against
    the bills. The arrays are of one length, an account each: kWh and fee as billed (a red bill's
    below zero) and how it was read and billed, bits of `rules.BilledHow`. Verification compares a
    month with the three before by reading three rows a unit.
    """

    batch_id = models.BigIntegerField(null=True)
    adjustment_id = models.BigIntegerField(null=True)
    org_unit_id = models.BigIntegerField()
    bill_month = models.DateField()
    service_account_id = ArrayField(models.BigIntegerField())
    usage_e4 = ArrayField(models.BigIntegerField())
    total_fen = ArrayField(models.BigIntegerField())
    state = ArrayField(models.SmallIntegerField())

    class Meta:
        db_table = "billing_history"
        constraints = [
            models.UniqueConstraint(
                fields=["batch_id"],
                condition=models.Q(batch_id__isnull=False),
                name="billing_history_of_batch",
            ),
            models.UniqueConstraint(
                fields=["adjustment_id", "bill_month"],
                condition=models.Q(adjustment_id__isnull=False),
                name="billing_history_of_adjustment",
            ),
            models.CheckConstraint(
                condition=models.Q(batch_id__isnull=False, adjustment_id__isnull=True)
                | models.Q(batch_id__isnull=True, adjustment_id__isnull=False),
                name="billing_history_has_one_source",
            ),
        ]
        indexes = [models.Index(fields=["org_unit_id", "bill_month"], name="billing_history_month")]
