"""Every write to metering: meters, readings with their usage, the dated terms of points."""

from onebook.metering.services.changes import (
    change_meter,
    check_changes,
    correct_multiplier,
    measure_again,
    remove_meters,
    write_changes,
)
from onebook.metering.services.estimates import estimate_reading, estimated_usage
from onebook.metering.services.field import Key, Outcome, Sent, keep_photo, take_entries
from onebook.metering.services.points import (
    PointRows,
    check_points,
    write_points,
)
from onebook.metering.services.readings import (
    Readings,
    ReadingsTaken,
    end_installations,
    install,
    open_file,
    take_readings,
)
from onebook.metering.services.rounds import Opened, open_rounds, put_books, put_routes

__all__ = [
    "Key",
    "Opened",
    "Outcome",
    "PointRows",
    "Readings",
    "ReadingsTaken",
    "Sent",
    "change_meter",
    "check_changes",
    "check_points",
    "correct_multiplier",
    "end_installations",
    "estimate_reading",
    "estimated_usage",
    "install",
    "keep_photo",
    "measure_again",
    "open_file",
    "open_rounds",
    "put_books",
    "put_routes",
    "remove_meters",
    "take_entries",
    "take_readings",
    "write_changes",
    "write_points",
]
