"""region.toml and deposit models: the shape of the files, as validated and frozen values."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PositiveFloat,
    PrivateAttr,
    ValidationError,
    field_validator,
    model_validator,
)
from pyproj import CRS
from pyproj.exceptions import CRSError

from prospector.errors import RegionError
from prospector.grid import Bounds, Grid

REGION_FILE = "region.toml"
SOURCES_FILE = "SOURCES.toml"

TRAINING_COLUMNS = ("deposit", "easting", "northing", "district", "belt", "fold")
"""Columns of training.csv before those of the evidence."""

Shape = TypeVar("Shape", bound=BaseModel)

NAME = re.compile(r"[a-z][a-z0-9_]{0,59}", re.ASCII)
"""What a name that becomes a file, a column or a layer may be; it must match whole."""


def _named(value: str) -> str:
    if not NAME.fullmatch(value):
        raise ValueError(
            "a name of small letters, figures and _, a letter first, 60 at most, e.g. 'fault_distance'"
        )
    return value


Name = Annotated[str, AfterValidator(_named)]
"""A key or value that becomes part of a path, or the name of a column or layer."""


class _Frozen(BaseModel):
    """Unknown keys are refused and values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class WindowEntry(_Frozen):
    """The window of a region in degrees of longitude and latitude (EPSG:4326)."""

    west: Annotated[float, Field(ge=-180, le=180)]
    south: Annotated[float, Field(ge=-90, le=90)]
    east: Annotated[float, Field(ge=-180, le=180)]
    north: Annotated[float, Field(ge=-90, le=90)]

    @model_validator(mode="after")
    def _ordered(self) -> WindowEntry:
        if self.west >= self.east or self.south >= self.north:
            raise ValueError("west must be less than east and south less than north")
        return self

    def bounds(self) -> Bounds:
        """Return the window as bounds in degrees."""
        return Bounds(self.west, self.south, self.east, self.north)


class RegionEntry(_Frozen):
    """The table ``[region]``."""

    name: Name
    title: str
    crs: str
    window: WindowEntry
    cell_size_m: Annotated[float, Field(gt=0)]
    effective_resolution: str
    deposit_models: list[Name] = Field(min_length=1)
    scale_error_percent: float | None = None
    summary: str = ""
    countries: list[Annotated[str, Field(pattern=r"^[A-Z]{2}$")]] = []
    backtest_years: list[Annotated[int, Field(ge=1500, le=2100)]] = []

    @field_validator("crs")
    @classmethod
    def _projected(cls, value: str) -> str:
        try:
            crs = CRS.from_user_input(value)
        except CRSError as error:
            raise ValueError("not a CRS that PROJ knows; give e.g. 'EPSG:32719'") from error
        if not crs.is_projected or crs.axis_info[0].unit_name != "metre":
            raise ValueError("must be projected, in metres; give e.g. 'EPSG:32719'")
        return value


class LayerEntry(_Frozen):
    """One table ``[layers.NAME]``: a file with a role.

    Parameters
    ----------
    layer
        Of a file that holds several: the name of the one that is read.
    band
        Of a raster: the number of the band that is read, from 1; the first by default.
    register
        Of concessions: the register whose fields and words they come in.
    exclude
        Of ground where work is barred: whether it is taken out of what is scored; only some
        classes of it where they are listed.
    kinds, states, held_as, expired
        Of concessions: words of a register of one's own, or over those of the one that is named.
    """

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)

    role: str
    file: str
    title: str = ""
    crs: str | None = None
    encoding: str | None = None
    layer: str | None = None
    band: Annotated[int, Field(ge=1)] | None = None
    columns: dict[Name, str] = {}
    unit: str = ""
    tolerance_m: float | None = None
    coverage: str | None = None
    missing_kinds: list[str] = []
    as_of: Annotated[str, Field(pattern=r"^\d{4}(-\d{2}){0,2}$")] | None = None
    exclude: bool | list[str] = False
    register_: str | None = Field(default=None, alias="register")
    kinds: dict[str, str] = {}
    states: dict[str, str] = {}
    held_as: dict[str, str] = {}
    expired: dict[str, str] = {}


class SourceEntry(_Frozen):
    """One table of SOURCES.toml: where a file comes from."""

    origin: str
    citation: str
    licence: str
    date: str
    scale: str
    coverage: str
    schematic: bool
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    done: str
    tolerance_m: float | None = None


class MembershipEntry(_Frozen):
    """A linear membership: 1 at `full` and beyond, 0 at `none` and beyond, in the evidence's unit."""

    full: float
    none: float

    @model_validator(mode="after")
    def _apart(self) -> MembershipEntry:
        if self.full == self.none:
            raise ValueError("full and none must differ")
        return self


