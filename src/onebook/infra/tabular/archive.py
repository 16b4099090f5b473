"""Takes the files out of a ZIP archive that a bank or platform sends, within bounds."""

import io
import zipfile
from pathlib import PurePosixPath
from typing import NamedTuple

from onebook.infra.tabular.errors import ArchiveUnusable

MOST_MEMBERS = 1000
MOST_BYTES = 200_000_000
MOST_RATIO = 200
_SMALL_BYTES = 1_000_000
_UTF8_NAME = 0x800
_START = b"PK\x03\x04"
_WORKBOOK = "[Content_Types].xml"


class Member(NamedTuple):
    """A file of an archive: the last part of its name, and its bytes."""

    name: str
    data: bytes


def members(data: bytes, name: str) -> list[Member] | None:
    """Return the files of an archive in its order; None for what is no archive, or a workbook.

    Names that do not say they are UTF-8 are read as GB18030, which archives made in China use.
    ArchiveUnusable where it is broken or protected, holds an archive, or would unpack to more
    than 200 MB or two hundred times its size: the sizes are held while reading, whatever the
    directory promises.
    """
    if not data.startswith(_START):
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if _WORKBOOK in archive.namelist():
                return None
            parts = [part for part in archive.infolist() if not part.is_dir()]
            _check(parts, name)
            return [Member(_plain_name(part), _read(archive, part, name)) for part in parts]
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError) as error:
        raise ArchiveUnusable(name=name, detail=str(error)) from error


def _check(parts: list[zipfile.ZipInfo], name: str) -> None:
    if len(parts) > MOST_MEMBERS:
        raise ArchiveUnusable(name=name, detail=f"{len(parts)} files")
    if any(part.flag_bits & 1 for part in parts):
        raise ArchiveUnusable(name=name, detail="password")
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MOST_BYTES:
        raise ArchiveUnusable(name=name, detail=f"{unpacked:,} bytes")
    for part in parts:
        if part.file_size > max(_SMALL_BYTES, MOST_RATIO * max(part.compress_size, 1)):
            raise ArchiveUnusable(name=name, detail=f"{part.filename}: {part.file_size:,} bytes")


def _read(archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str) -> bytes:
    with archive.open(part) as file:
        found = file.read(part.file_size + 1)
    if len(found) != part.file_size or found.startswith(_START):
        raise ArchiveUnusable(name=name, detail=part.filename)
    return found


def _plain_name(part: zipfile.ZipInfo) -> str:
    """Return the file's own name without its folders."""
    plain = part.filename
    if not part.flag_bits & _UTF8_NAME:
        try:
            plain = plain.encode("cp437").decode("gb18030")
        except UnicodeError:
            plain = part.filename
    return PurePosixPath(plain.replace("\\", "/")).name
