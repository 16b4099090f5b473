"""Reading books, the rounds of a month, and what readers enter on their way."""

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import CompositePrimaryKey

from onebook.infra.fields import recorded_at, recorded_on


class ReadingBook(models.Model):
    """A reading book (抄表册, 抄表段): metering points that one reader walks in one order."""

    id = models.BigIntegerField(primary_key=True)
    number = models.TextField(unique=True)
    name = models.TextField()
    org_unit_id = models.BigIntegerField()

    class Meta:
        db_table = "metering_book"
        indexes = [models.Index(fields=["org_unit_id"], name="metering_book_by_unit")]


class BookTerms(models.Model):
    """When and by whom a reading book is read during a dated range: `rules.rounds.BookTerms`."""

    id = models.BigIntegerField(primary_key=True)
    book_id = models.BigIntegerField()
    read_day = models.SmallIntegerField()
    cycle_months = models.SmallIntegerField()
    reader_id = models.BigIntegerField()
    rotate_months = models.SmallIntegerField()
    during = DateRangeField()

    class Meta:
        db_table = "metering_book_terms"
        indexes = [models.Index(fields=["book_id"], name="metering_book_terms_by_book")]


class BookPoint(models.Model):
    """A metering point stands in a reading book, at a place of its order, during a dated range."""

    id = models.BigIntegerField(primary_key=True)
    book_id = models.BigIntegerField()
    metering_point_id = models.BigIntegerField()
    sequence = models.IntegerField()
    during = DateRangeField()

    class Meta:
        db_table = "metering_book_point"
        indexes = [
            models.Index(fields=["metering_point_id"], name="metering_book_point_by_point"),
            models.Index(fields=["book_id"], name="metering_book_point_by_book"),
        ]


class Round(models.Model):
    """A reading book's round of a bill month, as it was opened: who reads it, on which day."""

    id = models.BigIntegerField(primary_key=True)
    book_id = models.BigIntegerField()
    org_unit_id = models.BigIntegerField()
    bill_month = models.DateField()
    planned_on = models.DateField()
    reader_id = models.BigIntegerField()
    rotation_due_on = models.DateField()
    person_id = models.BigIntegerField(null=True)
    recorded_on = recorded_on()
    recorded_at = recorded_at()

    class Meta:
        db_table = "metering_round"
        constraints = [
            models.UniqueConstraint(fields=["bill_month", "book_id"], name="metering_round_once")
        ]


class RoundPoint(models.Model):
    """A meter that a round is to read; the list stands as it was opened, later points are added."""

    pk = CompositePrimaryKey("round_id", "metering_point_id")
    round_id = models.BigIntegerField()
    metering_point_id = models.BigIntegerField()
    sequence = models.IntegerField()
    meter_id = models.BigIntegerField()
    service_account_id = models.BigIntegerField()
    recorded_on = recorded_on()
    recorded_at = recorded_at()

    class Meta:
        db_table = "metering_round_point"


class FieldEntry(models.Model):
    """What a reader entered at a metering point of a round (现场抄表), as its phone sent it.

    `key` is made by the phone, so that what it sends twice counts once. Without a value the meter
    could not be read, and `how` says why. `doubts` are the bits of `rules.field.Doubt` that the
    reader confirmed with the reason; `entered_at` is the phone's clock.
    """

    key = models.UUIDField(primary_key=True)
    round_id = models.BigIntegerField()
    metering_point_id = models.BigIntegerField()
    meter_id = models.BigIntegerField()
    service_account_id = models.BigIntegerField()
    org_unit_id = models.BigIntegerField()
    bill_month = models.DateField()
    read_on = models.DateField()
    value_e4 = models.BigIntegerField(null=True)
    how = models.SmallIntegerField()
    doubts = models.SmallIntegerField()
    reason = models.TextField()
    entered_at = models.DateTimeField()
    person_id = models.BigIntegerField()
    recorded_on = recorded_on()
    recorded_at = recorded_at()

    class Meta:
        db_table = "metering_field_entry"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(value_e4__isnull=False) | models.Q(how__in=(7, 8, 9)),
                name="metering_field_entry_says_why",
            ),
            models.CheckConstraint(
                condition=models.Q(doubts=0) | ~models.Q(reason=""),
                name="metering_field_entry_confirmed",
            ),
        ]
        indexes = [
            models.Index(fields=["meter_id", "bill_month"], name="metering_field_by_meter"),
            models.Index(fields=["round_id"], name="metering_field_by_round"),
        ]


class Photo(models.Model):
    """A photograph of a meter, kept once by its fingerprint."""

    sha256 = models.TextField(primary_key=True)
    kind = models.TextField()
    width = models.IntegerField()
    height = models.IntegerField()
    content = models.BinaryField()
    person_id = models.BigIntegerField()
    recorded_on = recorded_on()
    recorded_at = recorded_at()

    class Meta:
        db_table = "metering_photo"


class FieldPhoto(models.Model):
    """A photograph belongs to what a reader entered."""

    pk = CompositePrimaryKey("key", "sha256")
    key = models.UUIDField()
    sha256 = models.TextField()

    class Meta:
        db_table = "metering_field_photo"
