"""Deposit models: the shape of their files, and the shipped ones with a region's overrides."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, PositiveFloat, PrivateAttr, model_validator

from prospector.errors import RegionError
from prospector.region.toml_values import Frozen, Name, validated

CELL = "cell"
"""The unit of a model that scores the cells of the grid; any other is the role of a polygon layer."""

TRAINING_COLUMNS = ("deposit", "easting", "northing", "district", "belt", "fold")
"""Columns of training.csv before those of the evidence."""


class MembershipEntry(Frozen):
    """A linear membership: 1 at `full` and beyond, 0 at `none` and beyond, in the evidence's unit."""

    full: float
    none: float

    @model_validator(mode="after")
    def _apart(self) -> MembershipEntry:
        if self.full == self.none:
            raise ValueError("full and none must differ")
        return self


class _OfAKind(Frozen):
    """A table whose kind owns the keys that are not listed here: they go to `parameters`."""

    kind: str
    parameters: dict[str, Any] = Field(default_factory=dict)

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

    Parameters
    ----------
    coarsest_m
        The coarsest effective resolution that serves it: where no feature of its layers is so exact,
        the evidence is dropped.
    """

    label: str
    expected: Literal["increasing", "decreasing", "any"]
    reason: str
    scale: Literal["linear", "log"] = "linear"
    membership: MembershipEntry | None = None
    weight: PositiveFloat = 1.0
    coarsest_m: PositiveFloat | None = None


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


class ModelEntry(Frozen):
    """The table ``[deposit_model]``: name, unit and what the model is about."""

    name: Name
    label: str
    code: Annotated[str, Field(pattern=r"^[A-Z]{2,5}$")]
    unit: str
    commodities: list[str]
    summary: str
    caution: str = ""
    papers: list[str]


class LabelEntry(Frozen):
    """The table ``[labels]``: which deposits are the model's own.

    Parameters
    ----------
    target_group
        Whether the background is drawn where deposits of other types are known, against the bias of
        exploration; only of some types where they are listed.
    target_group_within_m
        Standard deviation of the kernel that such a deposit stands for.
    near_m
        Where the units are polygons: a deposit so near to one counts as inside it.
    belts
        Age ranges in Ma, youngest end included, that give deposits without a column `belt` theirs: one
        belt is held out at a time.
    """

    deposit_type: str
    age_ma: tuple[float, float] | None = Field(default=None, strict=False)
    merge_within_m: PositiveFloat = 2000.0
    district_within_m: PositiveFloat = 50000.0
    least: int = 10
    near_m: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    target_group: bool | list[str] = False
    target_group_within_m: PositiveFloat = 50000.0
    belts: dict[str, Annotated[tuple[float, float], Field(strict=False)]] = Field(
        default_factory=dict
    )


class EstimatorEntry(Frozen):
    """The table ``[estimator]``: the default estimator and its settings.

    With fewer evidences than `least_evidence` a region does not carry the model. `operator` and
    `gamma` are those of fuzzy overlay. Only the `evidence` that is named is used; all where none is.
    """

    name: str
    least_evidence: Annotated[int, Field(ge=1)] = 1
    evidence: list[Name] = Field(default_factory=list)
    background: int = 6000
    operator: Literal["and", "or", "product", "sum", "gamma"] = "gamma"
    gamma: Annotated[float, Field(ge=0, le=1)] = 0.8


class DensityEntry(Frozen):
    """The table ``[density]``: how many deposits well-explored areas of the type hold.

    Parameters
    ----------
    per_100000_km2
        Numbers that 90, 50 and 10 % of areas reach or exceed, in 100,000 km2 of exposed permissive
        rock.
    """

    per_100000_km2: tuple[PositiveFloat, PositiveFloat, PositiveFloat] = Field(strict=False)
    paper: str


class NumberEntry(Frozen):
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


class TargetEntry(Frozen):
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


class DepositModel(Frozen):
    """A mineral system as data.

    Parameters
    ----------
    comparisons
        For index overlay in place of weights: how many times as important one evidence is as
        another, each pair once.
    """

    deposit_model: ModelEntry
    labels: LabelEntry
    permissive: list[PermissiveEntry] = Field(default_factory=list)
    evidence: dict[Name, EvidenceEntry] = Field(min_length=1)
    comparisons: dict[Name, dict[Name, PositiveFloat]] = Field(default_factory=dict)
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
        compared = {
            *self.comparisons,
            *(name for comparison in self.comparisons.values() for name in comparison),
        }
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
        words = (set(_texts(entry.parameters)) for entry in entries)
        return {word for text in words if role in text for word in text}


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
    model = validated(DepositModel, _merged(tables, override or {}), file, prefix=prefix)
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
