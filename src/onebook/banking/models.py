"""Bank accounts, statements and their lines, and the matches between lines and our money."""

from django.db import models

from onebook.infra.fields import recorded_at, recorded_on


class BankAccount(models.Model):
    """One of the company's accounts at a bank, with its purpose."""

    number = models.TextField(unique=True)
    bank = models.TextField()
    name = models.TextField()
    purpose = models.TextField(default="income")
    org_unit_id = models.BigIntegerField()
    opening_fen = models.BigIntegerField(default=0)
    opening_on = models.DateField()

    class Meta:
        db_table = "banking_bank_account"


class StatementFile(models.Model):
    """A statement file as it was taken in; the same bytes are taken once."""

    id = models.BigIntegerField(primary_key=True)
    bank_account = models.ForeignKey(BankAccount, models.PROTECT, related_name="+")
    name = models.TextField()
    sha256 = models.TextField()
    layout = models.TextField()
    encoding = models.TextField()
    lines_in = models.IntegerField()
    lines_new = models.IntegerField()
    lines_rejected = models.IntegerField()
    findings = models.JSONField(default=list)
    person_id = models.BigIntegerField(null=True)
    recorded_on = recorded_on()
    recorded_at = recorded_at()

    class Meta:
        db_table = "banking_statement_file"


class Line(models.Model):
    """A line of the bank's statement: a fact, independent of any match. Money in is positive."""

    id = models.BigIntegerField(primary_key=True)
    bank_account_id = models.BigIntegerField()
    file_id = models.BigIntegerField()
    row_number = models.IntegerField()
    fingerprint = models.BinaryField()
    occurrence = models.SmallIntegerField()
    booked_on = models.DateField()
    amount_fen = models.BigIntegerField()
    balance_fen = models.BigIntegerField(null=True)
    counterparty_name = models.TextField()
    counterparty_account = models.TextField()
    summary = models.TextField()
    remark = models.TextField()
    serial = models.TextField()
    recorded_on = recorded_on()
    recorded_at = recorded_at()

    class Meta:
        db_table = "banking_line"
        constraints = [
            models.UniqueConstraint(
                fields=["bank_account_id", "fingerprint", "occurrence"], name="banking_line_once"
            )
        ]
        indexes = [
            models.Index(fields=["bank_account_id", "booked_on"], name="banking_line_day"),
            models.Index(fields=["amount_fen"], name="banking_line_amount"),
        ]


class Match(models.Model):
    """A line paired with a transit item; the undo is a further row that names what it undoes."""

    id = models.BigIntegerField(primary_key=True)
    line_id = models.BigIntegerField()
    transit_item_id = models.BigIntegerField()
    rule = models.TextField()
    org_unit_id = models.BigIntegerField()
    undoes_id = models.BigIntegerField(null=True, unique=True)
    effective_on = models.DateField()
    person_id = models.BigIntegerField(null=True)
    recorded_on = recorded_on()
    recorded_at = recorded_at()

    class Meta:
        db_table = "banking_match"
        indexes = [
            models.Index(fields=["line_id"], name="banking_match_line"),
            models.Index(fields=["transit_item_id"], name="banking_match_item"),
        ]


class Waiting(models.Model):
    """Why a line waits for a person, as the last reconciliation found it."""

    line_id = models.BigIntegerField(primary_key=True)
    reason = models.TextField()
    candidates = models.JSONField(default=list)

    class Meta:
        db_table = "banking_waiting"
