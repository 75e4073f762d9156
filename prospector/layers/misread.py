"""Text that was read in another encoding than it was written in: "Ã±" where "ñ" was meant."""

from __future__ import annotations

import re

import pandas as pd

WINDOWS_ONLY = bytes(
    byte for byte in range(0x80, 0xA0) if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
)
CONTINUED = "\u0080-\u00bf" + WINDOWS_ONLY.decode("cp1252")
"""What the second byte of a letter in UTF-8 becomes in Latin-1 or in that of Windows."""

OF_DOS = "\u00a1-\u00a5\u00a8\u00ac\u2020\u2021\u02c6\u2030\u2039\u203a\u201a\u201e\u2022"
"""What letters of DOS (cp850) and of old Macintoshes become: no text has such a sign within a word."""

BESIDE = "\u00a2\u00a3\u00a4\u00a5\u00a8\u00ac"
"""Those of them that no text has before a small letter, or behind one either."""

MISREAD = re.compile(
    f"[{BESIDE}](?=[a-z])|(?<=[a-z])[{BESIDE}]|[ÂÃÄÅ][{CONTINUED}]|â[\u0080\u0082\u201a€][{CONTINUED}]|\ufffd|(?<=[a-z])[{OF_DOS}](?=[a-z])"
)
LOST = "\ufffd"
"""What stands for a letter that could not be read at all."""


def misread(values: pd.Series) -> tuple[int, str]:
    """Return how many texts of a column hold letters that were misread, and the first such letter.

    Examples
    --------
    >>> misread(pd.Series(["formaciÃ³n", "Chañarcillo", None, 7]))
    (1, 'Ã³')
    >>> misread(pd.Series(["SÃO JOÃO", "Île d'Yeu", "São"]))
    (0, '')
    """
    if values.dtype.kind in "biufcmM":
        return 0, ""
    found = [
        match[0]
        for value in values
        if isinstance(value, str) and (match := MISREAD.search(value)) and _is_other(match[0])
    ]
    return len(found), found[0] if found else ""


def _is_other(letters: str) -> bool:
    """Return whether letters are what one letter in UTF-8 looks like in another encoding."""
    return len(letters) == 1 or any(
        _decodes(letters, encoding) for encoding in ("cp1252", "latin-1")
    )


def _decodes(letters: str, encoding: str) -> bool:
    try:
        return len(letters.encode(encoding).decode("utf-8")) == 1
    except UnicodeError:
        return False
