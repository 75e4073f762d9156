"""Tables of a deposit model beside its evidence: subject, deposits, estimator, numbers and targets."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, field_validator, model_validator

from prospector.region.faults import MisfitError
from prospector.region.quantities import (
    EARTH_M,
    Ages,
    Count,
    Listed,
    Metres,
)
from prospector.region.toml_values import Frozen, Name

LARGEST_SHARE = 50.0
"""Percentiles below this are no ladder of targets: more likely a share of 1."""

MOST_RUNGS = 1000
"""Of the ladder of percentiles."""


Number = Annotated[float, Field(gt=0, le=1e9)]
Area = Annotated[float, Field(ge=0, le=1e9)]


def _of_the_right_size(value: float) -> float:
    if not LARGEST_SHARE <= value < 100:
        raise ValueError("must be from 50 to below 100: percent, not a share")
    return value


Percentile = Annotated[float, AfterValidator(_of_the_right_size)]


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
            f"must be another name: every run uses a folder '{value}' for something else"
        )
    return value


class ModelEntry(Frozen):
    """The table ``[deposit_model]``: name, unit and what the model is about.

    Parameters
    ----------
    name
        Name of the model in outputs, on the command line and in overrides: lower-case letters, digits
        and _.
    label
        Its name in outputs.
    code
        Letters that ids of targets begin with: two to five capitals.
    unit
        What is scored: cell, or a role of polygons, each of which is scored whole.
    commodities
        Symbols or words: they decide which legal notes are shown.
    summary
        A line for the report.
    papers
        Publications that the model is based on, cited in the report.
    caution
        A caution that every output prints beside the model.
    ranges
        Where the memberships come from: printed where memberships are used, not where an estimator learns.
    memberships_seen
        Whether the memberships were set with the known deposits in view. These deposits are then no
        independent test of them, and every output says so.
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
        Value of the column deposit_type for the model's deposits.
    also_types
        Further values of that column that count as the model's deposits.
    age_ma
        Deposits of other ages, youngest and oldest in Ma, are left out.
    merge_within_m
        Deposits closer than this count as one.
    least
        With fewer known deposits nothing is learned.
    district_within_m
        Largest distance between deposits of a district. By default it is taken from the gaps between
        deposits.
    target_group
        Whether background points are sampled near known deposits of other types, to correct for the
        bias of exploration; a list names the types to use.
    target_group_within_m
        Standard deviation of the kernel around each such deposit.
    near_m
        Where the units are polygons: a deposit within this distance of one counts as inside it.
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
        Names of the evidence to use; all where the list is empty.
    background
        Number of background points, which represent the ground without known deposits.
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
        Smallest studentised contrast at which a pattern or a class gets a weight.
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
        raise ValueError("must not decrease: 90 % of areas reach the first number, 10 % the last")
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
        Exposed permissive rock in the region, in place of deposits: the deposit density then gives the
        number.
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
    lowest_percentile
        No ground below this percentile of the score is a target.
    highest_percentile
        Clusters that are too large are cut at higher percentiles, up to this one.
    step
        By how much the percentile rises from cut to cut.
    min_area_km2
        The smallest target; by default it follows from the cells and the region.
    max_area_km2
        The largest target; by default it follows from the cells and the region.
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
