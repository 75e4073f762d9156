"""What a page may load: nothing but itself, and pictures from servers that it names."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from html.parser import HTMLParser

POLICY_MARK = '<meta http-equiv="Content-Security-Policy" content="" />'
"""Stands in a page where its policy is to be."""


DATA_BLOCKS = ("application/json", "application/octet-stream")


class _Inventory(HTMLParser):
    """Collects a page's inline scripts and styles, and what it would load."""

    LOADING = frozenset({"src", "href", "srcset", "data", "poster", "action", "background"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.inline: dict[str, list[str]] = {"script": [], "style": []}
        self.loads: list[str] = []
        self._open: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "a":
            self.loads += [value or "" for name, value in attrs if name in self.LOADING]
        data_block = dict(attrs).get("type", "") in DATA_BLOCKS
        self._open = tag if tag in self.inline and not data_block else None
        if self._open:
            self.inline[tag].append("")

    def handle_endtag(self, tag: str) -> None:
        """Close what was open."""
        del tag
        self._open = None

    def handle_data(self, data: str) -> None:
        if self._open:
            self.inline[self._open][-1] += data


def _inventory(page: str) -> _Inventory:
    inventory = _Inventory()
    inventory.feed(page)
    inventory.close()
    return inventory


def with_content_policy(page: str, hosts: Sequence[str] = ()) -> str:
    """Return the page with a policy that allows its own scripts and styles by hash, and no connection.

    Parameters
    ----------
    page
        HTML with `POLICY_MARK` in its head.
    hosts
        Origins that pictures may come from, e.g. ``https://tiles.example.org``; none by default.
    """
    inline = _inventory(page).inline
    policy = (
        f"default-src 'none'; img-src {' '.join(['data:', 'blob:', *hosts])}; "
        "base-uri 'none'; form-action 'none'; "
        f"script-src {_hashes(inline['script'])}; style-src {_hashes(inline['style'])}"
    )
    filled = POLICY_MARK.replace('content=""', f'content="{policy}"')
    return page.replace(POLICY_MARK, filled, 1)


def _hashes(texts: Sequence[str]) -> str:
    digests = (hashlib.sha256(text.encode()).digest() for text in texts)
    return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)


def refuse_remote(page: str) -> None:
    """Raise when a page would load anything that is not inside it.

    Raises
    ------
    ValueError
        Naming the first address.

    Examples
    --------
    >>> refuse_remote('<img src="data:image/png;base64,AA=="><a href="report.html">Report</a>')
    >>> refuse_remote('<img src="https://example.org/a.png">')
    Traceback (most recent call last):
    ...
    ValueError: the map would load 'https://example.org/a.png'. Inline it: the file must open offline.
    """
    inventory = _inventory(page)
    styled = re.findall(
        r"url\(\s*['\"]?([^'\")]*)|@import\s+([^;]+)", "".join(inventory.inline["style"])
    )
    addresses = inventory.loads + [first or second for first, second in styled]
    for address in addresses:
        if not address.startswith(("data:", "#")):
            raise ValueError(
                f"the map would load '{address}'. Inline it: the file must open offline."
            )
