"""Errors that a caller can act on, and notices of the choices that a run made.

ProspectorError
├── RegionError      region.toml or a deposit model is wrong
├── LayerError       a layer cannot be read or used
├── ModelError       a deposit model cannot be applied to this region
│   └── NotRankedError   nothing of that name is in a screening; a KeyError, too
├── EngineError      windows could not be computed to the end
├── SourceError      an official service does not give a layer whole
└── OutputError      a run folder cannot be written or reopened
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import total_ordering
from typing import Any, Literal, Self, get_args

Level = Literal["problem", "caution", "note"]
LEVELS: tuple[Level, ...] = get_args(Level)
"""How grave a notice is, gravest first."""


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
        object.__setattr__(self, "about", _frozen(about))

    def __str__(self) -> str:
        """Return code and values; the sentence is made where a page is.

        Examples
        --------
        >>> print(Reason("no-layer", role="faults"))
        no-layer: role=faults
        """
        return _line(self.code, self.about)

    def as_record(self) -> dict[str, Any]:
        """Return it as run.json holds it."""
        return {"code": self.code, "about": _record(self.about)}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Reason:
        """Return a reason that run.json holds."""
        return cls(record["code"], **record["about"])


def _frozen(about: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    """Return values by name as pairs that cannot change; records of reasons as reasons."""
    return tuple((name, _frozen_value(value)) for name, value in about.items())


def _frozen_value(value: Any) -> Any:
    if isinstance(value, Mapping):
        return Reason.from_record(value)
    if isinstance(value, list | tuple):
        return tuple(_frozen_value(part) for part in value)
    return value


def _record(about: tuple[tuple[str, Any], ...]) -> dict[str, Any]:
    return {name: _record_value(value) for name, value in about}


def _record_value(value: Any) -> Any:
    if isinstance(value, Reason):
        return value.as_record()
    return [_record_value(part) for part in value] if isinstance(value, tuple) else value


def _line(code: str, about: tuple[tuple[str, Any], ...]) -> str:
    values = ", ".join(f"{name}={_shown(value)}" for name, value in about)
    return f"{code}: {values}" if values else code


def _shown(value: Any) -> str:
    if isinstance(value, Reason):
        return f"({value})"
    return "; ".join(_shown(part) for part in value) if isinstance(value, tuple) else str(value)


class Fault(str):
    """A line of an error that knows which place of a file it is about.

    Parameters
    ----------
    place
        File and key, as the line begins.
    what
        What is wrong there, and the remedy.

    Examples
    --------
    >>> fault = Fault("region.toml: key 'layers.faults.crs'", "missing. Add it.")
    >>> print(fault)
    region.toml: key 'layers.faults.crs': missing. Add it.
    >>> fault.what
    'missing. Add it.'
    """

    place: str
    what: str

    def __new__(cls, place: str, what: str) -> Fault:
        """Return the line: the place, then what is wrong there."""
        fault = super().__new__(cls, f"{place}: {what}")
        fault.place, fault.what = place, what
        return fault


class ProspectorError(Exception):
    """Base of the errors that a caller can act on: one sentence on what is wrong, one on the remedy.

    Parameters
    ----------
    message
        The sentences; a list of them where there are several faults, a line each. A `Fault`
        where the line is about a place of a file.
    reason
        The same as a value, where a run goes on without what failed and reports it in its language.

    Examples
    --------
    >>> RegionError(["x.toml: key 'a': missing.", "x.toml: key 'b': missing."]).lines
    ("x.toml: key 'a': missing.", "x.toml: key 'b': missing.")
    """

    def __init__(self, message: str | Sequence[str], reason: Reason | None = None) -> None:
        lines = (message,) if isinstance(message, str) else tuple(message)
        super().__init__("\n".join(lines))
        self.lines = lines
        self.reason = reason

    @property
    def at_place(self) -> bool:
        """Whether its first line is about a place of a file."""
        return isinstance(self.lines[0], Fault)

    @property
    def what(self) -> str:
        """What is wrong first, without its place in a file.

        Examples
        --------
        >>> LayerError(Fault("region.toml: key 'layers.faults.file'", "x.shp is empty.")).what
        'x.shp is empty.'
        """
        first = self.lines[0]
        return first.what if isinstance(first, Fault) else first

    def calling(self, names: Mapping[str, str]) -> Self:
        """Return it with files called by other names, e.g. what lies in memory by its layer's.

        Parameters
        ----------
        names
            What to call a file by its path.

        Returns
        -------
        ProspectorError
            Of the same kind, with the same reason.

        Examples
        --------
        >>> print(LayerError("/scratch/a1.fgb is empty.").calling({"/scratch/a1.fgb": "polygons"}))
        polygons is empty.
        """
        return type(self)([_calling(line, names) for line in self.lines], self.reason)


def _calling(line: str, names: Mapping[str, str]) -> str:
    if isinstance(line, Fault):
        return Fault(_calling(line.place, names), _calling(line.what, names))
    for path, name in names.items():
        line = line.replace(path, name)
    return line


class RegionError(ProspectorError):
    """A region file or a deposit model does not have the shape that it must have."""


class LayerError(ProspectorError):
    """A layer is missing, unreadable or not what its role asks for."""


class ModelError(ProspectorError):
    """A deposit model cannot be applied: too few deposits, no evidence left, no permissive ground."""


class NotRankedError(ModelError, KeyError):
    """A screening or a run has no deposit model or evidence of the name."""

    def __str__(self) -> str:
        """Return the sentences, not a key in quotes."""
        return "\n".join(self.lines)


class EngineError(ProspectorError):
    """The computation of windows could not be finished; finished windows are kept."""


class SourceError(ProspectorError):
    """An official service does not answer, or does not give a layer whole."""


class OutputError(ProspectorError):
    """A run folder cannot be written, or does not hold a run."""


def reason_for(error: ProspectorError) -> Reason:
    """Return an error's reason; its message as one where it carries none.

    Examples
    --------
    >>> reason_for(ModelError("No ground.")).as_record()
    {'code': 'error', 'about': {'message': 'No ground'}}
    """
    return error.reason or Reason("error", message=" ".join(error.lines).rstrip("."))


@total_ordering
@dataclass(frozen=True, init=False)
class Notice:
    """One choice that was made, so that nothing is silently dropped, repaired or filled.

    Notices sort gravest first, then by code and what they are about.

    Parameters
    ----------
    code
        Name of the sentence, e.g. ``"geometries-repaired"``; pages find a notice by it.
    level
        ``"problem"`` (something asked for is missing from the results), ``"caution"`` (it bears on how far
        to believe them) or ``"note"``.
    about
        What it is about (layer, model, evidence, ...) and the values that its sentence needs: texts,
        numbers, reasons, or tuples of these.
    count
        How many features, cells or deposits it touched; None where counting makes no sense.
    """

    code: str
    level: Level
    about: tuple[tuple[str, Any], ...]
    count: int | None

    def __init__(
        self,
        code: str,
        level: Level,
        about: Mapping[str, Any] | None = None,
        count: int | None = None,
    ) -> None:
        if level not in LEVELS:
            raise ValueError(f"level '{level}': use one of {', '.join(LEVELS)}")
        object.__setattr__(self, "code", code)
        object.__setattr__(self, "level", level)
        object.__setattr__(self, "about", _frozen(about or {}))
        object.__setattr__(self, "count", count)

    def value(self, name: str) -> Any:
        """Return a value of what it is about; None where it has none of that name.

        Parameters
        ----------
        name
            E.g. ``"layer"``.

        Returns
        -------
        text, number, Reason or tuple
            As it was given; None where it has none of that name.

        Examples
        --------
        >>> Notice("geometries-repaired", "note", {"layer": "faults"}).value("layer")
        'faults'
        """
        return dict(self.about).get(name)

    def __lt__(self, other: Notice) -> bool:
        """Return whether it stands before another: graver, or earlier by code and values."""
        return self._place() < other._place()

    def __str__(self) -> str:
        """Return code, values and count as one line; the sentence is made where a page is.

        Examples
        --------
        >>> print(Notice("geometries-repaired", "note", {"layer": "faults"}, 2))
        geometries-repaired: layer=faults (2)
        """
        counted = "" if self.count is None else f" ({self.count})"
        return f"{_line(self.code, self.about)}{counted}"

    def of(self, **subject: str) -> Notice:
        """Return the notice with what it is about put first, e.g. the layer.

        Parameters
        ----------
        **subject
            E.g. ``layer="faults"``.

        Returns
        -------
        Notice
            A copy.
        """
        return Notice(self.code, self.level, {**subject, **dict(self.about)}, self.count)

    def as_record(self) -> dict[str, Any]:
        """Return it as run.json holds it."""
        about = _record(self.about)
        return {"code": self.code, "level": self.level, "about": about, "count": self.count}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Notice:
        """Return a notice that run.json holds.

        Parameters
        ----------
        record
            As `as_record` gives it.

        Returns
        -------
        Notice
            The same notice.
        """
        return cls(record["code"], record["level"], record["about"], record["count"])

    def _place(self) -> tuple[int, str, str, int]:
        count = -1 if self.count is None else self.count
        return LEVELS.index(self.level), self.code, _line("", self.about), count
