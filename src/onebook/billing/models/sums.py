"""What the bills of a batch add up to, by category and component: the sums of revenue."""

from django.db import models
from django.db.models import CompositePrimaryKey


class BatchSum(models.Model):
    """The lines of a batch's bills added up, those of one component and category of accounts.

    Made with the batch from the columns that its journal is made of, so that a month's revenue is
    summed from a few rows a batch; `onebook verify` holds them against lines, bills and postings.
    Component 0 is the bills themselves: their kWh, total and net. `price_e10` is 0 where rows have
    prices of their own (discounts, the rates of power factors). Of a red bill all are below zero.
    """

    pk = CompositePrimaryKey("batch_id", "category_id", "component_id")
    batch_id = models.BigIntegerField()
    category_id = models.SmallIntegerField()
    component_id = models.BigIntegerField()
    bills = models.BigIntegerField()
    quantity_e4 = models.BigIntegerField()
    price_e10 = models.BigIntegerField()
    amount_fen = models.BigIntegerField()
    net_fen = models.BigIntegerField()

    class Meta:
        db_table = "billing_batch_sum"
