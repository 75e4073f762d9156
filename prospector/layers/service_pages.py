"""Files that are one page of a service's answer: it says itself that it has more features."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ENDINGS = (".json", ".geojson")
END_BYTES = 100_000
"""What a service says of its answer stands before the features or behind them."""

_LONGER = re.compile(rb'"exceededTransferLimit"\s*:\s*true\b')
_COUNTS = re.compile(rb'"(?:numberMatched|totalFeatures)"\s*:\s*(\d{1,15})\b')


@dataclass(frozen=True)
class Page:
    """What a file says of the answer that it is a page of.

    Parameters
    ----------
    longer
        Whether the service has more features than it sent.
    total
        How many it counts; None where it does not say.
    """

    longer: bool
    total: int | None

    def lacks(self, features: int) -> bool:
        """Return whether there are more features than so many."""
        return self.longer or (self.total or 0) > features


def page_of(path: Path) -> Page:
    """Return what a file of GeoJSON says of the answer of a service that it may be.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder) / "titles.geojson"
    ...     _ = file.write_text('{"type": "FeatureCollection", "features": [], "numberMatched": 66051}')
    ...     page_of(file), page_of(file).lacks(1000)
    (Page(longer=False, total=66051), True)
    """
    if path.suffix.lower() not in ENDINGS or not path.is_file():
        return Page(False, None)
    text = _ends_of(path)
    counts = [int(count) for count in _COUNTS.findall(text)]
    return Page(_LONGER.search(text) is not None, max(counts, default=None))


def _ends_of(path: Path) -> bytes:
    """Return how a file begins and ends."""
    with path.open("rb") as file:
        head = file.read(END_BYTES)
        file.seek(max(len(head), path.stat().st_size - END_BYTES))
        return head + file.read()
