"""Look at a shared object before the system loader does."""

from __future__ import annotations

import os
from struct import unpack_from

# ELF class -> where the header keeps e_shoff (and how wide), e_shentsize and e_shnum.
_SECTION_TABLE = {1: ("I", 0x20, 0x2E, 0x30), 2: ("Q", 0x28, 0x3A, 0x3C)}


def is_cut_short(path: str) -> bool:
    """Tell whether an ELF file ends before its section table, the last thing in it.

    glibc maps a file without comparing sizes, so that a half copied one kills the
    process with SIGBUS where an exception would have said what is wrong. Files
    of other formats, whose loaders do check, are never cut short for us.
    """
    with open(path, "rb") as file:
        header = file.read(64)
        size = file.seek(0, os.SEEK_END)
    if header[:4] != b"\x7fELF":
        return False
    if len(header) < 64 or header[4] not in _SECTION_TABLE:
        return True
    order = "<" if header[5] == 1 else ">"
    wide, offset_at, length_at, count_at = _SECTION_TABLE[header[4]]
    (offset,) = unpack_from(order + wide, header, offset_at)
    (length,) = unpack_from(order + "H", header, length_at)
    (count,) = unpack_from(order + "H", header, count_at)
    return bool(offset + length * count > size)
