"""Meters, where and when they are installed, and their versioned readings."""

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import CompositePrimaryKey

from onebook.infra.fields import recorded_at, recorded_on


class Meter(models.Model):
    """A meter (表计): `digits` is the number of integer digits of its register."""

    id = models.BigIntegerField(primary_key=True)
    number = models.TextField(unique=True)
    digits = models.SmallIntegerField(default=6)

    class Meta:
        db_table = "metering_meter"


class Installation(models.Model):
    """A meter at a metering point during a dated range, with its multiplier (倍率)."""

    id = models.BigIntegerField(primary_key=True)
    meter_id = models.BigIntegerField()
    metering_point_id = models.BigIntegerField()
    service_account_id = models.BigIntegerField()
    org_unit_id = models.BigIntegerField()
    multiplier = models.IntegerField(default=1)
    usage_policy = models.TextField(default="carry")
    initial_e4 = models.BigIntegerField(default=0)
    during = DateRangeField()

    class Meta:
        db_table = "metering_installation"
        indexes = [
            models.Index(fields=["service_account_id"], name="metering_inst_by_account"),
            models.Index(fields=["org_unit_id"], name="metering_inst_by_unit"),
            models.Index(fields=["meter_id"], name="metering_inst_by_meter"),
        ]


class InstalledRegister(models.Model):
    """A register beside the total that an installed meter is read by.

    `register` is its place in `rules.registers.REGISTERS`; it has the digits of its meter.
    """

    pk = CompositePrimaryKey("installation_id", "register")
    installation_id = models.BigIntegerField()
    meter_id = models.BigIntegerField()
    register = models.SmallIntegerField()
    initial_e4 = models.BigIntegerField()

    class Meta:
        db_table = "metering_register"
        indexes = [models.Index(fields=["meter_id"], name="metering_register_by_meter")]


class ReadingFile(models.Model):
    """A file of readings as it was taken in."""

    id = models.BigIntegerField(primary_key=True)
    name = models.TextField()
    sha256 = models.TextField()
    rows_in = models.BigIntegerField(default=0)
    rows_taken = models.BigIntegerField(default=0)
    rows_rejected = models.BigIntegerField(default=0)
    person_id = models.BigIntegerField(null=True)
    recorded_on = recorded_on()
    recorded_at = recorded_at()

    class Meta:
        db_table = "metering_reading_file"


class Reading(models.Model):
    """A register value read for a bill month; a correction is a further version of the row.

    `previous_e4` is the value it is measured against (上次示数); `usage_e4` follows from both by
    metering.rules.usage. The version in force is the highest.
    """

    id = models.BigIntegerField(primary_key=True)
    meter_id = models.BigIntegerField()
    service_account_id = models.BigIntegerField()
    org_unit_id = models.BigIntegerField()
    bill_month = models.DateField()
    read_on = models.DateField()
    previous_on = models.DateField()
    previous_e4 = models.BigIntegerField()
    current_e4 = models.BigIntegerField()
    multiplier = models.IntegerField()
    usage_e4 = models.BigIntegerField()
    status = models.SmallIntegerField()
    version = models.SmallIntegerField(default=1)
    file_id = models.BigIntegerField()
    recorded_on = recorded_on()
    recorded_at = recorded_at()

    class Meta:
        db_table = "metering_reading"
        constraints = [
            models.UniqueConstraint(
                fields=["bill_month", "meter_id", "version"], name="metering_reading_once"
            )
        ]
        indexes = [
            models.Index(fields=["org_unit_id", "bill_month"], name="metering_reading_unit_month"),
            models.Index(
                fields=["service_account_id", "bill_month", "version"],
                name="metering_reading_account",
            ),
            # The few that were corrected, so that the readings in force cost no self-join.
            models.Index(
                fields=["bill_month", "meter_id", "version"],
                condition=models.Q(version__gt=1),
                name="metering_reading_corrected",
            ),
        ]


class RegisterReading(models.Model):
    """A further register's value of a reading; every version of a reading has all of its own.

    `usage_e4` is in 10^-4 kWh or kvarh, that of a demand register in 10^-4 kW from zero. It has the
    clocks of its reading, in whose transaction it is written.
    """

    pk = CompositePrimaryKey("reading_id", "register")
    reading_id = models.BigIntegerField()
    register = models.SmallIntegerField()
    previous_e4 = models.BigIntegerField()
    current_e4 = models.BigIntegerField()
    usage_e4 = models.BigIntegerField()
    status = models.SmallIntegerField()

    class Meta:
        db_table = "metering_register_reading"


class PointTerms(models.Model):
    """What is agreed for a metering point during a dated range: `rules.points.PointTerms`.

    A point without terms is metered low, loses nothing and stands alone. `transformer` is the
    plate's name as people write it; its figures are kept as they were on the first day.
    """

    id = models.BigIntegerField(primary_key=True)
    metering_point_id = models.BigIntegerField()
    mode = models.SmallIntegerField()
    transformer_owner = models.SmallIntegerField()
    line_owner = models.SmallIntegerField()
    line_side = models.SmallIntegerField()
    transformer = models.TextField()
    rated_va = models.BigIntegerField()
    iron_w = models.BigIntegerField()
    copper_w = models.BigIntegerField()
    no_load_bp = models.BigIntegerField()
    impedance_bp = models.BigIntegerField()
    iron_kwh = models.BigIntegerField()
    region_copper_bp = models.BigIntegerField()
    iron_k_e4 = models.BigIntegerField()
    copper_k_e4 = models.BigIntegerField()
    shifts = models.SmallIntegerField()
    line_loss_bp = models.BigIntegerField()
    master_point_id = models.BigIntegerField(null=True)
    deduction = models.SmallIntegerField()
    ratio_bp = models.BigIntegerField()
    agreed_e4 = models.BigIntegerField()
    take_order = models.SmallIntegerField()
    in_pf_calc = models.BooleanField()
    in_pf_fee = models.BooleanField()
    during = DateRangeField()

    class Meta:
        db_table = "metering_point_terms"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(deduction=0) | models.Q(master_point_id__isnull=False),
                name="metering_deduction_has_main",
            ),
            models.CheckConstraint(
                condition=~models.Q(master_point_id=models.F("metering_point_id")),
                name="metering_point_not_own_main",
            ),
        ]
        indexes = [
            models.Index(fields=["metering_point_id"], name="metering_terms_by_point"),
            models.Index(
                fields=["master_point_id"],
                condition=models.Q(master_point_id__isnull=False),
                name="metering_terms_by_main",
            ),
        ]


class ReadingNote(models.Model):
    """What is to be said of a reading that did not come about in the normal way (抄表状态).

    `credit_e4` is the part of the register that estimates billed beyond it, still to be used up;
    of an estimate the person who answers for it and the reason.
    """

    reading_id = models.BigIntegerField(primary_key=True)
    how = models.SmallIntegerField()
    credit_e4 = models.BigIntegerField()
    person_id = models.BigIntegerField(null=True)
    reason = models.TextField()

    class Meta:
        db_table = "metering_reading_note"
