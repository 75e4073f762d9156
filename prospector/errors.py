"""What a caller can act on, and what a run chose.

ProspectorError
├── RegionError      region.toml or a deposit model is wrong
├── LayerError       a layer cannot be read or used
├── ModelError       a deposit model cannot be applied to this region
├── EngineError      windows could not be computed to the end
└── OutputError      a run folder cannot be written or reopened
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, init=False)
class Reason:
    """Why something was not done, as a value: a code, and the values that its sentence needs.

    Pages turn it into a sentence of their language; no room reads another's sentence.

    Parameters
    ----------
    code
        Name of the sentence, e.g. ``"too-few-deposits"``.
    about
        Values by name: texts, numbers, or another reason.

    Examples
    --------
    >>> Reason("too-few-deposits", count=3, least=10).as_record()
    {'code': 'too-few-deposits', 'about': {'count': 3, 'least': 10}}
    """

    code: str
    about: tuple[tuple[str, Any], ...]

    def __init__(self, code: str, /, **about: Any) -> None:
        object.__setattr__(self, "code", code)
        object.__setattr__(self, "about", tuple(about.items()))

    def as_record(self) -> dict[str, Any]:
        """Return it as run.json holds it."""
        about = {
            name: value.as_record() if isinstance(value, Reason) else value
            for name, value in self.about
        }
        return {"code": self.code, "about": about}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Reason:
        """Return a reason that run.json holds."""
        about = {
            name: cls.from_record(value) if isinstance(value, Mapping) else value
            for name, value in record["about"].items()
        }
        return cls(record["code"], **about)


class ProspectorError(Exception):
    """Base of the errors that a caller can act on: one sentence on what is wrong, one on the remedy.

    Parameters
    ----------
    reason
        The same as a value, where a run goes on without what failed and tells so in its language.
    """

    def __init__(self, message: str, reason: Reason | None = None) -> None:
        super().__init__(message)
        self.reason = reason


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
