"""Receipts by channel, prepayment, remittance, and money on its way to the bank."""

from django.db import models
from django.utils.translation import pgettext_lazy

from onebook.infra.fields import recorded_at, recorded_on


class Receipt(models.Model):
    """Money taken from a payer for one service account, by one channel, once."""

    class Channel(models.TextChoices):
        COUNTER_CASH = "counter_cash", pgettext_lazy("word", "Counter, cash")
        BANK_COLLECTION = "bank_collection", pgettext_lazy("word", "Bank collection")
        BANK_TRANSFER = "bank_transfer", pgettext_lazy("word", "Bank transfer")

    id = models.BigIntegerField(primary_key=True)
    channel = models.TextField(choices=Channel)
    external_ref = models.TextField(help_text="The channel's own number; taken once.")
    service_account_id = models.BigIntegerField()
    org_unit_id = models.BigIntegerField()
    amount_fen = models.BigIntegerField()
    payer_name = models.TextField(default="")
    file_id = models.BigIntegerField(null=True)
    person_id = models.BigIntegerField(null=True)
    effective_on = models.DateField()
    recorded_on = recorded_on()
    recorded_at = recorded_at()

    class Meta:
        db_table = "cash_receipt"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount_fen__gt=0), name="cash_receipt_positive"
            ),
            models.UniqueConstraint(fields=["channel", "external_ref"], name="cash_receipt_once"),
        ]
        indexes = [
            models.Index(
                fields=["service_account_id", "effective_on"], name="cash_receipt_account"
            ),
            models.Index(fields=["org_unit_id", "effective_on"], name="cash_receipt_unit_day"),
            models.Index(fields=["file_id"], name="cash_receipt_by_file"),
        ]


class ReceiptLimit(models.Model):
    """The most that a channel takes by one receipt, dated: the latest `valid_from` is in force."""

    channel = models.TextField(choices=Receipt.Channel)
    amount_fen = models.BigIntegerField()
    valid_from = models.DateField()

    class Meta:
        db_table = "cash_receipt_limit"
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "valid_from"], name="cash_receipt_limit_dated"
            )
        ]


class ReversalLimit(models.Model):
    """The most that a cashier takes back alone, dated: the latest `valid_from` is in force."""

    amount_fen = models.BigIntegerField()
    valid_from = models.DateField(unique=True)

    class Meta:
        db_table = "cash_reversal_limit"


class ReceiptFile(models.Model):
    """A channel's batch of receipts of one day, as a file brought it: its journal's document."""

    id = models.BigIntegerField(primary_key=True)
    channel = models.TextField()
    name = models.TextField()
    sha256 = models.TextField()
    batch_ref = models.TextField(help_text="The channel's batch number, quoted by the bank.")
    receipts = models.IntegerField()
    total_fen = models.BigIntegerField()
    effective_on = models.DateField()
    person_id = models.BigIntegerField(null=True)
    recorded_on = recorded_on()
    recorded_at = recorded_at()

    class Meta:
        db_table = "cash_receipt_file"
        constraints = [
            models.UniqueConstraint(fields=["channel", "batch_ref"], name="cash_receipt_file_once")
        ]


class ReceiptReversal(models.Model):
    """A receipt taken back (冲正): its settlements are undone and the items are owed again."""

    id = models.BigIntegerField(primary_key=True)
    receipt_id = models.BigIntegerField(unique=True)
    approval_id = models.BigIntegerField(
        null=True, unique=True, help_text="Null where the cashier may do it alone."
    )
    reason = models.TextField()
    person_id = models.BigIntegerField(null=True)
    effective_on = models.DateField()
    recorded_on = recorded_on()
    recorded_at = recorded_at()

    class Meta:
        db_table = "cash_receipt_reversal"


