"""Customers, their service accounts (户号) with dated contract terms, and metering points."""

from django.contrib.postgres.fields import DateRangeField
from django.db import models

from onebook.customer.rules import Category, DemandMode


class Customer(models.Model):
    """Who contracts; may hold several service accounts."""

    id = models.BigIntegerField(primary_key=True)
    number = models.TextField(unique=True)
    name = models.TextField()
    phone = models.TextField(default="")
    simulated = models.BooleanField(default=False, help_text="Made by the demo, labelled as such.")

    class Meta:
        db_table = "customer_customer"
        indexes = [models.Index(fields=["name"], name="customer_by_name")]


class ServiceAccount(models.Model):
    """One supply contract (户号): what is metered, billed and owed together."""

    id = models.BigIntegerField(primary_key=True)
    number = models.TextField(unique=True)
    customer_id = models.BigIntegerField()
    org_unit_id = models.BigIntegerField()
    category_id = models.SmallIntegerField(choices=[(c.value, c.name) for c in Category])
    address = models.TextField(default="")
    voltage = models.TextField(default="")
    capacity_kva = models.IntegerField(default=0)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)

    class Meta:
        db_table = "customer_service_account"
        indexes = [
            models.Index(fields=["org_unit_id", "number"], name="customer_account_by_unit"),
            models.Index(fields=["customer_id"], name="customer_account_by_customer"),
        ]


class MeteringPoint(models.Model):
    """Where a service account is metered (计量点)."""

    id = models.BigIntegerField(primary_key=True)
    number = models.TextField(unique=True)
    service_account_id = models.BigIntegerField()

    class Meta:
        db_table = "customer_metering_point"
        indexes = [models.Index(fields=["service_account_id"], name="customer_point_by_account")]


class Terms(models.Model):
    """What an account's supply contract says during a dated range; `rules.NO_TERMS` has the units.

    An account whose contract says nothing beyond its tariff has none.
    """

    id = models.BigIntegerField(primary_key=True)
    service_account_id = models.BigIntegerField()
    running_e4 = models.BigIntegerField(help_text="Running transformer capacity, 10^-4 kVA.")
    contract_e4 = models.BigIntegerField(help_text="Contracted capacity, 10^-4 kVA.")
    demand_mode = models.SmallIntegerField(choices=[(m.value, m.name) for m in DemandMode])
    contract_demand_e4 = models.BigIntegerField()
    pf_standard_bp = models.IntegerField()
    persons = models.SmallIntegerField()
    extra_quota_e4_month = models.BigIntegerField()
    free_e4_month = models.BigIntegerField()
    industry = models.TextField()
    during = DateRangeField()

    class Meta:
        db_table = "customer_terms"
        indexes = [models.Index(fields=["service_account_id"], name="customer_terms_account")]
