"""Whether bytes are one whole JPEG or PNG picture, and its size; pure, nothing is decoded."""

import struct
import zlib
from typing import NamedTuple

from onebook.metering.errors import PhotoTooLarge, PhotoUnusable
from onebook.metering.rules.field import PHOTO_BYTES_MAX, PHOTO_PIXELS_MAX

_PNG = b"\x89PNG\r\n\x1a\n"
_SOI, _EOI = b"\xff\xd8", b"\xff\xd9"
_SOS = 0xDA
# Frames that say the picture's size: baseline, extended and progressive, Huffman or arithmetic.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_STUFFED = frozenset({0x00, *range(0xD0, 0xD8)})


class Picture(NamedTuple):
    """The kind of a picture, `jpeg` or `png`, and its size in pixels."""

    kind: str
    width: int
    height: int


def picture(data: bytes) -> Picture:
    """The picture that the bytes are, with nothing before or behind it.

    PhotoUnusable for anything else, PhotoTooLarge beyond the limits of `rules.field`.
    """
    if len(data) > PHOTO_BYTES_MAX:
        raise PhotoTooLarge(bytes=PHOTO_BYTES_MAX, pixels=PHOTO_PIXELS_MAX)
    try:
        found = _png(data) if data.startswith(_PNG) else _jpeg(data)
    except (IndexError, struct.error) as cut:
        raise PhotoUnusable from cut
    if found.width < 1 or found.height < 1:
        raise PhotoUnusable
    if found.width * found.height > PHOTO_PIXELS_MAX:
        raise PhotoTooLarge(bytes=PHOTO_BYTES_MAX, pixels=PHOTO_PIXELS_MAX)
    return found


def _png(data: bytes) -> Picture:
    """Walk the chunks: IHDR first, IEND last, picture data between, every checksum right."""
    at, kinds, size = len(_PNG), [], (0, 0)
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + length]
        (checksum,) = struct.unpack_from(">I", data, at + 8 + length)
        if zlib.crc32(kind + body) != checksum:
            raise PhotoUnusable
        if kind == b"IHDR":
            size = struct.unpack_from(">II", body)
        kinds.append(kind)
        at += 12 + length
    if kinds[0] != b"IHDR" or kinds[-1] != b"IEND" or b"IDAT" not in kinds:
        raise PhotoUnusable
    return Picture("png", *size)


def _jpeg(data: bytes) -> Picture:
    """Walk the segments up to the picture data, then over it to the end mark."""
    if not (data.startswith(_SOI) and data.endswith(_EOI)):
        raise PhotoUnusable
    at, size, scans = 2, (0, 0), 0
    while data[at : at + 2] != _EOI:
        if data[at] != 0xFF:
            raise PhotoUnusable
        marker = data[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        (length,) = struct.unpack_from(">H", data, at + 2)
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", data, at + 5)
            size = (width, height)
        at += 2 + length
        if marker == _SOS:
            scans += 1
            at = _scan_end(data, at)
    if not scans or at != len(data) - 2:
        raise PhotoUnusable
    return Picture("jpeg", *size)


def _scan_end(data: bytes, at: int) -> int:
    """Where the next marker stands behind the picture data that begins at ``at``."""
    while (at := data.find(b"\xff", at)) >= 0:
        if data[at + 1] not in _STUFFED and data[at + 1] != 0xFF:
            return at
        at += 1 if data[at + 1] == 0xFF else 2
    raise PhotoUnusable
