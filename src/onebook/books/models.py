"""The one book: accounts, posting rules, period locks, journals and postings."""

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models.functions import Now

from onebook.infra.fields import recorded_at, recorded_on


class Account(models.Model):
    """An account of the chart; memorandum accounts stand off the balance sheet."""

    class Kind(models.TextChoices):
        ASSET = "asset"
        LIABILITY = "liability"
        EQUITY = "equity"
        INCOME = "income"
        EXPENSE = "expense"
        MEMORANDUM = "memorandum"

    id = models.SmallIntegerField(primary_key=True)
    code = models.TextField(unique=True)
    name_zh = models.TextField()
    name_en = models.TextField()
    kind = models.TextField(choices=Kind)
    control = models.TextField(default="", help_text="The subledger that this account controls.")

    class Meta:
        db_table = "books_account"
        ordering = ["code"]


class PostingRule(models.Model):
    """Event x component -> debit and credit account, dated."""

    event = models.TextField()
    component = models.TextField()
    debit = models.ForeignKey(Account, models.PROTECT, related_name="+")
    credit = models.ForeignKey(Account, models.PROTECT, related_name="+")
    during = DateRangeField()

    class Meta:
        db_table = "books_posting_rule"


class SourceKind(models.Model):
    """A kind of source document and the table that holds it; the book checks that it exists."""

    kind = models.TextField(primary_key=True)
    table = models.TextField()

    class Meta:
        db_table = "books_source_kind"


class PeriodLock(models.Model):
    """A month in which a module may post no more; module `*` is everybody."""

    month = models.DateField()
    module = models.TextField()
    # The statement's time, not the transaction's: who locks may have waited for those who post.
    locked_at = models.DateTimeField(db_default=Now(), editable=False)
    person_id = models.BigIntegerField(null=True)

    class Meta:
        db_table = "books_period_lock"
        constraints = [
            models.UniqueConstraint(fields=["month", "module"], name="books_period_lock_once")
        ]


class Journal(models.Model):
    """One balanced set of postings, made by one source document."""

    id = models.BigIntegerField(primary_key=True)
    event = models.TextField()
    source_kind = models.TextField()
    source_id = models.BigIntegerField()
    org_unit_id = models.BigIntegerField()
    effective_on = models.DateField()
    recorded_on = recorded_on()
    recorded_at = recorded_at()
    person_id = models.BigIntegerField(null=True)
    reverses_id = models.BigIntegerField(null=True)

    class Meta:
        db_table = "books_journal"
        indexes = [
            models.Index(fields=["effective_on"], name="books_journal_effective"),
            models.Index(fields=["source_kind", "source_id"], name="books_journal_source"),
        ]


class Posting(models.Model):
    """A signed amount on an account (debit > 0), with the dimensions both departments ask by."""

    id = models.BigIntegerField(primary_key=True)
    journal_id = models.BigIntegerField()
    account_id = models.SmallIntegerField()
    amount_fen = models.BigIntegerField()
    org_unit_id = models.BigIntegerField()
    service_account_id = models.BigIntegerField(null=True)
    open_item_id = models.BigIntegerField(null=True)
    category_id = models.SmallIntegerField(null=True)
    bill_month = models.DateField(null=True)

    class Meta:
        db_table = "books_posting"
        indexes = [
            models.Index(fields=["journal_id"], name="books_posting_journal"),
        ]
