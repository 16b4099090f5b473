"""VAT invoices asked of the platform: terms, invoices over bills, and what became of them."""

from django.db import models
from django.db.models import CompositePrimaryKey

from onebook.infra.fields import recorded_at, recorded_on


class Moment(models.IntegerChoices):
    """What makes a bill taxable (纳税义务发生时间): the values of the rule's dated parameter."""

    ISSUE = 1
    RECEIPT = 2
    CONTRACT = 3


class InvoiceTerms(models.Model):
    """How a customer is invoiced from a day on: which kind, to whom, one for all bills or not.

    The row in force is the latest `valid_from` up to the day of the request, the last recorded one
    of a day. A customer without any gets a general invoice in its own name.
    """

    customer_id = models.BigIntegerField()
    kind = models.TextField(choices=[("special", "special"), ("general", "general")])
    title = models.TextField()
    tax_number = models.TextField()
    address_phone = models.TextField()
    bank_account = models.TextField()
    merged = models.BooleanField(help_text="One invoice over all bills of a month and org unit.")
    valid_from = models.DateField()
    person_id = models.BigIntegerField(null=True)
    recorded_on = recorded_on()
    recorded_at = recorded_at()

    class Meta:
        db_table = "billing_invoice_terms"
        indexes = [
            models.Index(fields=["customer_id", "valid_from"], name="billing_invoice_terms_of")
        ]


class Invoice(models.Model):
    """A VAT invoice (增值税发票) asked of the platform: blue over bills, or the red one of a blue.

    The buyer's data stand here as they were when it was asked for. Amounts of a red one are
    negative. What became of it is the last `InvoiceEvent`.
    """

    id = models.BigIntegerField(primary_key=True)
    color = models.TextField(choices=[("blue", "blue"), ("red", "red")])
    kind = models.TextField(choices=[("special", "special"), ("general", "general")])
    customer_id = models.BigIntegerField()
    org_unit_id = models.BigIntegerField()
    title = models.TextField()
    tax_number = models.TextField()
    address_phone = models.TextField()
    bank_account = models.TextField()
    vat_rate_bp = models.IntegerField()
    net_fen = models.BigIntegerField()
    vat_fen = models.BigIntegerField()
    gross_fen = models.BigIntegerField()
    taxable_on = models.DateField()
    blue_id = models.BigIntegerField(null=True)
    reason = models.TextField(help_text="Why a red one was asked for.")
    red_form = models.TextField(help_text="Number of the red information form (红字信息表).")
    person_id = models.BigIntegerField(null=True)
    recorded_on = recorded_on()
    recorded_at = recorded_at()

    class Meta:
        db_table = "billing_invoice"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(gross_fen=models.F("net_fen") + models.F("vat_fen")),
                name="billing_invoice_adds_up",
            ),
            models.CheckConstraint(
                condition=models.Q(color="blue", blue_id=None, gross_fen__gt=0)
                | models.Q(color="red", blue_id__isnull=False, gross_fen__lt=0)
                & ~models.Q(reason=""),
                name="billing_invoice_red_names_its_blue",
            ),
        ]
        indexes = [models.Index(fields=["blue_id"], name="billing_invoice_red_of")]


class InvoiceBill(models.Model):
    """A bill that an invoice covers, with its amounts: those of the bill, turned on a red one."""

    pk = CompositePrimaryKey("invoice_id", "bill_id")
    invoice_id = models.BigIntegerField()
    bill_id = models.BigIntegerField()
    net_fen = models.BigIntegerField()
    vat_fen = models.BigIntegerField()
    gross_fen = models.BigIntegerField()

    class Meta:
        db_table = "billing_invoice_bill"
        indexes = [models.Index(fields=["bill_id"], name="billing_invoice_bill_of")]


class InvoiceEvent(models.Model):
    """What became of an invoice: requested, issued with its number, failed, dropped or voided.

    `effective_on` is the invoice's own date where it was issued, the day of the void, else the day
    of recording.
    """

    class Kind(models.TextChoices):
        REQUESTED = "requested"
        ISSUED = "issued"
        FAILED = "failed"
        DROPPED = "dropped"
        VOIDED = "voided"

    invoice_id = models.BigIntegerField()
    kind = models.TextField(choices=Kind)
    code = models.TextField(default="")
    number = models.TextField(default="")
    effective_on = models.DateField()
    reason = models.TextField(default="")
    person_id = models.BigIntegerField(null=True)
    recorded_on = recorded_on()
    recorded_at = recorded_at()

    class Meta:
        db_table = "billing_invoice_event"
        constraints = [
            models.UniqueConstraint(
                fields=["code", "number"],
                condition=models.Q(kind="issued"),
                name="billing_invoice_number_once",
            ),
            models.UniqueConstraint(
                fields=["invoice_id", "kind"],
                condition=models.Q(kind__in=["issued", "dropped", "voided"]),
                name="billing_invoice_event_once",
            ),
        ]
        indexes = [models.Index(fields=["invoice_id", "id"], name="billing_invoice_event_of")]


class InvoiceStanding(models.Model):
    """The one blue and the one red invoice that stand over a bill; a row goes when neither does.

    No fact: the events say why a row went. It is here so that the database allows one alone.
    """

    pk = CompositePrimaryKey("bill_id", "color")
    bill_id = models.BigIntegerField()
    color = models.TextField()
    invoice_id = models.BigIntegerField()

    class Meta:
        db_table = "billing_invoice_standing"
        indexes = [models.Index(fields=["invoice_id"], name="billing_invoice_standing_of")]
