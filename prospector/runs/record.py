"""run.json as it is read: every key that a command or a page uses is checked before anything uses it."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from prospector.errors import Level, Notice, OutputError, Reason
from prospector.models.fitted import from_figures, readable
from prospector.region.deposit_model import DepositModel
from prospector.region.legal import LegalNote
from prospector.region.quantities import CELL_SIZE_M, ProjectedCrs
from prospector.region.toml_values import WHOLE_NUMBER, Name
from prospector.runs.contents import AGAIN
from prospector.screening.steps import RUN_SCHEMA_VERSION
from prospector.validation.record import Skill
from prospector.words.language import LANGUAGES

MOST_CELLS = 10_000_000
"""Along a side of a grid."""

Finite = Annotated[float, Field(allow_inf_nan=False)]


def _known(code: str) -> str:
    if code not in LANGUAGES:
        raise ValueError(f"must be one of: {', '.join(LANGUAGES)}")
    return code


def _first_fault(error: ValidationError) -> str:
    """Return where the first fault lies, and the rule."""
    first = error.errors(include_url=False)[0]
    place = ".".join(str(part) for part in first["loc"] if part != "[key]")
    return f"{place}: {first['msg']}" if place else str(first["msg"])


class _Part(BaseModel):
    """The keys that are looked at; a run has more."""

    model_config = ConfigDict(frozen=True, strict=True)


def _about(values: dict[str, Any]) -> dict[str, Any]:
    """Return what a notice or a reason is about: texts, numbers, reasons, lists of these."""
    for value in values.values():
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, Mapping):
                _reason(part)
            elif not (part is None or isinstance(part, str | int | float)):
                raise ValueError("must be texts, numbers or reasons")
    return values


def _reason(value: Mapping[str, Any]) -> Mapping[str, Any]:
    _Reason.model_validate(value)
    return value


About = Annotated[dict[str, Any], AfterValidator(_about)]


class _Reason(_Part):
    code: str
    about: About

    @model_validator(mode="after")
    def _holds(self) -> _Reason:
        Reason(self.code, **self.about)
        return self


class _Notice(_Part):
    code: str
    level: Level
    about: About
    count: int | None

    @model_validator(mode="after")
    def _holds(self) -> _Notice:
        Notice(self.code, self.level, self.about, self.count)
        return self


class _Named(_Part):
    name: Name


class _Evidence(_Named):
    label: str
    unit: str
    scale: Literal["linear", "log"]
    expected: Literal["increasing", "decreasing", "any"]
    reason: str
    schematic: bool
    all_schematic: bool
    resolution_m: Finite | None
    schematic_m: Finite
    tolerances_km: list[Finite]
    accuracy: _Reason


class _Quality(_Part):
    column: Annotated[int, Field(ge=0)]
    cover: Finite
    one_value: Finite
    plane: Finite
    quadratic: Finite
    resolution_m: Finite | None
    target_m: Finite
    adds: Finite | None
    adds_error: Finite | None = None
    correlation: Finite | None
    with_column: Annotated[int, Field(ge=0)] | None
    inflation: Finite | None
    findings: list[_Reason]


class _LowMembership(_Part):
    evidence: Annotated[int, Field(ge=0)]
    membership: Finite
    value: Finite


class _KnownRank(_Part):
    deposit: str
    rank: Annotated[int, Field(ge=1)] | None
    units: Annotated[int, Field(ge=0)]
    percentile: Annotated[float, Field(ge=0, le=100)] | None
    lowest: list[_LowMembership]
    unknown: list[Annotated[int, Field(ge=0)]]
    on_ground: bool


class _Applicability(_Part):
    mean: list[Finite]
    spread: list[Finite]
    weight: list[Finite]
    mean_distance: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    threshold: Finite


class _Independence(_Part):
    expected_deposits: float | None
    omnibus_ratio: float | None
    p_value: float | None


class _Pattern(_Part):
    evidence: Name
    pattern: str
    value: float
    unit: str
    deposits: float
    ground_km2: float
    w_plus: float
    w_minus: float
    contrast: float
    studentised: float
    used: bool


class _Weights(_Part):
    unit_area_km2: Finite
    independence: _Independence
    posterior_is_probability: bool
    patterns: list[_Pattern]


class _Discovery(_Part):
    name: str
    year: int | float
    percentile: float
    percentile_by_distance: float
    ground: str


class _Capture(_Part):
    area: float
    captured: float


class _Group(_Part):
    ground: str
    n: int
    captures: list[_Capture]


class _Backtest(_Part):
    before: int
    n_training: int
    discoveries: list[_Discovery]
    groups: list[_Group]


def _skill(record: dict[str, Any]) -> dict[str, Any]:
    try:
        Skill.from_record(record)
    except ValidationError as error:
        raise ValueError(_first_fault(error)) from error
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("a reason must have a code and what it is about") from error
    return record


class _Stability(_Part):
    cell_sizes_m: Annotated[list[Finite], Field(min_length=2, max_length=2)]
    aucs: Annotated[list[Finite | None], Field(min_length=2, max_length=2)]
    n_best: int
    in_common: int
    failed: _Reason | None
    draw_aucs: list[Finite]
    n_best_drawn: int
    draws_in_common: list[int]


class _Figures(_Part):
    model: DepositModel
    fitted: dict[str, Any]
    evidence: Annotated[list[_Evidence], Field(min_length=1)]
    quality: list[_Quality]
    skill: Annotated[dict[str, Any], AfterValidator(_skill)]
    applicability: _Applicability | None
    weights_of_evidence: _Weights | None
    backtests: list[_Backtest]
    stability: _Stability | None = None
    known: list[_KnownRank] = []
    n_targets: int
    notices: list[_Notice]

    @model_validator(mode="after")
    def _go_together(self) -> _Figures:
        n = len(self.evidence)
        names = [evidence.name for evidence in self.evidence]
        if len(set(names)) < n:
            raise ValueError("evidence must have each name once")
        columns = [
            [*(low.evidence for low in known.lowest), *known.unknown] for known in self.known
        ]
        if any(column >= n for row in columns for column in row):
            raise ValueError("known must be of the evidence")
        area, weights = self.applicability, self.weights_of_evidence
        if area is not None and {len(area.mean), len(area.spread), len(area.weight)} != {n}:
            raise ValueError(f"applicability must have {n} figures, one for each evidence")
        if weights is not None and any(row.evidence not in names for row in weights.patterns):
            raise ValueError("weights_of_evidence must be of the evidence")
        if any(max(row.column, row.with_column or 0) >= n for row in self.quality):
            raise ValueError("quality must be of the evidence")
        if not set(_columns(Skill.from_record(self.skill))) <= set(range(n)):
            raise ValueError("skill must be of the evidence")
        _check_fitted(self.fitted, n)
        return self


def _columns(skill: Skill) -> list[int]:
    """Return every column of evidence that a skill names."""
    alarms = [alarm.column for alarm in skill.alarms if alarm.column is not None]
    groups = [part.evidences for part in skill.importance]
    drawn = () if skill.stated is None else skill.stated.schematic
    return [*alarms, *(column for group in groups for column in group), *drawn]


def _check_fitted(figures: dict[str, Any], n: int) -> None:
    """Raise ValueError unless figures are of an estimator of so many columns of evidence."""
    vectors = [name for name in VECTORS if name in figures]
    if not {"centre", "baseline"} <= set(vectors):
        raise ValueError("fitted must have centre and baseline")
    for name in vectors:
        values = figures[name]
        if not (isinstance(values, list) and len(values) == n and all(map(_is_number, values))):
            raise ValueError(f"fitted.{name} must be {n} numbers, one for each evidence")
    optional = figures.get("optional", [False] * n)
    if not (isinstance(optional, list) and list(map(type, optional)) == [bool] * n):
        raise ValueError(f"fitted.optional must be {n} times true or false, one for each evidence")
    if not all(isinstance(figures.get(name), str) for name in ("estimator", "digest")):
        raise ValueError("fitted must have the texts estimator and digest")
    if not readable(figures):
        return
    try:
        fitted = from_figures(figures)
        with np.errstate(all="ignore"):
            parts = fitted.contributions(fitted.centre[None])
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise ValueError("fitted does not describe an estimator") from error
    if not np.isfinite(parts).all():
        raise ValueError("fitted gives no finite contributions")


VECTORS = ("centre", "baseline", "mean", "spread", "linear", "squared", "weights")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


class _Region(_Named):
    title: str
    summary: str
    cell_size_m: Finite
    deposit_models: list[Name]


class _Grid(_Part):
    crs: ProjectedCrs
    west: Finite
    north: Finite
    cell_size_m: Annotated[float, Field(ge=CELL_SIZE_M[0], le=CELL_SIZE_M[1])]
    shape: Annotated[
        list[Annotated[int, Field(ge=1, le=MOST_CELLS)]], Field(min_length=2, max_length=2)
    ]


class _Error(_Part):
    median: Finite
    nine_tenths: Finite
    against: str


class _Source(_Part):
    origin: str
    licence: str
    date: str
    scale: str
    coverage: str
    citation: str
    error_m: _Error | None = None


class _Input(_Part):
    file: str
    role: str
    title: str
    sha256: str
    schematic: bool
    all_schematic: bool
    resolution_m: Finite | None
    tolerance_m: Finite | None
    missing_kinds: list[str]
    source: _Source | None


class _Resolution(_Part):
    evidence: str
    resolution_m: Finite | None


class _Parameters(_Part):
    estimator: str | None
    seed: Annotated[int, Field(ge=0, lt=2**32)]
    quick: bool
    outside_applicability: bool
    commodities: list[str] = []


class _Inventory(_Part):
    listed: Annotated[int, Field(ge=1)]
    with_tonnage: Annotated[int, Field(ge=0)]
    tonnage_mt: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    with_zero_tonnage: Annotated[int, Field(ge=0)]
    with_resource: Annotated[int, Field(ge=0)]
    with_approval: Annotated[int, Field(ge=0)]
    approved_from: int | None
    approved_to: int | None
    scored: Literal[False]


class _Record(_Part):
    region: _Region
    grid: _Grid
    inputs: dict[Name, _Input]
    own_files: dict[str, str] = {}
    parameters: _Parameters
    versions: dict[str, str]
    sentences: list[str]
    resolution: list[_Resolution]
    tenure_as_of: str
    deposit_models: Annotated[dict[Name, _Figures], Field(min_length=1)]
    legal_notes: list[LegalNote]
    notices: list[_Notice]
    inventory: dict[Literal["tailings"], _Inventory] = {}
    language: Annotated[str, AfterValidator(_known)]


def record_id(record: Mapping[str, Any]) -> str:
    """Return eight digits by which a run goes: a hash of what run.json holds, the same for the same run.

    Examples
    --------
    >>> record_id({"seed": 1, "cells": 4}) == record_id({"cells": 4, "seed": 1})
    True
    """
    text = json.dumps(record, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def read_record(file: Path) -> dict[str, Any]:
    """Return the content of a run.json.

    Raises
    ------
    OutputError
        It is no JSON, of another schema version, or a key is missing or no value of its kind.
    """
    try:
        text = file.read_text(encoding="utf-8")
        record = json.loads(text, parse_int=_whole_number)
        json.dumps(record, ensure_ascii=False).encode("utf-8")
    except OSError as error:
        raise OutputError(f"{file}: cannot be read: {error.strerror}. {AGAIN}") from error
    except (ValueError, RecursionError) as error:
        raise OutputError(f"{file}: not valid JSON: {error}. {AGAIN}") from error
    found = record.get("schema_version") if isinstance(record, dict) else None
    if found != RUN_SCHEMA_VERSION:
        raise OutputError(
            f"{file}: schema version {str(found)[:20]}, this prospector reads {RUN_SCHEMA_VERSION}. {AGAIN}"
        )
    try:
        _Record.model_validate(record)
    except ValidationError as error:
        raise OutputError(_explain(error, file)) from error
    return dict(record)


def _whole_number(text: str) -> int:
    if len(text) > 20 or not -WHOLE_NUMBER <= int(text) < WHOLE_NUMBER:
        raise ValueError("a whole number beyond 64 bits")
    return int(text)


def _explain(error: ValidationError, file: Path) -> str:
    """Return one line for the first fault; what the file says stands in it as a literal."""
    first = error.errors(include_url=False)[0]
    key = ".".join(str(part) for part in first["loc"] if part != "[key]")
    given = first["input"]
    shown = f"{given[:60]!r} is not right: " if isinstance(given, str) else ""
    rule = " ".join(first["msg"].removeprefix("Value error, ").split())
    return f"{file}: key {key[:120]!r}: {shown}{rule}. {AGAIN}"
