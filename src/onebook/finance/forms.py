"""What is given to compare two outside books: their files, the bank's, the columns, the day."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from onebook.finance.errors import FileTooLarge
from onebook.finance.reads.explain_files import Source, read_mapping
from onebook.infra.web.problems import text
from onebook.kernel.errors import OnebookError
from onebook.kernel.periods import parse_date

FILE_MB = 50
_KINDS = {"accept": ".csv,.txt,.xlsx,.xls"}


class SourceField(forms.FileField):
    """One file as its name and bytes; FileTooLarge above FILE_MB."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Read the file into memory, or say that it is too large for a page."""
        file = super().clean(data, initial)
        return _source(file) if isinstance(file, UploadedFile) else None


class _Several(forms.ClearableFileInput):
    allow_multiple_selected = True


class SourcesField(forms.FileField):
    """Any number of files."""

    widget = _Several

    def clean(self, data: Any, initial: Any = None) -> list[Source]:
        """Read each file."""
        files: Sequence[Any] = data if isinstance(data, list | tuple) else [data]
        return [_source(file) for file in files if isinstance(file, UploadedFile)]


def _source(file: "UploadedFile[Any]") -> Source:
    if (file.size or 0) > FILE_MB << 20:
        raise forms.ValidationError(text(FileTooLarge(name=file.name, limit=FILE_MB)))
    return Source(file.name or "", file.read())


class OutsideBooks(forms.Form):
    """Two books and what helps to compare them."""

    finance = SourceField(
        label=_("Finance's ledger"), widget=forms.FileInput(_KINDS), allow_empty_file=True
    )
    marketing = SourceField(
        label=_("Marketing's list"), widget=forms.FileInput(_KINDS), allow_empty_file=True
    )
    banks = SourcesField(
        label=_("The bank's receipts, if there are any"), widget=_Several(_KINDS), required=False
    )
    columns = SourceField(
        label=_("Remembered columns, if there are any"),
        widget=forms.FileInput({"accept": ".json"}),
        required=False,
    )
    as_of = forms.CharField(
        label=_("Day of both books"),
        required=False,
        widget=forms.TextInput({"placeholder": "2026-10-31", "size": 10, "maxlength": 10}),
    )

    def clean_as_of(self) -> Any:
        """The day, None where it is to be found from the books."""
        return self._read(parse_date, "as_of") if self.cleaned_data["as_of"] else None

    def clean_columns(self) -> Any:
        """The remembered columns."""
        return self._read(read_mapping, "columns") if self.cleaned_data["columns"] else {}

    def _read(self, read: Any, name: str) -> Any:
        try:
            return read(self.cleaned_data[name])
        except OnebookError as unreadable:
            raise forms.ValidationError(text(unreadable)) from unreadable

    def sources(self) -> dict[str, Any]:
        """The arguments of `finance.reads.explain.compare`."""
        given = self.cleaned_data
        return {
            "finance": given["finance"],
            "marketing": given["marketing"],
            "banks": given["banks"],
            "mapping": given["columns"],
            "as_of": given["as_of"],
        }