class _OfAKind(_Frozen):
    """A table whose kind owns the keys that are not listed here: they go to `parameters`."""

    kind: str
    parameters: dict[str, Any] = {}

    @model_validator(mode="before")
    @classmethod
    def _gather_parameters(cls, table: Any) -> Any:
        if not isinstance(table, dict):
            return table
        own = {key: value for key, value in table.items() if key in cls.model_fields}
        rest = {key: value for key, value in table.items() if key not in cls.model_fields}
        return {**own, "parameters": {**own.get("parameters", {}), **rest}}


class EvidenceEntry(_OfAKind):
    """One table ``[evidence.NAME]`` of a deposit model.

    The keys that belong to the kind of evidence are gathered in `parameters`; the kind itself
    validates them.
    """

    label: str
    expected: Literal["increasing", "decreasing", "any"]
    reason: str
    scale: Literal["linear", "log"] = "linear"
    membership: MembershipEntry | None = None
    weight: PositiveFloat = 1.0


class PermissiveEntry(_OfAKind):
    """One condition of permissive ground: an evidence that must not be below or above a value."""

    reason: str
    at_least: float | None = None
    at_most: float | None = None

    @model_validator(mode="after")
    def _bounded(self) -> PermissiveEntry:
        if self.at_least is None and self.at_most is None:
            raise ValueError("give at_least or at_most")
        return self


class ModelEntry(_Frozen):
    """The table ``[deposit_model]``: name, unit and what the model is about."""

    name: Name
    label: str
    code: Annotated[str, Field(pattern=r"^[A-Z]{2,5}$")]
    unit: str
    commodities: list[str]
    summary: str
    caution: str = ""
    papers: list[str]


class LabelEntry(_Frozen):
    """The table ``[labels]``: which deposits are the model's own.

    Parameters
    ----------
    target_group
        Whether the background is drawn where deposits of other types are known, against the bias of
        exploration; only of some types where they are listed.
    target_group_within_m
        Standard deviation of the kernel that such a deposit stands for.
    belts
        Age ranges in Ma, youngest end included, that give deposits without a column `belt` theirs: one
        belt is held out at a time.
    """

    deposit_type: str
    age_ma: tuple[float, float] | None = Field(default=None, strict=False)
    merge_within_m: PositiveFloat = 2000.0
    district_within_m: PositiveFloat = 50000.0
    least: int = 10
    target_group: bool | list[str] = False
    target_group_within_m: PositiveFloat = 50000.0
    belts: dict[str, Annotated[tuple[float, float], Field(strict=False)]] = {}


class EstimatorEntry(_Frozen):
    """The table ``[estimator]``: the default estimator and its settings.

    With fewer evidences than `least_evidence` a region does not carry the model. `operator` and
    `gamma` are those of fuzzy overlay. Only the `evidence` that is named is used; all where none is.
    """

    name: str
    least_evidence: Annotated[int, Field(ge=1)] = 1
    evidence: list[Name] = []
    background: int = 6000
    operator: Literal["and", "or", "product", "sum", "gamma"] = "gamma"
    gamma: Annotated[float, Field(ge=0, le=1)] = 0.8


class DensityEntry(_Frozen):
    """The table ``[density]``: how many deposits well-explored areas of the type hold.

    Parameters
    ----------
    per_100000_km2
        Numbers that 90, 50 and 10 % of areas reach or exceed, in 100,000 km2 of exposed permissive
        rock.
    """

    per_100000_km2: tuple[PositiveFloat, PositiveFloat, PositiveFloat] = Field(strict=False)
    paper: str


class NumberEntry(_Frozen):
    """The table ``[number]``: how many deposits the scored ground holds, found and unfound.

    Parameters
    ----------
    deposits
        The number itself, with its `source`.
    exposed_km2
        Exposed permissive rock in the region, in place of a number: deposit density gives it.
    """

    deposits: PositiveFloat | None = None
    exposed_km2: PositiveFloat | None = None
    source: str

    @model_validator(mode="after")
    def _one(self) -> NumberEntry:
        if (self.deposits is None) == (self.exposed_km2 is None):
            raise ValueError("give either deposits or exposed_km2")
        return self


class TargetEntry(_Frozen):
    """The table ``[targets]``: the ladder of percentiles and the sizes that targets are cut with."""

    lowest_percentile: Annotated[float, Field(gt=0, lt=100)]
    highest_percentile: Annotated[float, Field(gt=0, lt=100)]
    step: PositiveFloat
    min_area_km2: Annotated[float, Field(ge=0)]
    max_area_km2: PositiveFloat

    @property
    def percentiles(self) -> list[float]:
        """The ladder, lowest first.

        Examples
        --------
        >>> TargetEntry(lowest_percentile=98, highest_percentile=99, step=0.5,
        ...             min_area_km2=25, max_area_km2=500).percentiles
        [98.0, 98.5, 99.0]
        """
        rungs = int(round((self.highest_percentile - self.lowest_percentile) / self.step, 6))
        return [round(self.lowest_percentile + i * self.step, 6) for i in range(rungs + 1)]


