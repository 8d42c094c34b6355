"""Labels as names of files: packages/store's label-segment in Python."""

from __future__ import annotations

import hashlib
import re

_MAX_LENGTH = 200
_KEPT_OF_LONG = 120
_PLAIN = re.compile(rb"[a-z0-9_.-]")
_WINDOWS_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)")


def label_segment(label: str) -> str:
    """
    Different labels get different names, also where a file system ignores case. Bytes other than lowercase letters,
    digits, '-', '_' and '.' are percent-encoded; a label that is too long ends in its hash.
    """
    if label == "":
        return "%empty"
    bytes_ = label.encode()
    encoded = "".join(
        chr(byte) if _PLAIN.fullmatch(bytes([byte])) and not _must_hide(label, i, len(bytes_)) else f"%{byte:02x}"
        for i, byte in enumerate(bytes_)
    )
    if len(encoded) <= _MAX_LENGTH:
        return encoded
    beginning = re.sub("%[0-9a-f]?$", "", encoded[:_KEPT_OF_LONG])
    return f"{beginning}%~{hashlib.sha256(label.encode('utf-16-le')).hexdigest()[:40]}"


def _must_hide(label: str, position: int, length: int) -> bool:
    if position == 0:
        return label.startswith(".") or _WINDOWS_DEVICE.match(label) is not None
    return position == length - 1 and label.endswith(".")
