"""A ready table of places judged without a grid: skill in spatial blocks, beside its nulls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS
from pyproj.exceptions import CRSError

from prospector.compute.engine import Workers
from prospector.errors import ModelError
from prospector.grid import BoolArray, FloatArray
from prospector.layers.columns import yes_or_no
from prospector.learning.estimation import Measuring, measured
from prospector.learning.opening import FEW_EVIDENCES, LEAST_FOR_ENSEMBLES
from prospector.models.adopted import adopt_estimator
from prospector.models.deposits import district_distance_m, districts
from prospector.models.known import STATED, estimator_code, is_ensemble
from prospector.models.logistic import SIGNS, Expected
from prospector.numerals import fixed
from prospector.options import Options, Progress, silent
from prospector.printable import html_table, printable
from prospector.region.spelling import did_you_mean
from prospector.validation.record import Skill, skill_words
from prospector.validation.sample import LEAST_TRAINING, Sample

MOST_OTHERS = 10_000
"""Of more rows without a deposit a sample is taken: more cost time and hardly move a figure."""

LEAST_OTHERS = 30
DEGREES = 360.0
METRE = "metre"


@dataclass(frozen=True, eq=False)
class TableSkill:
    """How well an estimator ranks the deposits of a table that it has not seen.

    Parameters
    ----------
    skill
        Figures, each beside its null; features go by their number.
    features
        Names of the features, by number.
    estimator
        Name of the estimator.
    held_out
        Share of the other rows that score below each deposit while it is held out, 0-1, by the table's
        index.
    n_others
        Rows without a deposit that were used.
    absences
        Whether these are places known to be barren; else they are background.
    remarks
        What was chosen on the way.
    """

    skill: Skill
    features: tuple[str, ...]
    estimator: str
    held_out: pd.Series
    n_others: int
    absences: bool = False
    remarks: tuple[str, ...] = ()

    def sentences(self) -> list[str]:
        """Return the verdict, what the figure means here, and what was chosen, gravest first."""
        if self.absences:
            means = "Presence and absence: AUC is the chance that a deposit scores above a barren place."
        else:
            means = (
                "Presence only: no row is known to be barren. AUC is the chance that a deposit scores above "
                "a place of the background."
            )
        return [f"{skill_words(self.skill)}.", *self._alarms(), means, *self.remarks]

    def _alarms(self) -> list[str]:
        """Return a sentence for each feature that goes with the deposits more than geology does."""
        columns = dict.fromkeys(
            alarm.column for alarm in self.skill.alarms if alarm.column is not None
        )
        return [
            f"Feature '{self.features[column]}' follows the deposits, so the skill is not judged. "
            "Leave it out if it was made from them."
            if column in self.skill.follows
            else f"The positions of the deposits explain feature '{self.features[column]}' almost "
            "entirely. Geology may do that; leave the feature out if it was made from the "
            "deposits."
            for column in columns
        ]

    def _rows(self) -> list[tuple[str, str]]:
        rows = [
            ("deposits", f"{self.skill.n_deposits} in {self.skill.n_districts} districts"),
            ("barren places" if self.absences else "background", f"{self.n_others}"),
            ("features", ", ".join(self.features)),
            ("estimator", self.estimator),
        ]
        found = self.skill.measured
        if found is not None:
            figures = {
                "AUC in spatial blocks": found.auc.value,
                "95th percentile of random rankings": found.auc.null_p95,
                "p": found.auc.p,
                "AUC in random folds, optimistic": found.auc_random.value,
            }
            rows += [
                (name, "unknown" if value is None else fixed(value, 2))
                for name, value in figures.items()
            ]
        return rows

    def __repr__(self) -> str:
        """Return the sentences, a line each."""
        return "\n".join(map(printable, self.sentences()))

    def _repr_html_(self) -> str:
        first, *others = self.sentences()
        return html_table(first, ("", ""), [*self._rows(), *(("", text) for text in others)])


def validate(
    table: pd.DataFrame,
    label: str = "deposit",
    features: Sequence[str] | None = None,
    *,
    x: str | None = None,
    y: str | None = None,
    crs: Any = None,
    estimator: str | Any = "logistic",
    expected: Mapping[str, Expected] | None = None,
    absences: bool = False,
    district_within_m: float | None = None,
    seed: int = 0,
    quick: bool = False,
    workers: int | None = 1,
    progress: Progress | None = None,
) -> TableSkill:
    """Return how well an estimator ranks deposits of a table that it has not seen, beside its nulls.

    The folds are spatial blocks, as in a screening: neighbours are held out together. The same
    estimator is fitted to smooth random fields and to shifted deposits, which say what a ranking made
    of nothing reaches on this ground.

    Parameters
    ----------
    table
        One row a place: its features, whether a deposit lies there, and its coordinates. A GeoDataFrame
        of points has its own.
    label
        Column that says so: True and False, 1 and 0, or yes and no.
    features
        Columns that the estimator learns from; all other columns of numbers by default.
    x, y
        Columns of easting and northing, or of longitude and latitude.
    crs
        Of the coordinates, e.g. ``"EPSG:32719"`` for metres or ``"EPSG:4326"`` for degrees.
    estimator
        A name that `screen` knows, or a scikit-learn classifier.
    expected
        Of a feature ``"increasing"`` or ``"decreasing"``; any by default.
    absences
        Whether rows without a deposit were looked at and are barren. By default they are background,
        of which nobody knows.
    district_within_m
        Deposits this near each other are held out together; by the gaps between them by default.
    seed
        Seed of every random draw.
    quick
        19 replicates of each null and 4 splits in place of 99 and 20: p is 0.05 at the least.
    workers
        Processes that compute nulls; 1 computes in this process.
    progress
        Called with what is being done, how many steps are done and how many there are.

    Returns
    -------
    TableSkill
        ``skill``, each figure beside its null; ``held_out``, shape (n deposits,), the share of the other rows
        that score below each deposit while it is held out.

    Raises
    ------
    ModelError
        A column is missing, empty, constant or not of numbers; coordinates do not go with the CRS; or
        there are too few deposits.

    Examples
    --------
    >>> random = np.random.default_rng(0)
    >>> at = random.uniform(0, 200_000, (400, 2))
    >>> near = np.exp(-((at[:, 0] - 100_000) / 20_000) ** 2)
    >>> table = pd.DataFrame({
    ...     "easting": at[:, 0], "northing": at[:, 1], "near_fault": near,
    ...     "deposit": random.uniform(size=400) < 0.2 * near,
    ... })
    >>> found = validate(table, x="easting", y="northing", crs="EPSG:32719", quick=True)
    >>> found.skill.measured.auc.value > 0.7
    True
    """
    name = adopt_estimator(estimator)
    if name in STATED:
        raise ModelError(
            f"Estimator '{name}': it does not learn from data. Use one that does, e.g. 'logistic'."
        )
    if not isinstance(table, pd.DataFrame):
        raise ModelError(
            f"{type(table).__name__}: give a pandas table with one row for each place."
        )
    at, placed_by, of_places = _places(table, x, y, crs)
    positive = _label(table, label)
    named = _features(table, features, {label, *placed_by})
    evidence = _evidence(table, named)
    kept, remarks = _rows_used(evidence, at, positive, seed)
    deposits, others = kept & positive, kept & ~positive
    _refuse_few(int(deposits.sum()), int(others.sum()), len(named))
    signs = _expected(named, expected)
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*at[deposits].T))
    within_m = district_distance_m(points) if district_within_m is None else district_within_m
    district = districts(points, within_m)
    _refuse_ensemble(name, int(deposits.sum()), len(np.unique(district)))
    sample = Sample(
        evidence[deposits], at[deposits], district, evidence[others], at[others], expected=signs
    )
    options = Options(seed=seed, quick=quick)
    how = Measuring(
        name, {}, estimator_code(name), options.n_null, options.repeats, seed, quick=quick
    )
    report = progress or silent
    record, share = measured(
        how, (sample,), tuple(range(len(named))), (None,) * len(named),
        workers=Workers(count=workers), progress=report,
    )  # fmt: skip
    held_out = pd.Series(share, index=table.index[deposits], name="share_below")
    return TableSkill(
        Skill.from_record(record), named, name, held_out, int(others.sum()), absences,
        (*of_places, *remarks),
    )  # fmt: skip


# columns ---------------------------------------------------------------------------------------


def _column(table: pd.DataFrame, name: str, what: str) -> pd.Series:
    names = [str(column) for column in table.columns]
    if names.count(str(name)) > 1:
        raise ModelError(f"{what}: the table has two columns '{name}'. Rename or drop one of them.")
    if name not in table.columns:
        hint = did_you_mean(str(name), names)
        raise ModelError(f"{what}: no column '{name}'. {hint}The table has: {', '.join(names)}.")
    return table[name]


def _label(table: pd.DataFrame, name: str) -> BoolArray:
    values = _column(table, name, "label")
    unknown = values.isna() | values.map(lambda value: isinstance(value, str) and not value.strip())
    if unknown.any():
        raise ModelError(
            f"label '{name}': {int(unknown.sum())} rows have no value. Drop them: "
            f"table.dropna(subset=['{name}'])."
        )
    try:
        return yes_or_no(values).to_numpy(dtype=bool)
    except ValueError as error:
        raise ModelError(
            f"label '{name}': '{error}' is neither yes nor no. Give True and False, e.g. table['{name}'] > 0."
        ) from error


def _features(
    table: pd.DataFrame, asked: Sequence[str] | None, others: set[str]
) -> tuple[str, ...]:
    if isinstance(asked, str):
        raise ModelError(f"features: give a list, e.g. ['{asked}'].")
    if asked is not None:
        named = tuple(asked)
        taken = sorted(others & set(named))
        if taken:
            raise ModelError(f"features: '{taken[0]}' is the label or a coordinate. Remove it.")
        if len(set(named)) < len(named):
            raise ModelError("features: one is named twice. Remove one.")
    else:
        numbers = table.select_dtypes(include=["number", "bool"]).columns
        named = tuple(str(column) for column in numbers if column not in others)
    if not named:
        raise ModelError("features: the table has no column of numbers to learn from. Name them.")
    return named


def _evidence(table: pd.DataFrame, names: Sequence[str]) -> FloatArray:
    """Return the features as numbers, shape (n, n features)."""
    columns = []
    for name in names:
        values = _column(table, name, "features")
        if not (pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values)):
            raise ModelError(
                f"feature '{name}' holds {values.dtype}, not numbers. Convert it: pd.to_numeric(...), or "
                "pd.get_dummies(...) for classes."
            )
        numbers = values.to_numpy(dtype=float, na_value=np.nan)
        unknown = int((~np.isfinite(numbers)).sum())
        if unknown:
            raise ModelError(
                f"feature '{name}': {unknown} of {len(numbers)} rows have no value. Drop these rows, "
                f"table.dropna(subset=['{name}']), or the feature."
            )
        if len(numbers) and np.ptp(numbers) == 0:
            raise ModelError(f"feature '{name}' is {numbers[0]:g} everywhere. Leave it out.")
        columns.append(numbers)
    for place, column in enumerate(columns):
        for other in range(place):
            if np.array_equal(column, columns[other]):
                raise ModelError(
                    f"features '{names[other]}' and '{names[place]}' are equal. Leave one out."
                )
    return np.column_stack(columns)


def _expected(
    names: Sequence[str], expected: Mapping[str, Expected] | None
) -> tuple[Expected, ...]:
    stated = dict(expected or {})
    for name, sign in stated.items():
        if name not in names:
            raise ModelError(
                f"expected: '{name}' is not a feature. {did_you_mean(name, names)}Use: "
                f"{', '.join(names)}."
            )
        if sign not in SIGNS:
            raise ModelError(
                f"expected: '{sign}' is not known for '{name}'. Use one of: {', '.join(SIGNS)}."
            )
    return tuple(stated.get(name, "any") for name in names)


# places ----------------------------------------------------------------------------------------


def _places(
    table: pd.DataFrame, x: str | None, y: str | None, crs: Any
) -> tuple[FloatArray, set[str], list[str]]:
    """Return easting and northing in metres, the columns that they come from, and what was chosen."""
    if x is None and y is None and isinstance(table, gpd.GeoDataFrame):
        geometry = table.geometry
        if not (geometry.geom_type == "Point").all():
            raise ModelError(
                "geometry: every row needs a point. Use e.g. table.representative_point()."
            )
        at = np.column_stack([geometry.x, geometry.y])
        stated, placed_by = crs if crs is not None else table.crs, {str(geometry.name)}
    elif x is None or y is None:
        raise ModelError(
            "coordinates: name their columns, e.g. x='easting', y='northing', crs='EPSG:32719'."
        )
    else:
        at = np.column_stack([_numbers(table, name) for name in (x, y)])
        stated, placed_by = crs, {x, y}
    if stated is None:
        raise ModelError(
            "coordinates: no CRS. Give it: crs='EPSG:4326' for degrees, else e.g. 'EPSG:32719'."
        )
    if not len(at):
        raise ModelError("The table has no rows. Give one row for each place.")
    metres, remarks = _in_metres(at, stated)
    return metres, placed_by, remarks


def _numbers(table: pd.DataFrame, name: str) -> FloatArray:
    values = _column(table, name, "coordinates")
    try:
        numbers: FloatArray = values.to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise ModelError(
            f"coordinates: '{name}' holds text. Convert it: pd.to_numeric(...)."
        ) from error
    unknown = int((~np.isfinite(numbers)).sum())
    if unknown:
        raise ModelError(f"coordinates: {unknown} rows have no value in '{name}'. Drop these rows.")
    return numbers


def _in_metres(at: FloatArray, stated: Any) -> tuple[FloatArray, list[str]]:
    try:
        crs = CRS.from_user_input(stated)
    except CRSError as error:
        raise ModelError(
            f"crs {str(stated)[:60]!r}: not a CRS that PROJ knows. Give e.g. 'EPSG:32719'."
        ) from error
    small = bool((np.abs(at) <= DEGREES).all())
    if crs.is_geographic and not (np.abs(at) <= [DEGREES, 90.0]).all():
        raise ModelError(
            f"coordinates: {at[0, 0]:g}, {at[0, 1]:g} are not degrees of longitude and latitude, "
            f"but crs is {crs.name}. Give x as longitude and y as latitude, or the CRS of your "
            "metres."
        )
    if not crs.is_geographic and small:
        raise ModelError(
            f"coordinates: {at[0, 0]:g}, {at[0, 1]:g} look like degrees, but crs is {crs.name}. "
            "Give crs='EPSG:4326'."
        )
    if crs.is_projected and crs.axis_info[0].unit_name == METRE:
        return at, []
    points = gpd.GeoSeries.from_xy(*at.T, crs=crs)
    target = points.estimate_utm_crs()
    moved = points.to_crs(target)
    return np.column_stack([moved.x, moved.y]), [f"Distances are measured in {target.name}."]


# rows ------------------------------------------------------------------------------------------


def _rows_used(
    evidence: FloatArray, at: FloatArray, positive: BoolArray, seed: int
) -> tuple[BoolArray, list[str]]:
    """Return which rows are used: each once, and of many without a deposit a sample."""
    remarks = []
    whole = pd.DataFrame(np.column_stack([evidence, at, positive]))
    used: BoolArray = ~whole.duplicated().to_numpy()
    if not used.all():
        remarks.append(
            f"{int((~used).sum())} rows are exact copies of another row and are left out."
        )
    others = np.flatnonzero(used & ~positive)
    if len(others) > MOST_OTHERS:
        drawn = np.random.default_rng(seed).choice(others, MOST_OTHERS, replace=False)
        used = used & positive
        used[drawn] = True
        remarks.append(f"{MOST_OTHERS:,} of {len(others):,} rows without a deposit were sampled.")
    return used, remarks


def _refuse_few(deposits: int, others: int, features: int) -> None:
    if deposits < LEAST_TRAINING:
        raise ModelError(
            f"{deposits} deposits at different places, but learning needs {LEAST_TRAINING}. Add "
            "deposits."
        )
    if others < LEAST_OTHERS:
        raise ModelError(
            f"{others} rows without a deposit, but cross-validation needs {LEAST_OTHERS}. Add "
            "places without a deposit."
        )
    enough = LEAST_FOR_ENSEMBLES[0]
    if deposits < enough and features > FEW_EVIDENCES:
        raise ModelError(
            f"{deposits} deposits and {features} features, but fewer than {enough} deposits allow "
            f"{FEW_EVIDENCES}. Name those to use: features=[...]."
        )


def _refuse_ensemble(name: str, deposits: int, n_districts: int) -> None:
    enough, spread = LEAST_FOR_ENSEMBLES
    if is_ensemble(name) and (deposits < enough or n_districts < spread):
        raise ModelError(
            f"{deposits} deposits in {n_districts} districts, but {name} needs {enough} in {spread}. "
            "Use estimator='logistic', or add deposits."
        )
