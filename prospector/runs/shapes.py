"""The shape of run.json: every key that a record has, and what each may hold."""

from __future__ import annotations

import math
from collections.abc import Mapping
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

from prospector.errors import Level, Notice, Reason
from prospector.models.fitted import from_figures, readable
from prospector.region.deposit_model import DepositModel
from prospector.region.legal import LegalNote
from prospector.region.quantities import CELL_SIZE_M, Digest, ProjectedCrs
from prospector.region.region_tables import (
    LayerEntry,
    NamedGround,
    RoleEntry,
    SourceEntry,
    WindowEntry,
)
from prospector.region.toml_values import Name
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
    """A table of the record. A reader passes over keys that it does not know."""

    model_config = ConfigDict(frozen=True, strict=True, use_attribute_docstrings=True)


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


class _ReadableNotice(_Notice):
    where: str
    what: str


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
    expected_deposits_sd: float | None
    statistic: float | None
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
    w_plus_sd: float
    w_minus: float
    w_minus_sd: float
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
    nearest_km: float
    ground: str


class _Capture(_Part):
    area: float
    captured: float
    low: float
    high: float


class _Group(_Part):
    ground: str
    n: int
    auc: float | None
    auc_interval: list[float] | None
    captures: list[_Capture]


class _Backtest(_Part):
    before: int
    undated: Literal["train", "leave"]
    n_training: int
    n_undated: int
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


class _DepositNumber(_Part):
    deposits: float
    source: str
    at_least_90: float | None
    at_least_10: float | None


class _Figures(_Part):
    model: DepositModel
    fitted: dict[str, Any]
    evidence: Annotated[list[_Evidence], Field(min_length=1)]
    quality: list[_Quality]
    skill: Annotated[dict[str, Any], AfterValidator(_skill)]
    applicability: _Applicability | None
    weights_of_evidence: _Weights | None
    deposit_number: _DepositNumber | None
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
    crs: str
    window: WindowEntry
    cell_size_m: Finite
    deposit_models: list[Name]
    effective_resolution: str
    scale_error_percent: Finite | None
    countries: list[str]
    backtest_years: list[int]
    seas: list[dict[str, Any]] = []


class _Grid(_Part):
    crs: ProjectedCrs
    """As WKT."""
    crs_name: str
    """Its name and code, or what region.toml states where it has none."""
    west: Finite
    north: Finite
    cell_size_m: Annotated[float, Field(ge=CELL_SIZE_M[0], le=CELL_SIZE_M[1])]
    shape: Annotated[
        list[Annotated[int, Field(ge=1, le=MOST_CELLS)]], Field(min_length=2, max_length=2)
    ]
    """Rows and columns."""
    bounds: Annotated[list[Finite], Field(min_length=4, max_length=4)]
    """West, south, east and north, in metres."""


class _Input(_Part):
    file: str
    role: str
    title: str
    sha256: str
    """Of its file; where several make it, of their names and hashes."""
    keys: LayerEntry
    """Every key of its table in region.toml."""
    schematic: bool
    all_schematic: bool
    resolution_m: Finite | None
    tolerance_m: Finite | None
    missing_kinds: list[str]
    missing_names: list[NamedGround]
    as_of: str | None
    source: SourceEntry | None
    """Its table in SOURCES.toml."""


class _Resolution(_Part):
    evidence: str
    resolution_m: Finite | None


class _Parameters(_Part):
    estimator: str | None
    """In place of each deposit model's own."""
    seed: Annotated[int, Field(ge=0, lt=2**32)]
    quick: bool
    outside_applicability: bool
    stability: bool
    commodities: list[str]
    deposit_models: list[Name] | None
    """Those that were asked for by name, in that order."""
    cell_size_m: Finite | None
    """Asked for in place of the region's."""
    beside: list[str] | None
    """Estimators whose skill stands beside; null for all that learn."""
    n_null: int
    repeats: int
    draws: int


class _Outputs(_Part):
    dossiers: Annotated[int, Field(ge=0)]
    """Dossiers of each deposit model."""
    basemap: str | None
    """The server that the map asks for pictures."""
    formats: list[str] | None = None
    """Formats of the files for other programs; null for the usual ones."""


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


class Record(_Part):
    """All that decided a screening, and what it found."""

    schema_version: int
    """Records of schema 8 and later open in later versions."""
    region: _Region
    """The table [region], with the names of its deposit models."""
    region_file: str | None
    """Name of the region file; null for a region that was built in Python."""
    given_in_python: list[str]
    """Keys that a caller gave in place of files, e.g. layers.faults; or region for all of it."""
    files: dict[str, Digest]
    """The SHA-256 of every file that decided the result, by its path from the region's folder."""
    own_files: dict[str, str]
    """The SHA-256 of the deposit models and registers among them."""
    roles: dict[Name, RoleEntry]
    """The tables [roles.NAME]."""
    override: dict[Name, dict[str, Any]]
    """The tables [override.NAME]."""
    grid: _Grid
    """The cells."""
    inputs: dict[Name, _Input]
    """The layers: every key as the region file states it, hash and source."""
    parameters: _Parameters
    """What was asked of the screening."""
    outputs: _Outputs
    """What was asked of the files."""
    language: Annotated[str, AfterValidator(_known)]
    """Of report, dossiers and other pages."""
    versions: dict[str, str]
    """Versions of prospector, of Python and of the libraries that compute."""
    libraries: dict[str, str]
    """Versions of all other libraries that it requires, and of packages that extend it."""
    code: str
    """A hash of the code of prospector."""
    sentences: list[str]
    """What every output says: reporting codes, resolution, tenure."""
    resolution: list[_Resolution]
    """What the evidence resolves."""
    tenure_as_of: str
    """Date of the register of concessions."""
    deposit_models: Annotated[dict[Name, _Figures], Field(min_length=1)]
    """What each of them found: the model, the estimator as fitted, evidence, skill."""
    ranked: Annotated[list[Name], Field(min_length=1)]
    """The deposit models that were ranked, in the order in which they were asked for."""
    legal_notes: list[LegalNote]
    """What the law says of their commodities."""
    notices: list[_ReadableNotice]
    """What was chosen, dropped, repaired or is missing."""
    inventory: dict[Literal["tailings"], _Inventory] = {}
    """What registers list and no deposit model scores."""

    @model_validator(mode="after")
    def _orders_what_it_has(self) -> Record:
        if sorted(self.ranked) != sorted(self.deposit_models):
            raise ValueError("ranked must name each of deposit_models once")
        return self