class DepositModel(_Frozen):
    """A mineral system as data.

    Parameters
    ----------
    comparisons
        For index overlay in place of weights: how many times as important one evidence is as
        another, each pair once.
    """

    deposit_model: ModelEntry
    labels: LabelEntry
    permissive: list[PermissiveEntry] = []
    evidence: dict[Name, EvidenceEntry] = Field(min_length=1)
    comparisons: dict[Name, dict[Name, PositiveFloat]] = {}
    estimator: EstimatorEntry
    density: DensityEntry | None = None
    number: NumberEntry | None = None
    targets: TargetEntry
    _override: dict[str, Any] = PrivateAttr(default_factory=dict)
    _overridden_in: str = PrivateAttr(default="")

    @model_validator(mode="after")
    def _names_its_evidence(self) -> DepositModel:
        taken = sorted(set(TRAINING_COLUMNS) & self.evidence.keys())
        if taken:
            raise ValueError(f"evidence of other names than {', '.join(TRAINING_COLUMNS)}")
        compared = {*self.comparisons, *(name for one in self.comparisons.values() for name in one)}
        for what, named in (
            ("comparisons", compared),
            ("estimator.evidence", self.estimator.evidence),
        ):
            unknown = sorted(set(named) - self.evidence.keys())
            if unknown:
                known = ", ".join(self.evidence)
                raise ValueError(f"evidence of the model in {what} ({known}), not '{unknown[0]}'")
        return self

    @property
    def name(self) -> str:
        """Name of the model, as on the command line."""
        return self.deposit_model.name

    def place(self, table: str, key: str | int) -> str:
        """Return the file and table that an entry stands in, for errors.

        An entry of which the region's override states any key stands in region.toml.

        Examples
        --------
        >>> load_deposit_model("porphyry_copper").place("evidence", "slab_depth")
        'porphyry_copper.toml, evidence.slab_depth'
        """
        over = self._override.get(table, {})
        if over and (isinstance(over, list) or key in over):
            return f"{self._overridden_in}, override.{self.name}.{table}.{key}"
        return f"{self.name}.toml, {table}.{key}"

    def words_about(self, role: str) -> set[str]:
        """Return every text in the parameters of what reads a role: a column among them is used."""
        entries = [*self.evidence.values(), *self.permissive]
        words = (set(_texts(one.parameters)) for one in entries)
        return {word for one in words if role in one for word in one}

    @property
    def scores_cells(self) -> bool:
        """Whether the unit is the cell; otherwise it is a polygon layer's role."""
        return self.deposit_model.unit == "cell"


class Region(_Frozen):
    """region.toml, validated, with the deposit models that it asks for.

    Parameters
    ----------
    folder
        The folder of region.toml: files are relative to it.
    file_name
        Name of the file, where it is another.
    """

    folder: Path = Field(strict=False)
    file_name: str = REGION_FILE
    region: RegionEntry
    layers: dict[Name, LayerEntry] = Field(min_length=1)
    override: dict[Name, dict[str, Any]] = {}
    sources: dict[str, SourceEntry] = {}

    @property
    def file(self) -> Path:
        """Path of region.toml, or of the file that was given in its place."""
        return self.folder / self.file_name

    @property
    def name(self) -> str:
        """Name of the region."""
        return self.region.name

    def grid(self, cell_size_m: float | None = None) -> Grid:
        """Return the grid that covers the region's window, at its own or another cell size."""
        crs = CRS.from_user_input(self.region.crs).to_wkt()
        return Grid.cover(
            self.region.window.bounds(), crs=crs, cell_size_m=cell_size_m or self.region.cell_size_m
        )

    def deposit_model(self, name: str) -> DepositModel:
        """Return a shipped deposit model with this region's overrides applied.

        Raises
        ------
        RegionError
            No model has that name, an override does not fit it or gives it another name.
        """
        model = load_deposit_model(
            name, override=self.override.get(name, {}), overridden_in=self.file
        )
        if model.name != name:
            raise RegionError(
                f"{self.file}: key 'override.{name}.deposit_model.name': '{model.name}' is another "
                "name, and a shipped deposit model keeps its own. Remove the key; label may change."
            )
        return model


