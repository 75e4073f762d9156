"""What a caller can act on, and what a run chose.

ProspectorError
├── RegionError      region.toml or a deposit model is wrong
├── LayerError       a layer cannot be read or used
├── ModelError       a deposit model cannot be applied to this region
├── EngineError      windows could not be computed to the end
└── OutputError      a run folder cannot be written or reopened
"""

from __future__ import annotations

from dataclasses import dataclass


class ProspectorError(Exception):
    """Base of the errors that a caller can act on: one sentence on what is wrong, one on the remedy."""


class RegionError(ProspectorError):
    """A region file or a deposit model does not have the shape that it must have."""


class LayerError(ProspectorError):
    """A layer is missing, unreadable or not what its role asks for."""


class ModelError(ProspectorError):
    """A deposit model cannot be applied: too few deposits, no evidence left, no permissive ground."""


class EngineError(ProspectorError):
    """Windows could not be computed to the end; what is done is kept."""


class OutputError(ProspectorError):
    """A run folder cannot be written, or does not hold a run."""


@dataclass(frozen=True, order=True)
class Notice:
    """One choice that was made, so that nothing is silently dropped, repaired or filled.

    Parameters
    ----------
    where
        The layer or the room that the choice was made in, e.g. ``"layer 'faults'"``.
    what
        What was done, in a sentence.
    count
        How many features, cells or deposits it touched; None where counting makes no sense.
    """

    where: str
    what: str
    count: int | None = None

    def __str__(self) -> str:
        """Return the notice as one line.

        Examples
        --------
        >>> print(Notice("layer 'faults'", "invalid geometry repaired", 2))
        layer 'faults': invalid geometry repaired (2)
        """
        counted = "" if self.count is None else f" ({self.count})"
        return f"{self.where}: {self.what}{counted}"