class ReceiptMove(models.Model):
    """A receipt's money moved to the right account (串户更正), as another person approved."""

    id = models.BigIntegerField(primary_key=True)
    receipt_id = models.BigIntegerField(unique=True)
    approval_id = models.BigIntegerField(unique=True)
    service_account_id = models.BigIntegerField(help_text="The right account.")
    org_unit_id = models.BigIntegerField(help_text="The right account's.")
    person_id = models.BigIntegerField(help_text="Who asked for it.")
    effective_on = models.DateField()
    recorded_on = recorded_on()
    recorded_at = recorded_at()

    class Meta:
        db_table = "cash_receipt_move"
        indexes = [models.Index(fields=["service_account_id"], name="cash_receipt_move_account")]


class PrepaymentEntry(models.Model):
    """A movement of a service account's prepayment (预收); the balance is the sum, never below
    0."""

    id = models.BigIntegerField(primary_key=True)
    service_account_id = models.BigIntegerField()
    org_unit_id = models.BigIntegerField()
    amount_fen = models.BigIntegerField()
    source_kind = models.TextField()
    source_id = models.BigIntegerField()
    journal_id = models.BigIntegerField()
    effective_on = models.DateField()
    recorded_on = recorded_on()
    recorded_at = recorded_at()

    class Meta:
        db_table = "cash_prepayment_entry"
        indexes = [
            models.Index(
                fields=["service_account_id", "effective_on"], name="cash_prepayment_account"
            ),
            models.Index(fields=["source_kind", "source_id"], name="cash_prepayment_source"),
        ]


class Offset(models.Model):
    """Prepayment turned into receipts of newly issued bills of a unit (预收转实收)."""

    id = models.BigIntegerField(primary_key=True)
    org_unit_id = models.BigIntegerField()
    bill_month = models.DateField()
    accounts = models.IntegerField()
    total_fen = models.BigIntegerField()
    effective_on = models.DateField()
    person_id = models.BigIntegerField(null=True)
    recorded_on = recorded_on()
    recorded_at = recorded_at()

    class Meta:
        db_table = "cash_offset"


class Remittance(models.Model):
    """Counter cash of a unit paid in at the bank (解款): from cash to money in transit."""

    id = models.BigIntegerField(primary_key=True)
    org_unit_id = models.BigIntegerField()
    slip_ref = models.TextField(unique=True)
    amount_fen = models.BigIntegerField()
    effective_on = models.DateField()
    person_id = models.BigIntegerField(null=True)
    recorded_on = recorded_on()
    recorded_at = recorded_at()

    class Meta:
        db_table = "cash_remittance"


class TransitItem(models.Model):
    """Money that left us for the bank and waits for the bank's credit (在途)."""

    class Kind(models.TextChoices):
        REMITTANCE = "remittance"
        RECEIPT_FILE = "receipt_file"
        RECEIPT = "receipt"

    id = models.BigIntegerField(primary_key=True)
    kind = models.TextField(choices=Kind)
    source_id = models.BigIntegerField()
    reference = models.TextField()
    org_unit_id = models.BigIntegerField()
    amount_fen = models.BigIntegerField()
    journal_id = models.BigIntegerField()
    effective_on = models.DateField()
    recorded_on = recorded_on()
    recorded_at = recorded_at()

    class Meta:
        db_table = "cash_transit_item"
        indexes = [models.Index(fields=["amount_fen"], name="cash_transit_amount")]


class TransitCredit(models.Model):
    """The bank's credit of a transit item (到账); a negative amount takes one back."""

    id = models.BigIntegerField(primary_key=True)
    transit_item_id = models.BigIntegerField()
    amount_fen = models.BigIntegerField()
    source_kind = models.TextField()
    source_id = models.BigIntegerField()
    journal_id = models.BigIntegerField()
    effective_on = models.DateField()
    recorded_on = recorded_on()
    recorded_at = recorded_at()

    class Meta:
        db_table = "cash_transit_credit"
        indexes = [models.Index(fields=["transit_item_id"], name="cash_transit_credit_item")]
