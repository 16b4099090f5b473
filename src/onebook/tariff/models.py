"""Dated tariff versions, their components, and which account or metering point is on which."""

from django.contrib.postgres.fields import DateRangeField
from django.db import models


class TariffVersion(models.Model):
    """A tariff between two days; `content` is the catalogue text that a tariff clerk reads."""

    code = models.TextField()
    name_zh = models.TextField()
    name_en = models.TextField()
    category = models.TextField()
    during = DateRangeField()
    content = models.TextField()

    class Meta:
        db_table = "tariff_version"


class TariffComponent(models.Model):
    """A priced component of a version, so that a bill line can name it."""

    version = models.ForeignKey(TariffVersion, models.PROTECT, related_name="components")
    position = models.SmallIntegerField()
    code = models.TextField()
    name_zh = models.TextField()
    name_en = models.TextField()
    account = models.TextField(help_text="What the price is made of: energy, line_loss, fund:…")
    posting_component = models.TextField()

    class Meta:
        db_table = "tariff_component"
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="tariff_component_once")
        ]


class Assignment(models.Model):
    """A service account is on a tariff during a dated range."""

    id = models.BigIntegerField(primary_key=True)
    service_account_id = models.BigIntegerField()
    tariff_code = models.TextField()
    during = DateRangeField()

    class Meta:
        db_table = "tariff_assignment"
        indexes = [models.Index(fields=["service_account_id"], name="tariff_assignment_account")]


class PointAssignment(models.Model):
    """A metering point is on a tariff of its own during a dated range (照明 of a works)."""

    id = models.BigIntegerField(primary_key=True)
    metering_point_id = models.BigIntegerField()
    service_account_id = models.BigIntegerField()
    tariff_code = models.TextField()
    during = DateRangeField()

    class Meta:
        db_table = "tariff_point_assignment"
        indexes = [
            models.Index(fields=["metering_point_id"], name="tariff_point_by_point"),
            models.Index(fields=["service_account_id"], name="tariff_point_by_account"),
        ]
