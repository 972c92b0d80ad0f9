"""A zip archive looked at without trusting it, and written with untouched parts copied as they are packed.

Our own reader, because the standard one is slow to import, and because a part that is copied raw keeps its very
bytes. Format: PKWARE APPNOTE 6.3, sections 4.3.7, 4.3.12 and 4.3.16, without zip64.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Final, NamedTuple

LOCAL: Final = struct.Struct("<4s5H3I2H")
CENTRAL: Final = struct.Struct("<4s6H3I5H2I")
END: Final = struct.Struct("<4s4H2IH")
LOCAL_MARK, CENTRAL_MARK, END_MARK = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
STORED, DEFLATED = 0, 8
ENCRYPTED_FLAG, DESCRIPTOR_FLAG, UTF8_FLAG = 0x1, 0x8, 0x800
LONGEST_COMMENT: Final = 0xFFFF
PIECE: Final = 1 << 20
PACKED_SINCE_1980: Final = (0, 0x21)  # time and date of a new part: the format's first day, so that output is stable


class Refused(Exception):  # noqa: N818 - it says that the file was refused
    """The file is not read. `rule` is the id of a rule in `sheets/rules.py`, `values` fill its words."""

    def __init__(self, rule: str, sheet: str | None = None, cell: str | None = None, **values: str | int) -> None:
        super().__init__(rule)
        self.rule, self.sheet, self.cell, self.values = rule, sheet, cell, values


class Entry(NamedTuple):
    """One part as the archive's list describes it. `start` is where its packed bytes begin."""

    name: str
    raw_name: bytes
    flags: int
    method: int
    time: int
    date: int
    crc: int
    packed: int
    size: int
    start: int


def read_entries(data: bytes, most: int) -> tuple[Entry, ...]:
    """Every part that the archive's list names. Raises Refused when the list is damaged or has more than `most`."""
    end = data.rfind(END_MARK, max(0, len(data) - END.size - LONGEST_COMMENT))
    if end < 0 or end + END.size > len(data):
        raise Refused("READ-06", why="its end is missing, as after a broken download")
    _, _, _, _, count, _, position, _ = END.unpack_from(data, end)
    if count > most:
        raise Refused("READ-08", why=f"it holds {count:,} parts, more than {most:,}")
    entries = []
    for _ in range(count):
        entry, position = _entry_at(data, position)
        entries.append(entry)
    return tuple(entries)


def _entry_at(data: bytes, position: int) -> tuple[Entry, int]:
    try:
        mark, _, _, flags, method, time, date, crc, packed, size, name_size, extra, comment, _, _, _, local = (
            CENTRAL.unpack_from(data, position)
        )
        local_mark, *_, local_name_size, local_extra = LOCAL.unpack_from(data, local)
    except struct.error:
        raise Refused("READ-06", why="its list of parts is cut off") from None
    start = local + LOCAL.size + local_name_size + local_extra
    if mark != CENTRAL_MARK or local_mark != LOCAL_MARK or start + packed > len(data):
        raise Refused("READ-06", why="its list of parts does not fit its content")
    raw_name = data[position + CENTRAL.size : position + CENTRAL.size + name_size]
    name = raw_name.decode("utf-8" if flags & UTF8_FLAG else "cp437", "replace").replace("\\", "/")
    entry = Entry(name, raw_name, flags, method, time, date, crc, packed, size, start)
    return entry, position + CENTRAL.size + name_size + extra + comment


def unpack(data: bytes, entry: Entry) -> bytes:
    """The part's bytes, never more than the list promised. Raises Refused when they differ from the list."""
    packed = memoryview(data)[entry.start : entry.start + entry.packed]
    if entry.method == STORED:
        part = bytes(packed)
    elif entry.method == DEFLATED:
        try:
            # One byte more than promised is asked for, so that a part that lies about its size is caught.
            part = zlib.decompressobj(-15).decompress(packed, entry.size + 1)
        except zlib.error:
            raise Refused("READ-06", why=f"its part {entry.name} is garbled") from None
    else:
        raise Refused("READ-06", why=f"its part {entry.name} is packed in an unusual way")
    if len(part) != entry.size or zlib.crc32(part) != entry.crc:
        raise Refused("READ-06", why=f"its part {entry.name} is not what it was when it was saved")
    return part


def unpack_into(out: IO[bytes], data: bytes, entry: Entry) -> None:
    """Write the part's bytes a megabyte at a time, for one too large to hold. Raises Refused as `unpack` does."""
    size = check = 0
    for piece in _pieces(memoryview(data)[entry.start : entry.start + entry.packed], entry):
        size += len(piece)
        if size > entry.size:
            break
        check = zlib.crc32(piece, check)
        out.write(piece)
    if size != entry.size or check != entry.crc:
        raise Refused("READ-06", why=f"its part {entry.name} is not what it was when it was saved")


def _pieces(packed: memoryview, entry: Entry) -> Iterator[bytes | memoryview]:
    parts = (packed[start : start + PIECE] for start in range(0, len(packed), PIECE))
    if entry.method == STORED:
        yield from parts
        return
    if entry.method != DEFLATED:
        raise Refused("READ-06", why=f"its part {entry.name} is packed in an unusual way")
    unpacker = zlib.decompressobj(-15)
    try:
        for part in parts:
            yield unpacker.decompress(part, PIECE)
            while unpacker.unconsumed_tail:
                yield unpacker.decompress(unpacker.unconsumed_tail, PIECE)
        yield unpacker.flush()
    except zlib.error:
        raise Refused("READ-06", why=f"its part {entry.name} is garbled") from None


def repack(data: bytes, entries: Iterable[Entry], replaced: Mapping[str, bytes], added: Mapping[str, bytes]) -> bytes:
    """The archive again with some parts replaced and some added; all others keep their packed bytes and order."""
    body, listing, count = bytearray(), bytearray(), 0
    for entry in entries:
        if entry.name in replaced:
            packed, entry = _packed(entry.name, entry.raw_name, replaced[entry.name])
        else:
            packed = data[entry.start : entry.start + entry.packed]
        _append(body, listing, entry, packed)
        count += 1
    for name, part in added.items():
        packed, entry = _packed(name, name.encode(), part)
        _append(body, listing, entry, packed)
        count += 1
    end = END.pack(END_MARK, 0, 0, count, count, len(listing), len(body), 0)
    return bytes(body + listing + end)


def _packed(name: str, raw_name: bytes, part: bytes) -> tuple[bytes, Entry]:
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    packed = packer.compress(part) + packer.flush()
    time, date = PACKED_SINCE_1980
    return packed, Entry(
        name, raw_name, UTF8_FLAG, DEFLATED, time, date, zlib.crc32(part), len(packed), len(part), start=0
    )


def _append(body: bytearray, listing: bytearray, entry: Entry, packed: bytes) -> None:
    # Sizes stand in the header, so the descriptor that a streaming writer put after the data is not copied.
    flags = entry.flags & ~DESCRIPTOR_FLAG
    common = (20, flags, entry.method, entry.time, entry.date, entry.crc, entry.packed, entry.size)
    offset = len(body)
    body += LOCAL.pack(LOCAL_MARK, *common, len(entry.raw_name), 0) + entry.raw_name + packed
    listing += CENTRAL.pack(CENTRAL_MARK, 20, *common, len(entry.raw_name), 0, 0, 0, 0, 0, offset) + entry.raw_name
