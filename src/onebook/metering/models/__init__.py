"""Tables of metering: meters and their readings, terms of points, reading books and rounds."""

from onebook.metering.models.meters import (
    Installation,
    InstalledRegister,
    Meter,
    PointTerms,
    Reading,
    ReadingFile,
    ReadingNote,
    RegisterReading,
)
from onebook.metering.models.rounds import (
    BookPoint,
    BookTerms,
    FieldEntry,
    FieldPhoto,
    Photo,
    ReadingBook,
    Round,
    RoundPoint,
)

__all__ = [
    "BookPoint",
    "BookTerms",
    "FieldEntry",
    "FieldPhoto",
    "Installation",
    "InstalledRegister",
    "Meter",
    "Photo",
    "PointTerms",
    "Reading",
    "ReadingBook",
    "ReadingFile",
    "ReadingNote",
    "RegisterReading",
    "Round",
    "RoundPoint",
]
