"""The parts of an archive from outside, each looked at before it is unpacked."""

from __future__ import annotations

from typing import IO, Any, Final

from commonpool.sheets.inside.archive import ENCRYPTED_FLAG, Entry, Refused, read_entries, unpack, unpack_into

RATIO_MATTERS_ABOVE: Final = 1_000_000


class Parts:
    """An archive's parts by name, capitals aside. Raises Refused for bombs, doubles, passwords and escaping names."""

    def __init__(self, data: bytes, allowed: Any) -> None:
        self._data = data
        self._entries: dict[str, Entry] = {}
        entries = read_entries(data, allowed.entries)
        _look_at_sizes(entries, len(data), allowed)
        for entry in entries:
            self._note(entry)

    def _note(self, entry: Entry) -> None:
        name = entry.name
        if ".." in name.split("/") or name.startswith("/") or ":" in name or "\0" in name:
            raise Refused("READ-08", why=f"its part ‘{name[:60]}’ points outside the file")
        if name.endswith("/"):
            return
        if name.lower() in self._entries:
            raise Refused("READ-08", why=f"it holds ‘{name[:60]}’ twice")
        if entry.flags & ENCRYPTED_FLAG:
            raise Refused("READ-04")
        self._entries[name.lower()] = entry

    def names(self) -> list[str]:
        """The names as the archive spells them, in its order."""
        return [entry.name for entry in self._entries.values()]

    def has(self, name: str) -> bool:
        """Whether there is a part of that name, capitals aside."""
        return name.lower() in self._entries

    def size(self, name: str) -> int:
        """The part's unpacked bytes, as the archive promises them; never more are unpacked."""
        return self._entries[name.lower()].size

    def part(self, name: str) -> bytes:
        """The part unpacked. Raises Refused when it is missing or damaged."""
        entry = self._entries.get(name.lower())
        if entry is None:
            raise Refused("READ-06", why=f"its part {name} is missing")
        return unpack(self._data, entry)

    def write(self, name: str, out: IO[bytes]) -> None:
        """Write the part unpacked, piece by piece. Raises Refused when it is damaged."""
        unpack_into(out, self._data, self._entries[name.lower()])


def _look_at_sizes(entries: tuple[Entry, ...], file_bytes: int, allowed: Any) -> None:
    unpacked = sum(entry.size for entry in entries)
    if unpacked > allowed.unpacked_bytes:
        raise Refused("READ-07", found=f"{unpacked / 1e6:,.0f} MB", most=f"{allowed.unpacked_bytes / 1e6:,.0f} MB")
    for entry in entries:
        if entry.size > RATIO_MATTERS_ABOVE and entry.size > allowed.ratio * entry.packed:
            found = f"{entry.size / max(entry.packed, 1):,.0f} times its packed size"
            raise Refused("READ-07", found=found, most=f"{allowed.ratio:,} times")
    if sum(entry.packed for entry in entries) > file_bytes:
        raise Refused("READ-08", why="its parts overlap")
