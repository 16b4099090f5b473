"""Columns that every recorded fact carries, filled by the database alone."""

from datetime import date, datetime

from django.contrib.postgres.functions import TransactionNow
from django.db import models
from django.db.models import Func


class BusinessToday(Func):
    """SQL `infra_today()`: the business day of this session (see infra/sql/functions.sql)."""

    function = "infra_today"
    output_field = models.DateField()


class ClockNow(Func):
    """SQL `clock_timestamp()`: the moment of the row itself, not of its transaction's begin."""

    function = "clock_timestamp"
    output_field = models.DateTimeField()


def recorded_at() -> "models.DateTimeField[datetime, datetime]":
    """The transaction's time, set by the database; logins have no right to write it."""
    return models.DateTimeField(db_default=TransactionNow(), editable=False)


def recorded_on() -> "models.DateField[date, date]":
    """The business day on which the row was recorded, set by the database."""
    return models.DateField(db_default=BusinessToday(), editable=False)
