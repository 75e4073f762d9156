"""Text from outside as a terminal may be given it: nothing moves the cursor, hides or turns what is read."""

from __future__ import annotations

import unicodedata

UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Categories of Unicode that are escaped: control, format, lone surrogates, separators of lines.

Format characters are those that turn the direction of text, and those without a width.
"""


def printable(text: str, *, kept: str = "") -> str:
    r"""Return text with every character that acts on a terminal, or cannot be seen, as an escape.

    Parameters
    ----------
    kept
        Characters that stay, e.g. a newline where the lines are ours.

    Examples
    --------
    >>> printable("El Abra \x1b[2J\u202e")
    'El Abra \\x1b[2J\\u202e'
    >>> printable("Chuquicamata, 3 °C")
    'Chuquicamata, 3 °C'
    """
    if text.isprintable():
        return text
    return "".join(
        letter if letter in kept or unicodedata.category(letter) not in UNSEEN else _escaped(letter)
        for letter in text
    )


def _escaped(letter: str) -> str:
    return letter.encode("unicode_escape").decode("ascii")