def load_region(path: str | Path) -> Region:
    """Return the region of a folder that holds region.toml, or of the file itself.

    Raises
    ------
    RegionError
        The file is missing, is not TOML, has an unknown key or a wrong value.
    """
    given = Path(path)
    file = given / REGION_FILE if given.is_dir() or given.suffix != ".toml" else given
    if not file.is_file():
        raise RegionError(
            f"{file}: no such file. Give the folder of a region, one that holds {REGION_FILE}, "
            "e.g. layers/atacama."
        )
    tables = _read_toml(file)
    reserved = sorted({"folder", "file_name", "sources"} & tables.keys())
    if reserved:
        raise RegionError(f"{file}: key '{reserved[0]}': unknown key. Remove it.")
    sources_file = file.parent / SOURCES_FILE
    sources = _read_toml(sources_file) if sources_file.is_file() else {}
    _validated(_Sources, {"sources": sources}, sources_file, prefix="sources")
    own = {"folder": file.parent, "file_name": file.name, "sources": sources}
    return _validated(Region, {**tables, **own}, file)


class _Sources(_Frozen):
    sources: dict[str, SourceEntry]


def deposit_model_names() -> list[str]:
    """Return the names of the shipped deposit models, sorted."""
    folder = resources.files("prospector.region") / "deposit_models"
    return sorted(
        entry.name.removesuffix(".toml")
        for entry in folder.iterdir()
        if entry.name.endswith(".toml")
    )


def load_deposit_model(
    name: str, *, override: dict[str, Any] | None = None, overridden_in: Path | None = None
) -> DepositModel:
    """Return a shipped deposit model by name, with tables of a region merged over it by key.

    Raises
    ------
    RegionError
        No model has that name, or an override does not fit it.
    """
    if name not in deposit_model_names():
        known = ", ".join(deposit_model_names())
        raise RegionError(f"Deposit model '{name}': there is none. Known: {known}.")
    source = resources.files("prospector.region") / "deposit_models" / f"{name}.toml"
    tables = tomllib.loads(source.read_text(encoding="utf-8"))
    file = overridden_in if override and overridden_in else Path(f"{name}.toml")
    prefix = f"override.{name}" if override else ""
    model = _validated(DepositModel, _merged(tables, override or {}), file, prefix=prefix)
    model._override, model._overridden_in = override or {}, file.name
    return model


def _merged(tables: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """Return `tables` with `over` merged into it, table by table."""
    merged = dict(tables)
    for key, value in over.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = _merged(merged[key], value) if both else value
    return merged


def _texts(value: Any) -> Iterator[str]:
    """Give every text in tables and lists within one another, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for pair in value.items() for part in pair for text in _texts(part))
    elif isinstance(value, list | tuple):
        yield from (text for part in value for text in _texts(part))


def _read_toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise RegionError(f"{file}: not valid TOML: {error}. Mend that line.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise RegionError(f"{file}: cannot be read: {error}. It must be UTF-8 text.") from error


def _validated(
    model: type[Shape], tables: dict[str, Any], file: Path, *, prefix: str = ""
) -> Shape:
    try:
        return model.model_validate(tables)
    except ValidationError as error:
        raise RegionError(explain_validation(error, file, prefix=prefix)) from error


def explain_validation(error: ValidationError, file: Path, *, prefix: str = "") -> str:
    """Return one line for the first fault, a misspelt key before all: file, key, rule, remedy."""
    faults = error.errors(include_url=False)
    first = next((one for one in faults if one["type"] == "extra_forbidden"), faults[0])
    location = [_as_key(part) for part in first["loc"] if not _names_a_choice(part)]
    if prefix and (not location or location[0] != prefix):
        location = [prefix, *location]
    key = ".".join(location)
    if first["type"] == "extra_forbidden":
        return f"{file}: key '{key}': unknown key. Remove it, or mend its spelling."
    if first["type"] == "missing":
        return f"{file}: key '{key}': missing. Add it."
    *above, last = first["loc"] or ("",)
    alike = [one for one in faults if list(one["loc"][:-1]) == above]
    alike = alike if _names_a_choice(last) else [first]
    rules = [re.sub(r"^(Value error, |Input should be )", "", one["msg"]) for one in alike]
    given = repr(first["input"])
    shown = given if len(given) <= 60 else given[:57] + "..."
    said = "" if isinstance(first["input"], dict) else f"{shown} is not right: "
    return f"{file}: key '{key}': {said}must be {' or '.join(rules)}. Mend the value."


def _names_a_choice(part: object) -> bool:
    """Return whether a part of a location is no key but one of the shapes that a value may have."""
    return isinstance(part, str) and bool(re.fullmatch(r"bool|list\[.*\]|\[key\]", part))


def _as_key(part: object) -> str:
    """Return a part of a location as TOML writes it: quoted where it is no bare key."""
    bare = re.fullmatch(r"[A-Za-z0-9_-]+", str(part))
    return str(part) if bare else f'"{repr(str(part))[1:-1]}"'
