"""Files that metering takes in: readings, meters of a master-data file, changes of meters."""

from onebook.metering.jobs.changes import CHANGE_FIELDS, import_meter_changes
from onebook.metering.jobs.installations import (
    INSTALLATION_FIELDS,
    POINT_FIELDS,
    check_installations,
    check_point_terms,
)
from onebook.metering.jobs.readings import FIELDS, ReadingsFile, import_readings
from onebook.metering.jobs.rounds import import_books, import_routes

__all__ = [
    "CHANGE_FIELDS",
    "FIELDS",
    "INSTALLATION_FIELDS",
    "POINT_FIELDS",
    "ReadingsFile",
    "check_installations",
    "check_point_terms",
    "import_books",
    "import_meter_changes",
    "import_readings",
    "import_routes",
]
