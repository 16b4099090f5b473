"""Tickets that change an account's archive, and what the second person checked."""

from django.db import models

from onebook.infra.fields import recorded_at, recorded_on


class Ticket(models.Model):
    """A ticket (传票): what is to be changed of an account from a day on; `facts` as typed.

    Its state is that of the approval asked for it.
    """

    id = models.BigIntegerField(primary_key=True)
    kind = models.TextField()
    org_unit_id = models.BigIntegerField()
    service_account_id = models.BigIntegerField()
    effective_on = models.DateField()
    facts = models.JSONField()
    exception_id = models.BigIntegerField(null=True)
    reason = models.TextField()
    person_id = models.BigIntegerField()
    recorded_on = recorded_on()
    recorded_at = recorded_at()

    class Meta:
        db_table = "billing_ticket"
        indexes = [
            models.Index(fields=["service_account_id"], name="billing_ticket_account"),
            models.Index(fields=["org_unit_id"], name="billing_ticket_unit"),
        ]


class TicketCheck(models.Model):
    """A ticket took effect: another person found site, meter and contract as it says."""

    ticket_id = models.BigIntegerField(primary_key=True)
    site = models.BooleanField()
    meter = models.BooleanField()
    contract = models.BooleanField()
    person_id = models.BigIntegerField()
    recorded_on = recorded_on()
    recorded_at = recorded_at()

    class Meta:
        db_table = "billing_ticket_check"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(site=True, meter=True, contract=True),
                name="billing_ticket_check_whole",
            )
        ]
