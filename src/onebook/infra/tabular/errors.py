"""What can be wrong with a table file: with the whole file, and with one row of it.

OnebookError
├── FileUnusable      nothing of the file is taken
│   ├── FileEmpty, FileKindUnknown, EncodingUnreadable, HeadingMissing, ColumnTwice
│   └── WorkbookTooLarge, WorkbookProtected, WorkbookBroken, ArchiveUnusable
└── RowUnusable       this row is rejected, the others are taken
    └── QuoteUnclosed, RowCutOff, RowTooShort, RowTooLong,
        IdentifierIsNumber, FormulaWithoutValue
"""

from onebook.kernel.errors import OnebookError


class FileUnusable(OnebookError):
    """The file {name} cannot be used. Export it again and import the new file."""


class FileEmpty(FileUnusable):
    """The file {name} holds no rows. Export it again with the whole period selected."""


class FileKindUnknown(FileUnusable):
    """The file {name} is not a table ({found}). Export it as .xlsx or .csv, or unpack it, and
    import that file."""


class EncodingUnreadable(FileUnusable):
    """The text of {name} is neither UTF-8 nor GB18030: it breaks at byte {position}. Save it again
    as "CSV UTF-8" and import the new file."""


class HeadingMissing(FileUnusable):
    """The file {name} has no row of headings with {missing}. The nearest is row {row_number}:
    {found}. Give the columns these names and import the file again."""


class ColumnTwice(FileUnusable):
    """The heading {heading!r} stands twice in row {row_number} of {name}. Rename or remove the
    wrong one and import the file again."""


class WorkbookTooLarge(FileUnusable):
    """The workbook {name} would need more memory than is allowed ({figure}). Clear the cells below
    and beside the table, split it, or save it as .csv, and import again."""


class WorkbookProtected(FileUnusable):
    """The workbook {name} is protected by a password. Save it without one and import it again."""


class WorkbookBroken(FileUnusable):
    """The workbook {name} cannot be read ({detail}). Open it, save it as a new .xlsx, and import
    that."""


class ArchiveUnusable(FileUnusable):
    """The archive {name} cannot be unpacked ({detail}). Nothing of it is taken. Unpack it yourself
    and import the files in it."""


class RowUnusable(OnebookError):
    """The row cannot be used. Correct it in the file of rejected rows and import that file."""


class QuoteUnclosed(RowUnusable):
    """A quotation mark opened in this line is never closed. If the file was cut off, export it
    again; else close the mark."""


class RowCutOff(RowUnusable):
    """The last line ends after {found} of {expected} cells: the file was cut off. Export it
    again."""


class RowTooShort(RowUnusable):
    """The row has {found} cells where the headings have {expected}, so {missing} is missing. Fill
    it in and import the row again."""


class RowTooLong(RowUnusable):
    """The row has {found} cells where the headings have {expected}: a cell may hold a separator
    without quotation marks. Quote that cell and import the row again."""


class IdentifierIsNumber(RowUnusable):
    """{heading} holds the number {text}: zeros in front and digits after the 15th may be lost.
    Format the column as text, enter it again and import the row."""


class FormulaWithoutValue(RowUnusable):
    """{heading} holds a formula without a stored result. Open the workbook in a spreadsheet, save
    it and import it again."""
