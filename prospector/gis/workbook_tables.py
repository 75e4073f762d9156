"""The tables of a workbook: one row a title, a holder, a unit or a piece of ground, whatever models ran."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from prospector.gis.columns import CODES
from prospector.gis.place_column import PLACE, PLACE_MEANING, place_column
from prospector.gis.target_words import in_words
from prospector.inventory.listing import INVENTORY_COLUMNS
from prospector.screening.steps import Screening
from prospector.targets.carried import CARRIED_COLUMNS
from prospector.targets.contributions import CONTRIBUTION_COLUMNS
from prospector.targets.target import TARGET_COLUMNS
from prospector.tenure.administrative import UNIT_COLUMNS
from prospector.tenure.exclusions import EXCLUSION_COLUMNS
from prospector.tenure.holdings import (
    CONCESSION_COLUMNS,
    HOLDER_COLUMNS,
    PAIR_COLUMNS,
    STANDING_COLUMNS,
)
from prospector.tenure.open_ground import OPEN_COLUMNS
from prospector.tenure.zones import ZONE_COLUMNS
from prospector.words.language import Language

MOST_TARGETS = 5_000
"""Targets of a deposit model that the workbook lists; the CSV files hold them all."""

FRONT = ("deposit_model", "rank", "target_rank", PLACE, "target_id")
"""What stands first in sheets by target, in this order."""

OF_A_UNIT = ("rank", "n_targets", *(name for name in STANDING_COLUMNS if name != "rank"))
OF_A_TITLE = (*OF_A_UNIT, "rank_in_holder")
OF_A_HOLDER = (*OF_A_UNIT, "best_title")
OF_A_PIECE = ("rank", *ZONE_COLUMNS)

FIRST_OF_A_TITLE = (
    "concession_id",
    "name",
    "holder",
    "tenure_class",
    "kind",
    "ground_ha",
    "lies_in",
)
FIRST_OF_A_HOLDER = ("holder", "n_titles", "ground_ha")
FIRST_OF_A_UNIT = ("administrative_unit", "ground_ha")
FIRST_OF_A_PIECE = ("open_id", "tenure_class", "concession_id", "area_ha")


@dataclass(frozen=True, eq=False)
class Table:
    """A table of a workbook.

    Parameters
    ----------
    name
        Of its sheet, in English.
    rows
        The table.
    meanings
        What its columns mean.
    by_model
        The deposit model and the column that a column of the table stands for, by its name.
    """

    name: str
    rows: pd.DataFrame
    meanings: Mapping[str, str]
    by_model: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def own(self, column: str) -> str:
        """Return the name of a column, without that of its deposit model."""
        return self.by_model.get(column, ("", column))[1]


def tables(screening: Screening, words: Language) -> Iterator[Table]:
    """Give each table of a screening, in the order of the sheets, in the words of a language."""
    places = place_column(screening, words, most=MOST_TARGETS)
    for table in (*_by_target(screening, places, words), *_by_ground(screening)):
        if len(table.rows):
            yield Table(
                table.name, _worded(table.rows, screening, words), table.meanings, table.by_model
            )


def _by_target(screening: Screening, places: pd.Series, words: Language) -> Iterator[Table]:
    """Give the tables with rows for each target: of the first targets of each deposit model."""
    targets = pd.DataFrame(screening.targets.drop(columns="geometry"))
    targets = targets[targets["rank"] <= MOST_TARGETS].reset_index(drop=True)
    targets = in_words(targets, screening, words)
    meanings = {**TARGET_COLUMNS, **CARRIED_COLUMNS, PLACE: PLACE_MEANING}
    yield Table("Targets", _in_front(_placed(targets, places)), meanings)
    by_target = (
        ("Contributions", CONTRIBUTION_COLUMNS, {"": screening.contributions}),
        ("Targets and titles", PAIR_COLUMNS, screening.tenure.target_concessions),
        ("Exclusions", EXCLUSION_COLUMNS, screening.tenure.exclusions),
    )
    for name, columns, parts in by_target:
        rows = [
            part.assign(deposit_model=model) if model else part for model, part in parts.items()
        ]
        if rows:
            table = pd.concat(rows, ignore_index=True)
            listed = table[table["target_id"].isin(places.index)].reset_index(drop=True)
            model = {"deposit_model": TARGET_COLUMNS["deposit_model"], PLACE: PLACE_MEANING}
            yield Table(name, _in_front(_placed(listed, places)), {**model, **columns})


def _by_ground(screening: Screening) -> Iterator[Table]:
    """Give the tables of ground: hectares stand once in each, whatever models ran."""
    tenure = screening.tenure
    yield wide("Concessions", tenure.concessions, OF_A_TITLE, CONCESSION_COLUMNS, FIRST_OF_A_TITLE)
    yield wide("Holders", tenure.holders, OF_A_HOLDER, HOLDER_COLUMNS, FIRST_OF_A_HOLDER)
    yield wide(
        "Administrative units",
        tenure.administrative_units,
        OF_A_UNIT,
        UNIT_COLUMNS,
        FIRST_OF_A_UNIT,
    )
    if tenure.open_ground is not None:
        ground = pd.DataFrame(tenure.open_ground.drop(columns="geometry"))
        parts = {str(model): rows for model, rows in ground.groupby("deposit_model", sort=False)}
        yield wide("Open ground", parts, OF_A_PIECE, OPEN_COLUMNS, FIRST_OF_A_PIECE)
    for inventory in screening.inventories:
        rows = pd.DataFrame(inventory.rows.drop(columns="geometry"))
        yield Table(inventory.title, rows, INVENTORY_COLUMNS)


def wide(
    name: str,
    parts: Mapping[str, pd.DataFrame],
    of_model: Sequence[str],
    meanings: Mapping[str, str],
    first: Sequence[str],
) -> Table:
    """Return the tables of several deposit models as one: a row for each piece of ground.

    Parameters
    ----------
    name
        Of the sheet.
    parts
        A table for each deposit model, of the same ground; the key is `position`, or the first column
        of `first`.
    of_model
        Columns that differ by deposit model: a column each for every model, named MODEL_COLUMN.
    meanings
        Meaning of each column.
    first
        Columns that stand first, before those of the models; others stand behind them.

    Examples
    --------
    >>> copper = pd.DataFrame({"holder": ["A", "B"], "ground_ha": [5.0, 7.0], "rank": [1, 2]})
    >>> lithium = pd.DataFrame({"holder": ["B", "A"], "ground_ha": [7.0, 5.0], "rank": [1, 2]})
    >>> wide("Holders", {"cu": copper, "li": lithium}, ["rank"], {}, ["holder"]).rows
      holder  cu_rank  li_rank  ground_ha
    0      A        1        2        5.0
    1      B        2        1        7.0
    """
    if not parts:
        return Table(name, pd.DataFrame(), meanings)
    [shared, *_] = parts.values()
    key = "position" if "position" in shared else first[0]
    keys = shared[key].to_numpy()
    by_model = {}
    columns: dict[str, pd.Series] = {column: shared[column] for column in first if column in shared}
    for model, part in parts.items():
        own = part.set_index(key).loc[keys].reset_index(drop=True)
        for column in of_model:
            if column in own:
                by_model[f"{model}_{column}"] = (model, column)
                columns[f"{model}_{column}"] = own[column]
    left = [*of_model, *first, "position", "deposit_model"]
    columns |= {column: shared[column] for column in shared.columns if column not in left}
    rows = pd.DataFrame({column: values.to_numpy() for column, values in columns.items()})
    return Table(name, rows, meanings, by_model)


def _placed(rows: pd.DataFrame, places: pd.Series) -> pd.DataFrame:
    """Return rows of targets with what each target is called by."""
    return rows.assign(**{PLACE: rows["target_id"].map(places).fillna("")})


def _in_front(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows of targets with the columns of `FRONT` first."""
    front = [column for column in FRONT if column in rows]
    return rows[[*front, *(column for column in rows.columns if column not in front)]]


def _worded(rows: pd.DataFrame, screening: Screening, words: Language) -> pd.DataFrame:
    """Return a table whose codes are words of the language, and whose deposit models have their labels."""
    changed: dict[str, pd.Series] = {}
    for column in rows.columns:
        if column == "deposit_model":
            changed[column] = rows[column].map(model_labels(screening, words))
        elif column in CODES and rows[column].dtype.kind not in "iufb":
            codes = rows[column].astype(object).where(rows[column].notna(), "")
            names = {code: words.value(str(code)) for code in pd.unique(codes)}
            changed[column] = codes.map(names)
        elif column in ("holder", "holders"):
            changed[column] = rows[column].map(words.names, na_action="ignore")
        elif column.endswith("share") or column.startswith("share"):
            changed[column] = rows[column].astype(float).round(6)
    return rows.assign(**changed)


def model_labels(screening: Screening, words: Language) -> dict[str, str]:
    """Return what each ranked deposit model is called; its name where two are called alike."""
    labels = {
        name: words.told(ranking.model.deposit_model.label)
        for name, ranking in screening.rankings.items()
    }
    alike = len(set(labels.values())) < len(labels)
    return {name: name if alike else label for name, label in labels.items()}
