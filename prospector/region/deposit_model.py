"""Deposit models: the shape of their files, and the shipped ones with a region's overrides."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, PrivateAttr, field_validator, model_validator

from prospector.errors import RegionError
from prospector.region.faults import MisfitError
from prospector.region.overrides import merged, renaming_fault, without_old_words
from prospector.region.quantities import (
    EARTH_M,
    LONGEST_LIST,
    Ages,
    Count,
    Listed,
    Metres,
    Quantity,
)
from prospector.region.spelling import did_you_mean
from prospector.region.toml_values import Frozen, Name, faults_of, validated

RolesOf = Callable[[str, dict[str, Any]], Iterable[str]]
"""Says which roles an evidence of a kind with such parameters reads."""

CELL = "cell"
"""The unit of a model that scores the cells of the grid; any other is the role of a polygon layer."""

TRAINING_COLUMNS = ("deposit", "easting", "northing", "district", "belt", "fold")
"""Columns of training.csv before those of the evidence."""

HELD_OUT_COLUMNS = ("deposit", "draw", "easting", "northing", "district")
"""Columns of held_out.csv before those of the folds and of the evidence."""

FOLD_COLUMNS = tuple(f"fold_{number}" for number in range(1, 21))
"""Columns of held_out.csv for the folds, one a split of the headline figure, as many as there may be."""


LARGEST_SHARE = 50.0
"""Percentiles below this are no ladder of targets: more likely a share of 1."""

MOST_RUNGS = 1000
"""Of the ladder of percentiles."""

Weight = Annotated[float, Field(gt=0, le=1e6)]
Number = Annotated[float, Field(gt=0, le=1e9)]
Area = Annotated[float, Field(ge=0, le=1e9)]


def _of_the_right_size(value: float) -> float:
    if not LARGEST_SHARE <= value < 100:
        raise ValueError("must be from 50 to below 100: percent, not a share")
    return value


Percentile = Annotated[float, AfterValidator(_of_the_right_size)]


class MembershipEntry(Frozen):
    """A linear membership: 1 at `full` and beyond, 0 at `none` and beyond, in the evidence's unit.

    Of a logarithm they are in the unit before it.

    Parameters
    ----------
    full
        Here and beyond the membership is 1.
    none
        Here and beyond the membership is 0.
    """

    full: Quantity = Field(examples=[2])
    none: Quantity = Field(examples=[10])

    @model_validator(mode="after")
    def _apart(self) -> MembershipEntry:
        if self.full == self.none:
            raise MisfitError({"full": f"must differ from none ({self.none:g})"})
        return self


class _OfAKind(Frozen):
    """A table whose kind owns the keys that are not listed here: they go to `parameters`."""

    kind: str = Field(examples=["distance"])
    parameters: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _gather_parameters(cls, table: Any) -> Any:
        if not isinstance(table, dict):
            return table
        own = {key: value for key, value in table.items() if key in cls.model_fields}
        rest = {key: value for key, value in table.items() if key not in cls.model_fields}
        stated = own.get("parameters", {})
        return {**own, "parameters": {**stated, **rest} if isinstance(stated, dict) else stated}


class EvidenceEntry(_OfAKind):
    """One table ``[evidence.NAME]`` of a deposit model.

    The keys that belong to the kind of evidence are gathered in `parameters`; the kind itself
    validates them.

    Parameters
    ----------
    kind
        What is measured; its other keys follow from it.
    parameters
        The keys that belong to the kind; in the file they stand beside the others.
    label
        What it is called in outputs, e.g. distance to faults.
    expected
        How the score is expected to move as the evidence rises.
    reason
        Why it speaks for a deposit: every output says it.
    scale
        Whether an estimator that learns sees the value or log(1 + value).
    membership
        Where the evidence speaks for a deposit wholly, and where not at all. Fuzzy and index overlay
        need it.
    weight
        How much it counts in index overlay, beside the others.
    coarsest_m
        The coarsest effective resolution that serves it: where no feature of its layers is so exact,
        the evidence is dropped.
    if_unknown
        Where its value is unknown: unscored leaves the unit out, left_out scores it by its other evidence
        where memberships are stated. An estimator that learns needs every value.
    """

    label: str = Field(examples=["distance to faults"])
    expected: Literal["increasing", "decreasing", "any"] = Field(examples=["decreasing"])
    reason: str = Field(examples=["faults guide magma and fluid"])
    scale: Literal["linear", "log"] = Field(default="linear", examples=["log"])
    membership: MembershipEntry | None = Field(default=None, examples=[{"full": 2, "none": 10}])
    weight: Weight = Field(default=1.0, examples=[2])
    coarsest_m: Metres | None = Field(default=None, examples=[5000])
    if_unknown: Literal["unscored", "left_out"] = Field(default="unscored", examples=["left_out"])


class PermissiveEntry(_OfAKind):
    """One condition of permissive ground: an evidence that must not be below or above a value.

    Parameters
    ----------
    kind
        What is measured; its other keys follow from it.
    parameters
        The keys that belong to the kind; in the file they stand beside the others.
    reason
        What the condition means, e.g. at least half of the cell is land.
    at_least
        Ground with less is not scored.
    at_most
        Ground with more is not scored.
    """

    reason: str = Field(examples=["at least half of the cell is land"])
    at_least: Quantity | None = Field(default=None, examples=[0.5])
    at_most: Quantity | None = Field(default=None, examples=[0.5])

    @model_validator(mode="after")
    def _bounded(self) -> PermissiveEntry:
        if self.at_least is None and self.at_most is None:
            raise MisfitError({"at_least": "or at_most must be given"})
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise MisfitError({"at_least": f"must not be above at_most ({self.at_most:g})"})
        return self


class AppliesEntry(PermissiveEntry):
    """One condition that some ground of a region must meet, or the model does not apply there.

    Where some ground meets it, only that ground and ground where nothing is known of it are scored.

    Parameters
    ----------
    kind
        What is measured; its other keys follow from it.
    parameters
        The keys that belong to the kind; in the file they stand beside the others.
    label
        What is measured, for people, e.g. mean annual rain.
    reason
        Why the model needs it: said where the model does not apply.
    at_least
        Ground with less does not meet it.
    at_most
        Ground with more does not meet it.
    """

    label: str = Field(examples=["mean annual rain"])
    reason: str = Field(examples=["granite weathers to deep clay only under a humid climate"])


def _code(value: str) -> str:
    if not re.fullmatch("[A-Z]{2,5}", value):
        raise ValueError("must be two to five capital letters")
    return value


NO_FOLDERS = (
    "store", "con", "prn", "aux", "nul",
    *(f"{port}{number}" for port in ("com", "lpt") for number in range(10)),
)  # fmt: skip
"""Names that a model's folder in a run cannot have: the run's own, and those that Windows keeps."""


def _folder_name(value: str) -> str:
    if value in NO_FOLDERS:
        raise ValueError(
            f"must be another name: a run's folder '{value}' is kept for something else"
        )
    return value


class ModelEntry(Frozen):
    """The table ``[deposit_model]``: name, unit and what the model is about.

    Parameters
    ----------
    name
        The model goes by it in outputs, on the command line and in overrides: small letters, figures
        and _.
    label
        Its name for people.
    code
        What ids of targets begin with: two to five capital letters.
    unit
        What is scored: cell, or a role of polygons, each of which is scored whole.
    commodities
        Symbols or words: they decide which legal notes are shown.
    summary
        A line for the report.
    papers
        What the model comes from, cited in the report.
    caution
        What every output says of the model. Whether anything was learned is said beside it by the
        estimator that was used.
    ranges
        Where the memberships come from: said where they are stated, not where an estimator learns.
    memberships_seen
        Whether the memberships were set with the known deposits in view: what these then say of them is
        no independent test, and every output says so.
    """

    name: Annotated[Name, AfterValidator(_folder_name)] = Field(examples=["porphyry_copper"])
    label: str = Field(examples=["Porphyry copper"])
    code: Annotated[str, AfterValidator(_code)] = Field(examples=["PCU"])
    unit: str = Field(examples=["cell"])
    commodities: Listed[str] = Field(examples=[["Cu", "Mo"]])
    summary: str = Field(examples=["Porphyry copper of the Eocene belt"])
    caution: str = Field(default="", examples=["Many outlines of salars are schematic."])
    ranges: str = Field(default="", examples=["this project's defaults after Sillitoe 2003"])
    memberships_seen: bool = Field(default=False, examples=[True])
    papers: Listed[str] = Field(examples=[["Sillitoe 2010, Economic Geology 105: 3-41"]])


class LabelEntry(Frozen):
    """The table ``[labels]``: which deposits are the model's own.

    Parameters
    ----------
    deposit_type
        The word of the column deposit_type that its deposits have.
    also_types
        Further words of that column whose deposits are its own too.
    age_ma
        Deposits of other ages, youngest and oldest in Ma, are left out.
    merge_within_m
        Deposits nearer to each other count as one.
    least
        With fewer known deposits nothing is learned.
    district_within_m
        Deposits of a district lie no farther apart. By default that is taken from the gaps between
        deposits.
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

    deposit_type: str = Field(examples=["porphyry_copper"])
    also_types: Listed[str] = Field(default_factory=list, examples=[["porphyry_gold"]])
    age_ma: Ages | None = Field(default=None, examples=[[28, 67]])
    merge_within_m: Metres = Field(default=2000.0, examples=[2000])
    district_within_m: Metres | None = Field(default=None, examples=[50000])
    least: Count = Field(default=10, examples=[10])
    near_m: Annotated[float, Field(ge=0, le=EARTH_M)] = Field(default=0.0, examples=[2000])
    target_group: bool | Listed[str] = Field(default=False, examples=[["iocg", "manto_copper"]])
    target_group_within_m: Metres = Field(default=50000.0, examples=[50000])
    belts: dict[Annotated[str, Field(min_length=1)], Ages] = Field(
        default_factory=dict, examples=[{"Eocene": [34, 56]}]
    )

    @property
    def types(self) -> tuple[str, ...]:
        """Return every word of the column deposit_type whose deposits are the model's own.

        Examples
        --------
        >>> LabelEntry(deposit_type="epithermal_gold", also_types=["porphyry_gold"]).types
        ('epithermal_gold', 'porphyry_gold')
        """
        return tuple(dict.fromkeys((self.deposit_type, *self.also_types)))

    @field_validator("belts")
    @classmethod
    def _apart(cls, belts: dict[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
        ordered = sorted(belts.items(), key=lambda belt: belt[1])
        for (name, ages), (other, later) in pairwise(ordered):
            if later[0] < ages[1]:
                raise ValueError(f"must not overlap: '{name}' and '{other}' do")
        return belts


class EstimatorEntry(Frozen):
    """The table ``[estimator]``: the default estimator and its settings.

    With fewer evidence layers than `least_evidence` the model is not screened. `operator` and
    `gamma` are those of fuzzy overlay. Only the `evidence` that is named is used; all where none is.

    Parameters
    ----------
    name
        logistic, forest, boosting or weights-of-evidence learn from deposits; fuzzy and index combine
        stated memberships.
    least_evidence
        With fewer evidence layers than this the model is not screened.
    evidence
        Those that are used, by name; all where the list is empty.
    background
        How many places stand for the ground without known deposits.
    operator
        Of fuzzy overlay: how memberships are combined.
    gamma
        Of fuzzy overlay by gamma: 0 is their product, 1 their sum.
    C
        Inverse strength of the penalty of logistic regression: it follows the number of deposits.
    signs
        Whether the score must follow what is expected of each evidence (logistic regression, boosting).
    choose
        Whether it uses all evidence or the fewest that do as well in folds inside the training rows.
    min_samples_leaf
        Fewest rows in a leaf of a tree (forest, boosting).
    leaf_share
        The same as a share of the number of deposits (forest); the larger of both holds.
    generalise
        Whether weights of evidence cut an evidence into two patterns or into classes.
    least_studentised
        Studentised contrast that gives a pattern or a class a weight.
    """

    name: str = Field(examples=["logistic"])
    least_evidence: Count = Field(default=1, examples=[2])
    evidence: Listed[Name] = Field(default_factory=list, examples=[["fault_distance"]])
    background: Annotated[int, Field(ge=10, le=1_000_000)] = Field(default=6000, examples=[6000])
    operator: Literal["and", "or", "product", "sum", "gamma"] = Field(
        default="gamma", examples=["gamma"]
    )
    gamma: Annotated[float, Field(ge=0, le=1)] = Field(default=0.8, examples=[0.8])
    C: Annotated[float, Field(gt=0, le=1e6)] | None = Field(default=None, examples=[1])
    signs: Literal["free", "bound"] | None = Field(default=None, examples=["bound"])
    choose: Literal["all", "fewest"] | None = Field(default=None, examples=["fewest"])
    min_samples_leaf: Count | None = Field(default=None, examples=[5])
    leaf_share: Annotated[float, Field(ge=0, le=1)] | None = Field(default=None, examples=[0.25])
    generalise: Literal["binary", "classes"] | None = Field(default=None, examples=["classes"])
    least_studentised: Annotated[float, Field(ge=0, le=100)] | None = Field(
        default=None, examples=[1]
    )

    @property
    def settings(self) -> dict[str, Any]:
        """Return the settings of estimators that learn, those that are stated.

        Examples
        --------
        >>> EstimatorEntry(name="logistic", C=2, signs="bound").settings
        {'C': 2.0, 'signs': 'bound'}
        """
        stated = {key: getattr(self, key) for key in SETTINGS}
        return {key: value for key, value in stated.items() if value is not None}


SETTINGS = (
    "C", "signs", "choose", "min_samples_leaf", "leaf_share", "generalise", "least_studentised",
)  # fmt: skip
"""Keys of the table ``[estimator]`` that are parameters of estimators that learn."""


def _ascending(value: tuple[float, float, float]) -> tuple[float, float, float]:
    if not value[0] <= value[1] <= value[2]:
        raise ValueError("must ascend: more areas reach the first number than the last")
    return value


class DensityEntry(Frozen):
    """The table ``[density]``: how many deposits well-explored areas of the type hold.

    Parameters
    ----------
    paper
        What the numbers come from.
    per_100000_km2
        Numbers that 90, 50 and 10 % of areas reach or exceed, in 100,000 km2 of exposed permissive
        rock.
    """

    per_100000_km2: Annotated[
        tuple[Number, Number, Number], Field(strict=False), AfterValidator(_ascending)
    ] = Field(examples=[[4, 15, 35]])
    paper: str = Field(examples=["Singer, Berger, Menzie and Berger 2005"])


class NumberEntry(Frozen):
    """The table ``[number]``: how many deposits the scored ground holds, found and unfound.

    Parameters
    ----------
    source
        What the number, or the area, comes from.
    deposits
        The number itself, with its `source`.
    exposed_km2
        Exposed permissive rock in the region, in place of a number: deposit density gives it.
    """

    deposits: Number | None = Field(default=None, examples=[60])
    exposed_km2: Number | None = Field(default=None, examples=[80000])
    source: str = Field(examples=["who says so"])

    @model_validator(mode="after")
    def _one(self) -> NumberEntry:
        if (self.deposits is None) == (self.exposed_km2 is None):
            raise MisfitError({"deposits": "either this key or exposed_km2 must be given"})
        return self


class TargetEntry(Frozen):
    """The table ``[targets]``: the ladder of percentiles and the sizes that targets are cut with.

    Parameters
    ----------
    lowest_percentile, highest_percentile
        The ladder that targets are cut with: no ground below the lowest is a target.
    step
        Between the rungs of the ladder.
    min_area_km2, max_area_km2
        By default they follow the cells and the region: see `prospector.ground.target_sizes`.
    carry
        Where the units are polygons: columns of their layer that targets are described with. They are
        never evidence.
    """

    lowest_percentile: Percentile = Field(examples=[95])
    highest_percentile: Percentile = Field(examples=[99.9])
    step: Annotated[float, Field(gt=0, le=50)] = Field(examples=[0.1])
    min_area_km2: Area | None = Field(default=None, examples=[25])
    max_area_km2: Annotated[Area, Field(gt=0)] | None = Field(default=None, examples=[500])
    carry: Listed[Name] = Field(default_factory=list, examples=[["regime", "regime_date"]])

    @model_validator(mode="after")
    def _in_order(self) -> TargetEntry:
        faults = {}
        climb = self.highest_percentile - self.lowest_percentile
        if climb < 0:
            faults["lowest_percentile"] = (
                f"must not be above highest_percentile ({self.highest_percentile:g})"
            )
        if climb / self.step > MOST_RUNGS:
            faults["step"] = f"must leave at most {MOST_RUNGS} rungs between the percentiles"
        least, most = self.min_area_km2, self.max_area_km2
        if least is not None and most is not None and least > most:
            faults["min_area_km2"] = f"must not be above max_area_km2 ({most:g})"
        if faults:
            raise MisfitError(faults)
        return self

    @property
    def sizes_km2(self) -> tuple[float, float]:
        """The smallest and the largest area of a target.

        Raises
        ------
        ValueError
            They are not settled yet.
        """
        if self.min_area_km2 is None or self.max_area_km2 is None:
            raise ValueError("the sizes of targets are open: settle them by the grid first")
        return self.min_area_km2, self.max_area_km2

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


@dataclass(frozen=True)
class Stated:
    """What one file states of a deposit model, under a prefix of its keys."""

    file: Path
    tables: dict[str, Any]
    prefix: str = ""
    shipped: bool = False


class DepositModel(Frozen):
    """A mineral system as data.

    Parameters
    ----------
    deposit_model
        What the model is called, what it scores, and what is said of it.
    labels
        Which known deposits are its own.
    applies
        Conditions without which the model does not apply in a region at all.
    permissive
        Conditions without which ground is not scored.
    evidence
        By a name of your choice: what is measured, and what speaks for a deposit.
    estimator
        How evidence becomes a score.
    density
        How many deposits well-explored areas of the type hold.
    number
        How many deposits the scored ground holds, found and unfound.
    targets
        How the score is cut into targets.
    comparisons
        For index overlay in place of weights: how many times as important one evidence is as
        another, each pair once.
    """

    deposit_model: ModelEntry
    labels: LabelEntry
    applies: list[AppliesEntry] = Field(
        default_factory=list,
        max_length=LONGEST_LIST,
        examples=[
            [
                {
                    "kind": "surface",
                    "role": "relief",
                    "at_least": 0,
                    "label": "height",
                    "reason": "dry",
                }
            ]
        ],
    )
    permissive: list[PermissiveEntry] = Field(
        default_factory=list,
        max_length=LONGEST_LIST,
        examples=[[{"kind": "share", "role": "land", "at_least": 0.5, "reason": "land"}]],
    )
    evidence: dict[Name, EvidenceEntry] = Field(
        min_length=1,
        examples=[{"fault_distance": {"kind": "distance", "role": "faults", "label": "..."}}],
    )
    comparisons: dict[Name, dict[Name, Weight]] = Field(
        default_factory=dict, examples=[{"fault_distance": {"elevation": 3}}]
    )
    estimator: EstimatorEntry
    density: DensityEntry | None = None
    number: NumberEntry | None = None
    targets: TargetEntry
    _stated: tuple[Stated, ...] = PrivateAttr(default=())

    @model_validator(mode="after")
    def _names_its_evidence(self) -> DepositModel:
        taken = tuple(dict.fromkeys([*TRAINING_COLUMNS, *HELD_OUT_COLUMNS, *FOLD_COLUMNS]))
        faults = {
            f"evidence.{name}": f"must have another name than {', '.join(taken)}"
            for name in taken
            if name in self.evidence
        }
        compared = [*self.comparisons, *(name for row in self.comparisons.values() for name in row)]
        for key, names in (
            ("comparisons", compared),
            ("estimator.evidence", self.estimator.evidence),
        ):
            strange = next((name for name in names if name not in self.evidence), None)
            if strange is not None:
                faults[key] = (
                    f"must be evidence of the model, not '{strange}'. "
                    f"{did_you_mean(strange, self.evidence)}It has: {', '.join(self.evidence)}"
                )
        faults |= self._misused_columns()
        if faults:
            raise MisfitError(faults)
        return self

    def _misused_columns(self) -> dict[str, str]:
        """Return faults of carried columns: of cells, or measured as evidence too."""
        unit, carried = self.deposit_model.unit, self.targets.carry
        if carried and unit == CELL:
            return {"targets.carry": "must be empty where the unit is cell: cells have no columns"}
        return {
            f"evidence.{name}.column": f"must not be '{entry.parameters['column']}', which targets.carry "
            "takes for a description: a column is one or the other"
            for name, entry in self.evidence.items()
            if entry.parameters.get("role") == unit and entry.parameters.get("column") in carried
        }

    @property
    def name(self) -> str:
        """Name of the model, as on the command line."""
        return self.deposit_model.name

    @property
    def conditions(self) -> list[PermissiveEntry]:
        """Every condition that it states: of the region, then of the ground."""
        return [*self.applies, *self.permissive]

    def place(self, table: str, key: str | int) -> str:
        """Return the file and table that an entry stands in, for errors.

        An entry of which the region's override states any key stands in region.toml.

        Parameters
        ----------
        table
            Table of the deposit model, e.g. ``"evidence"``.
        key
            Name of the entry in it, or its number.

        Returns
        -------
        str
            File and key, as an error names them.

        Examples
        --------
        >>> load_deposit_model("porphyry_copper").place("evidence", "slab_depth")
        'porphyry_copper.toml, evidence.slab_depth'
        """
        file, table_key = self.place_of(table, key)
        return f"{file.name}, {table_key}"

    def place_of(self, table: str, key: str | int) -> tuple[Path, str]:
        """Return the same as the path of the file and the key in it.

        Parameters
        ----------
        table, key
            As `place` takes them.

        Returns
        -------
        file : Path
            The file that states it.
        key : str
            The key in that file.

        Examples
        --------
        >>> load_deposit_model("porphyry_copper").place_of("evidence", "slab_depth")[1]
        'evidence.slab_depth'
        """
        stated = self._stating(table, key)
        if stated is None:
            last = self._stated[-1].file if self._stated else Path(f"{self.name}.toml")
            return last, f"{table}.{key}"
        return stated.file, f"{stated.prefix}{table}.{key}"

    def _stating(self, table: str, key: str | int) -> Stated | None:
        """Return what states an entry, nearest first; None where nothing is known to."""
        for stated in self._stated:
            entries = stated.tables.get(table, {})
            if entries and (isinstance(entries, list) or key in entries):
                return stated
        return None

    def file_stating(self, table: str, key: str | int, parameter: str) -> Path | None:
        """Return the file that states a parameter of an entry; None where that is shipped, or nobody does.

        Parameters
        ----------
        table, key
            As `place` takes them.
        parameter
            A key of the entry.

        Returns
        -------
        Path or None
            The file.
        """
        for stated in self._stated:
            entries = stated.tables.get(table, {})
            by_key = dict(enumerate(entries)) if isinstance(entries, list) else entries
            entry = by_key.get(key, {})
            if parameter in {**entry, **entry.get("parameters", {})}:
                return None if stated.shipped else stated.file
        return None

    def words_about(self, role: str, layer: str, roles_of: RolesOf) -> set[str]:
        """Return every text in the parameters of what reads a layer: a column among them is used.

        Parameters
        ----------
        role
            Role of the layer.
        layer
            Name of the layer.
        roles_of
            Returns the roles that a kind of evidence reads.

        Returns
        -------
        set of str
            The texts.
        """
        entries = [*self.evidence.values(), *self.conditions]
        reading = (
            entry.parameters
            for entry in entries
            if role in roles_of(entry.kind, entry.parameters)
            and _may_read(layer, role, entry.parameters)
        )
        carried = self.targets.carry if role == self.deposit_model.unit else []
        return {*carried, *(word for parameters in reading for word in _texts(parameters))}


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
        raise RegionError(f"{unknown_model(name)}.")
    tables = shipped_tables(name)
    stated = (Stated(Path(f"{name}.toml"), tables, shipped=True),)
    return overridden(name, tables, stated, override=override or {}, overridden_in=overridden_in)


def overridden(
    name: str,
    tables: dict[str, Any],
    stated: Sequence[Stated],
    *,
    override: dict[str, Any],
    overridden_in: Path | None = None,
) -> DepositModel:
    """Return a deposit model with tables of a region merged over its own by key.

    Where they make another model of it, its caution and ranges are left out: see
    `prospector.region.overrides`.

    Parameters
    ----------
    name
        Of the deposit model.
    tables
        The whole model, what it inherits included.
    stated
        Which file states what of it, nearest first.
    override
        The table ``[override.NAME]``.
    overridden_in
        The file that states the tables.

    Raises
    ------
    RegionError
        The override does not fit it.
    """
    file = overridden_in if override and overridden_in else stated[0].file
    prefix = f"override.{name}" if override else ""
    whole = merged(without_old_words(tables, override), override)
    model = validated(DepositModel, whole, file, prefix=prefix)
    model._stated = (Stated(file, override, f"{prefix}."), *stated) if override else tuple(stated)
    return model


def unknown_model(name: str, own: Collection[str] = ()) -> str:
    """Return what is said of a name that no deposit model has, without a stop at its end.

    Examples
    --------
    >>> unknown_model("iogc")[:54]
    "Unknown deposit model 'iogc'. Did you mean 'iocg'? Ava"
    """
    known = [*own, *deposit_model_names()]
    return (
        f"Unknown deposit model '{name}'. {did_you_mean(name, known)}Available: {', '.join(known)}. "
        "For one of your own give a file, e.g. models/iron.toml (see `prospector models`)"
    )


def override_faults(
    override: object, file: Path, own: Mapping[str, dict[str, Any]] | None = None
) -> list[str]:
    """Return a line for each fault of the tables ``[override.NAME]`` of a region file.

    Parameters
    ----------
    override
        The tables.
    file
        That states them.
    own
        The tables of the region's own models, by name.
    """
    if not isinstance(override, dict):
        return []
    models = {**{name: shipped_tables(name) for name in deposit_model_names()}, **(own or {})}
    faults = []
    for name, over in override.items():
        if name in models and isinstance(over, dict):
            whole = merged(models[name], over)
            faults += faults_of(DepositModel, whole, file, prefix=f"override.{name}")
            faults += renaming_fault(name, over, file)
    return faults


def shipped_tables(name: str) -> dict[str, Any]:
    """Return the tables of a shipped deposit model."""
    return tomllib.loads(shipped_text(name))


def shipped_text(name: str) -> str:
    """Return the file of a shipped deposit model as it is written."""
    source = resources.files("prospector.region") / "deposit_models" / f"{name}.toml"
    return source.read_text(encoding="utf-8")


def named_roles(kind: str, parameters: dict[str, Any]) -> Iterable[str]:  # noqa: ARG001
    """Return every text in the parameters of an evidence: the roles that it names are among them."""
    return _texts(parameters)


def _may_read(layer: str, role: str, parameters: dict[str, Any]) -> bool:
    """Return whether parameters leave a layer of a role open: they name it, or none of the role's."""
    named = parameters.get("layer")
    return named is None or parameters.get("role") != role or layer in list(_texts(named))


def _texts(value: Any) -> Iterator[str]:
    """Give every text in tables and lists within one another, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for pair in value.items() for part in pair for text in _texts(part))
    elif isinstance(value, list | tuple):
        yield from (text for part in value for text in _texts(part))
