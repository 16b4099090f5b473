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
    """What a line, or a part of it, is booked as; the undo is a further row that names what it
    undoes.

    `amount_fen` is signed as the line's; a line's live matches come to the whole of it.
    """

    id = models.BigIntegerField(primary_key=True)
    line_id = models.BigIntegerField()
    kind = models.TextField(help_text="A `rules.Kind`.")
    amount_fen = models.BigIntegerField()
    transit_item_id = models.BigIntegerField(null=True)
    receipt_id = models.BigIntegerField(null=True)
    purpose = models.TextField(default="")
    other_match_id = models.BigIntegerField(
        null=True, help_text="What a return takes back; of a transfer, the other account's side."
    )
    owner_id = models.BigIntegerField(null=True, help_text="Who finds out about money unknown.")
    approval_id = models.BigIntegerField(null=True)
    reason = models.TextField(default="")
    rule = models.TextField()
    org_unit_id = models.BigIntegerField()
    undoes_id = models.BigIntegerField(null=True, unique=True)
    effective_on = models.DateField()
    person_id = models.BigIntegerField(null=True)
    recorded_on = recorded_on()
    recorded_at = recorded_at()

    class Meta:
        db_table = "banking_match"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="transit", transit_item_id__isnull=False)
                | models.Q(kind="receipt", transit_item_id__isnull=False, receipt_id__isnull=False)
                | models.Q(kind="purpose") & ~models.Q(purpose="")
                | models.Q(kind="unidentified", owner_id__isnull=False)
                | models.Q(kind="return", other_match_id__isnull=False),
                name="banking_match_whole",
            )
        ]
        indexes = [
            models.Index(fields=["line_id"], name="banking_match_line"),
            models.Index(fields=["transit_item_id"], name="banking_match_item"),
            models.Index(fields=["other_match_id"], name="banking_match_other"),
        ]


class Plan(models.Model):
    """What a person asks to book a line as, where another must approve it first."""

    id = models.BigIntegerField(primary_key=True)
    line_id = models.BigIntegerField()
    parts = models.JSONField()
    reason = models.TextField()
    person_id = models.BigIntegerField()
    recorded_on = recorded_on()
    recorded_at = recorded_at()

    class Meta:
        db_table = "banking_plan"
        indexes = [models.Index(fields=["line_id"], name="banking_plan_line")]


class Purpose(models.Model):
    """What money at the bank is for, by name; its accounts are the posting rules' of the day."""

    code = models.TextField(primary_key=True)
    name_zh = models.TextField()
    name_en = models.TextField()

    class Meta:
        db_table = "banking_purpose"


class PurposeLimit(models.Model):
    """The most that one person may book of a line to purposes: the latest `valid_from` counts."""

    amount_fen = models.BigIntegerField()
    valid_from = models.DateField(unique=True)

    class Meta:
        db_table = "banking_purpose_limit"


class Waiting(models.Model):
    """Why a line waits for a person, as the last reconciliation found it."""

    line_id = models.BigIntegerField(primary_key=True)
    reason = models.TextField()
    candidates = models.JSONField(default=list)

    class Meta:
        db_table = "banking_waiting"
