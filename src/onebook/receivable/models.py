"""Open items, what settled them, opening balances, and the lock rows of service accounts."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import CompositePrimaryKey

from onebook.infra.fields import ClockNow, recorded_at, recorded_on


class AllocationPolicy(models.Model):
    """In which order money settles open items, dated; the one in force is kept with each use."""

    id = models.SmallIntegerField(primary_key=True)
    code = models.TextField()
    name_zh = models.TextField()
    valid_from = models.DateField()

    class Meta:
        db_table = "receivable_allocation_policy"


class AccountLock(models.Model):
    """A row a service account, locked in ascending order by whoever settles its items."""

    service_account_id = models.BigIntegerField(primary_key=True)

    class Meta:
        db_table = "receivable_account_lock"


class Opening(models.Model):
    """A file of opening balances: the source document of its journal."""

    id = models.BigIntegerField(primary_key=True)
    name = models.TextField()
    sha256 = models.TextField(unique=True)
    org_unit_id = models.BigIntegerField()
    effective_on = models.DateField()
    items = models.IntegerField()
    total_fen = models.BigIntegerField()
    person_id = models.BigIntegerField(null=True)
    recorded_on = recorded_on()
    recorded_at = recorded_at()

    class Meta:
        db_table = "receivable_opening"


class OpenItem(models.Model):
    """What a service account owes for one thing; what remains is derived from settlements."""

    class Kind(models.IntegerChoices):
        BILL = 1
        OPENING = 2
        LATE_CHARGE = 3
        ADJUSTMENT = 4

    id = models.BigIntegerField(primary_key=True)
    kind = models.SmallIntegerField(choices=Kind)
    source_id = models.BigIntegerField(help_text="The bill, opening file, charge or adjustment.")
    service_account_id = models.BigIntegerField()
    org_unit_id = models.BigIntegerField()
    category_id = models.SmallIntegerField()
    bill_month = models.DateField()
    due_on = models.DateField()
    principal_fen = models.BigIntegerField()
    journal_id = models.BigIntegerField()
    effective_on = models.DateField()
    recorded_on = recorded_on()
    recorded_at = recorded_at()

    class Meta:
        db_table = "receivable_open_item"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(principal_fen__gt=0), name="receivable_item_positive"
            )
        ]
        indexes = [
            models.Index(fields=["service_account_id", "due_on"], name="receivable_item_account"),
            BrinIndex(
                fields=["effective_on"], name="receivable_item_effective", autosummarize=True
            ),
        ]


class Settlement(models.Model):
    """An amount that settles an item (negative: undoes one), by a source document's journal."""

    id = models.BigIntegerField(primary_key=True)
    open_item_id = models.BigIntegerField()
    service_account_id = models.BigIntegerField()
    amount_fen = models.BigIntegerField()
    source_kind = models.SmallIntegerField(help_text="receivable.rules.SettledBy")
    source_id = models.BigIntegerField()
    policy_id = models.SmallIntegerField()
    reverses_id = models.BigIntegerField(null=True)
    journal_id = models.BigIntegerField()
    effective_on = models.DateField()
    recorded_on = recorded_on()
    recorded_at = recorded_at()

    class Meta:
        db_table = "receivable_settlement"
        indexes = [
            models.Index(fields=["open_item_id"], name="receivable_settlement_item"),
            models.Index(fields=["source_kind", "source_id"], name="receivable_settlement_source"),
            BrinIndex(
                fields=["effective_on"], name="receivable_settled_effective", autosummarize=True
            ),
            # The few that undo, which a day's arrears look for among all since the snapshot.
            models.Index(
                fields=["effective_on"],
                condition=models.Q(amount_fen__lt=0),
                name="receivable_settlement_undone",
            ),
        ]


class Snapshot(models.Model):
    """A closed month's last day whose open items are kept, so that later days start from them."""

    as_of = models.DateField(primary_key=True)
    items = models.BigIntegerField()
    remaining_fen = models.BigIntegerField()
    recorded_at = models.DateTimeField(db_default=ClockNow(), editable=False)

    class Meta:
        db_table = "receivable_snapshot"


class SnapshotItem(models.Model):
    """An item with something left on a snapshot's day: the item's own columns, and what is left."""

    pk = CompositePrimaryKey("as_of", "open_item_id")
    as_of = models.DateField()
    open_item_id = models.BigIntegerField()
    kind = models.SmallIntegerField()
    source_id = models.BigIntegerField()
    service_account_id = models.BigIntegerField()
    org_unit_id = models.BigIntegerField()
    category_id = models.SmallIntegerField()
    bill_month = models.DateField()
    due_on = models.DateField()
    principal_fen = models.BigIntegerField()
    effective_on = models.DateField()
    remaining_fen = models.BigIntegerField()

    class Meta:
        db_table = "receivable_snapshot_item"
