"""The month's close with its signed forms, and balances of a ledger kept elsewhere."""

from django.db import models

from onebook.infra.fields import recorded_at, recorded_on


class Form(models.Model):
    """The tie-out of one month as both departments sign it; `content` is the report's JSON."""

    id = models.BigIntegerField(primary_key=True)
    month = models.DateField()
    version = models.SmallIntegerField()
    content = models.TextField()
    sha256 = models.TextField()
    recorded_on = recorded_on()
    recorded_at = recorded_at()

    class Meta:
        db_table = "finance_form"
        constraints = [
            models.UniqueConstraint(fields=["month", "version"], name="finance_form_once")
        ]


class FormPoint(models.Model):
    """What was open when a form was prepared, and why the month may close nevertheless."""

    form = models.ForeignKey(Form, models.PROTECT, related_name="points")
    code = models.TextField()
    said_zh = models.TextField()
    said_en = models.TextField()
    items = models.BigIntegerField()
    amount_fen = models.BigIntegerField(null=True)
    reason = models.TextField()
    person_id = models.BigIntegerField(null=True)
    recorded_on = recorded_on()
    recorded_at = recorded_at()

    class Meta:
        db_table = "finance_form_point"
        constraints = [
            models.UniqueConstraint(fields=["form", "code"], name="finance_form_point_once")
        ]


class Signature(models.Model):
    """One department's signature under a form."""

    class Side(models.TextChoices):
        MARKETING = "marketing"
        FINANCE = "finance"

    form = models.ForeignKey(Form, models.PROTECT, related_name="signatures")
    side = models.TextField(choices=Side)
    person_id = models.BigIntegerField()
    recorded_on = recorded_on()
    recorded_at = recorded_at()

    class Meta:
        db_table = "finance_signature"
        constraints = [
            models.UniqueConstraint(fields=["form", "side"], name="finance_signature_once"),
            models.UniqueConstraint(
                fields=["form", "person_id"], name="finance_signature_two_people"
            ),
        ]


class LedgerBalance(models.Model):
    """A month-end balance of an account in the general ledger that finance keeps elsewhere."""

    month = models.DateField()
    org_unit_id = models.BigIntegerField()
    account_code = models.TextField()
    balance_fen = models.BigIntegerField()
    file_name = models.TextField()
    person_id = models.BigIntegerField(null=True)
    recorded_on = recorded_on()
    recorded_at = recorded_at()

    class Meta:
        db_table = "finance_ledger_balance"
        indexes = [models.Index(fields=["month", "org_unit_id"], name="finance_ledger_month")]
