"""Two runs of a region compared: titles that came and went, opened ground, targets that rose and fell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from prospector.errors import Notice, OutputError
from prospector.layers.registers import LAPSED
from prospector.runs.causes import Cause, causes_of
from prospector.runs.run import Run, open_run
from prospector.targets.contributions import CONTRIBUTION_COLUMNS
from prospector.tenure.concessions import TENURE_CLASSES, share_column
from prospector.tenure.partition import Mosaic, areal, sound, united

SAME_SHARE = 0.5
"""Two targets are the same where they have this share of the smaller one in common."""

LEAST_PART = 0.1
LEAST_SHIFT = 0.01
LEAST_OPENED_HA = 1.0
SHOWN = 4

CHANGE_COLUMNS: dict[str, str] = {
    "what": "target, concession or open ground",
    "change": "came, went, rose, fell; new, lapsed, gone, changed; opened, closed",
    "deposit_model": "deposit model of a target",
    "id": "id in the later run; for what is gone, in the earlier one",
    "earlier_id": "id in the earlier run, where the outline has changed and with it the id",
    "name": "name of the target or title",
    "rank_before": "rank of a target in the earlier run; empty where it was none",
    "rank_after": "rank of a target in the later run; empty where it is none",
    "class_before": "tenure class of a title, or of open ground, in the earlier run",
    "class_after": "the same in the later run",
    "holder_before": "holder of a title in the earlier run",
    "holder_after": "the same in the later run",
    "area_ha": "hectares",
    "score_shift": "score of a target in the later run less that in the earlier one",
    "area_shift_km2": "the same of its area",
}
"""Columns of changes, in order; a piece that is not told has "" or no number."""

SHIFT_COLUMNS: dict[str, str] = {
    "deposit_model": "deposit model of a target",
    "id": "id of the target in the later run",
    "of": "evidence or tenure",
    "name": "of the evidence, or the tenure class",
    "label": "what the evidence is called; empty for tenure",
    "shift": "contribution, or share of the area, in the later run less that in the earlier one",
}
"""Columns of what moved targets: the contributions that changed most, and shares by tenure class."""


@dataclass(frozen=True, eq=False)
class Changes:
    """What differs between two runs.

    Parameters
    ----------
    table
        In longitude and latitude, columns of `CHANGE_COLUMNS`; targets first.
    shifts
        What changed at targets that are in both runs, a row each, columns of `SHIFT_COLUMNS`.
    causes
        What the runs were made of that differs, by deposit model; those of the whole run under "".
    """

    table: gpd.GeoDataFrame
    shifts: pd.DataFrame
    causes: Mapping[str, tuple[Cause, ...]]
    notices: tuple[Notice, ...]
    sentences: tuple[str, ...]
    """What every output says, as the later run says it."""
    language: str = "en"
    """Of the later run: its tables are spelled for who reads it."""


def compare(earlier: str | Path | Run, later: str | Path | Run) -> Changes:
    """Return what changed from one run of a region to another, with reasons.

    Parameters
    ----------
    earlier, later
        Run folders, or runs that are reopened, of one region.

    Returns
    -------
    Changes
        Targets, titles and open ground that came, went or changed, and what the runs were made of that
        differs. The rows say in longitude and latitude where.

    Raises
    ------
    OutputError
        A folder holds no run, or the runs are of two regions.

    Examples
    --------
    >>> import prospector
    >>> changes = prospector.compare("out/hills", "out/hills")
    >>> len(changes.table), dict(changes.causes)
    (0, {})
    """
    before, after = (run if isinstance(run, Run) else open_run(run) for run in (earlier, later))
    names = before.record["region"]["name"], after.record["region"]["name"]
    if names[0] != names[1]:
        raise OutputError(
            f"{before.folder} is a run of '{names[0]}' and {after.folder} of '{names[1]}': runs of "
            "different regions cannot be compared. Give two runs of the same region."
        )
    notices: list[Notice] = []
    shifts: list[dict[str, Any]] = []
    parts = [
        _targets(before, after, shifts),
        _titles(before, after, notices),
        _opened(before, after, notices),
    ]
    table = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    return Changes(
        table.astype({"rank_before": "Int64", "rank_after": "Int64"}),
        pd.DataFrame(shifts, columns=list(SHIFT_COLUMNS)),
        causes_of(before.record, after.record),
        tuple(notices),
        tuple(after.record["sentences"]),
        after.record["language"],
    )


NUMBERS = ("rank_before", "rank_after", "score_shift", "area_shift_km2")
NOTHING = dict.fromkeys(CHANGE_COLUMNS, "") | dict.fromkeys(NUMBERS, float("nan"))
"""What a row has where it says nothing else."""


def _rows(rows: list[dict[str, Any]]) -> gpd.GeoDataFrame:
    columns = [*CHANGE_COLUMNS, "geometry"]
    table = pd.DataFrame([NOTHING | row for row in rows], columns=columns)
    return gpd.GeoDataFrame(table, geometry="geometry", crs="EPSG:4326")


def _layer(run: Run, name: str) -> gpd.GeoDataFrame | None:
    """Return a layer of a run; None where it has none."""
    return run.layer(name) if name in run.layer_names else None


# targets ------------------------------------------------------------------------------------


def _targets(before: Run, after: Run, shifts: list[dict[str, Any]]) -> gpd.GeoDataFrame:
    rows: list[dict[str, Any]] = []
    old, new = before.targets, after.targets
    for model in sorted({*before.deposit_models, *after.deposit_models}):
        mine = [
            targets[targets["deposit_model"] == model].reset_index(drop=True)
            for targets in (old, new)
        ]
        pairs = _same_targets(mine[0], mine[1], after.grid.crs)
        parts = [_parts(run, model) for run in (before, after)]
        for i, j in pairs:
            target = mine[0].iloc[i], mine[1].iloc[j]
            if any(target[0][name] != target[1][name] for name in ("rank", "target_id")):
                rows.append(_moved(*target))
                shifts += [*_other_parts(*target, parts), *_other_shares(*target)]
        gone = mine[0].drop(index=[i for i, _ in pairs]).to_dict("records")
        come = mine[1].drop(index=[j for _, j in pairs]).to_dict("records")
        rows += [_alone(target, "went") for target in gone] + [
            _alone(target, "came") for target in come
        ]
    return _rows(rows)


def _parts(run: Run, model: str) -> pd.DataFrame:
    """Return the contributions of a deposit model's targets; none where the run lacks the model."""
    if model not in run.record["deposit_models"]:
        return pd.DataFrame(columns=list(CONTRIBUTION_COLUMNS))
    return run.contributions(model)


def _same_targets(old: gpd.GeoDataFrame, new: gpd.GeoDataFrame, crs: str) -> list[tuple[int, int]]:
    """Return positions of targets that are the same: most ground in common first, each once."""
    shapes = [
        sound(np.asarray(table.to_crs(crs).geometry.array, dtype=object)) for table in (old, new)
    ]
    met = Mosaic(shapes[1]).overlaps(shapes[0])
    smaller = np.minimum(shapely.area(shapes[0])[met.outline], shapely.area(shapes[1])[met.polygon])
    share = met.area / smaller
    pairs: list[tuple[int, int]] = []
    for k in np.lexsort((met.polygon, met.outline, -met.area)):
        i, j = int(met.outline[k]), int(met.polygon[k])
        free = all(i != before and j != after for before, after in pairs)
        if free and share[k] >= SAME_SHARE:
            pairs.append((i, j))
    return sorted(pairs)


def _moved(old: pd.Series, new: pd.Series) -> dict[str, Any]:
    """Return how a target moved that has another rank or another outline."""
    step = int(old["rank"]) - int(new["rank"])
    change = "rose" if step > 0 else "fell" if step < 0 else "changed"
    return {
        **_target(new, change),
        "earlier_id": old["target_id"] if old["target_id"] != new["target_id"] else "",
        "rank_before": old["rank"],
        "rank_after": new["rank"],
        "score_shift": round(float(new["score"]) - float(old["score"]), 6),
        "area_shift_km2": round(float(new["area_km2"]) - float(old["area_km2"]), 3),
    }


def _alone(target: Mapping[Any, Any], change: str) -> dict[str, Any]:
    """Return a target that is in one run only."""
    when = "rank_before" if change == "went" else "rank_after"
    return {**_target(target, change), when: target["rank"]}


def _target(target: Mapping[Any, Any] | pd.Series, change: str) -> dict[str, Any]:
    return {
        "what": "target",
        "change": change,
        "deposit_model": target["deposit_model"],
        "id": target["target_id"],
        "name": target["name"] or "",
        "area_ha": round(target["area_km2"] * 100, 1),
        "geometry": target["geometry"],
    }


def _other_parts(
    old: pd.Series, new: pd.Series, parts: Sequence[pd.DataFrame]
) -> Iterator[dict[str, Any]]:
    """Give the contributions that changed most, with the label of the later run."""
    before, after = (
        table[table["target_id"] == target["target_id"]].set_index("evidence")
        for target, table in zip((old, new), parts, strict=True)
    )
    shifts = after["contribution"].sub(before["contribution"], fill_value=0.0)
    labels = after["label"].combine_first(before["label"])
    order = sorted(shifts.index, key=lambda name: (-abs(shifts[name]), name))
    for name in order[:SHOWN]:
        if abs(shifts[name]) >= LEAST_PART:
            yield _shift(new, "evidence", name, shifts[name], labels[name])


def _other_shares(old: pd.Series, new: pd.Series) -> Iterator[dict[str, Any]]:
    for name in TENURE_CLASSES:
        shift = new[share_column(name)] - old[share_column(name)]
        if abs(shift) >= LEAST_SHIFT:
            yield _shift(new, "tenure", name, shift)


def _shift(target: pd.Series, of: str, name: str, shift: float, label: str = "") -> dict[str, Any]:
    at = {"deposit_model": target["deposit_model"], "id": target["target_id"]}
    return at | {"of": of, "name": name, "label": label, "shift": float(shift)}


# titles -------------------------------------------------------------------------------------


def _titles(before: Run, after: Run, notices: list[Notice]) -> gpd.GeoDataFrame:
    first, second = _layer(before, "concessions"), _layer(after, "concessions")
    if first is None or second is None:
        without = [name for name, layer in (("earlier", first), ("later", second)) if layer is None]
        notices.append(Notice("concessions-not-compared", "caution", {"runs": without}))
        return _rows([])
    old, new = (
        side.drop_duplicates("concession_id").set_index("concession_id") for side in (first, second)
    )
    come, gone = new.index.difference(old.index), old.index.difference(new.index)
    redrawn = _redrawn(old.loc[gone], new.loc[come], after.grid.crs)
    known = set(redrawn.values())
    rows = [_title(row, None, new.loc[row], after) for row in come if row not in known]
    rows += [_title(row, old.loc[row], None, before) for row in gone if row not in redrawn]
    for title in old.index.intersection(new.index):
        if _standing(old.loc[title], "") != _standing(new.loc[title], ""):
            rows.append(_title(title, old.loc[title], new.loc[title], after))
    for earlier, later in redrawn.items():
        row = _title(later, old.loc[earlier], new.loc[later], after)
        rows.append(row | {"earlier_id": earlier})
    return _rows(rows)


def _redrawn(gone: gpd.GeoDataFrame, come: gpd.GeoDataFrame, crs: str) -> dict[str, str]:
    """Return ids, earlier and later, of titles that are one: same file number and kind, ground in common.

    An id that is made of file number and outline is another where the outline was drawn anew.
    """
    keys = ["file_number", "kind"]
    if not all(key in table.columns for key in keys for table in (gone, come)):
        return {}
    sides = [table.rename_axis("id").reset_index()[["id", *keys]] for table in (gone, come)]
    numbered = sides[0][sides[0]["file_number"].fillna("").astype(str) != ""]
    alike = numbered.merge(sides[1], on=keys, suffixes=("_before", "_after"))
    first, second = (
        sound(np.asarray(titles.to_crs(crs).geometry.loc[alike[f"id_{when}"]].array, dtype=object))
        for titles, when in ((gone, "before"), (come, "after"))
    )
    common = shapely.area(shapely.intersection(first, second))
    smaller = np.minimum(shapely.area(first), shapely.area(second))
    alike = alike.assign(common=common)[common >= SAME_SHARE * smaller]
    best = alike.sort_values(["common", "id_before", "id_after"], ascending=[False, True, True])
    best = best.drop_duplicates("id_before").drop_duplicates("id_after")
    return dict(zip(best["id_before"], best["id_after"], strict=True))


STANDING = {"class": "tenure_class", "holder": "holder"}
"""What a title has before and after, and the columns of a run that hold it."""


def _standing(title: pd.Series, when: str) -> dict[str, str]:
    """Return the class and the holder of a title in one of the runs."""
    found = {name: title.get(column) for name, column in STANDING.items()}
    return {f"{name}_{when}": text if isinstance(text, str) else "" for name, text in found.items()}


def _title(
    concession_id: str, old: pd.Series | None, new: pd.Series | None, run: Run
) -> dict[str, Any]:
    title = new if new is not None else old
    if title is None:
        raise ValueError("a title of neither run")
    change = "new" if old is None else "gone" if new is None else "changed"
    if change == "changed" and title["tenure_class"] == LAPSED:
        change = "lapsed"
    area_ha = (
        gpd.GeoSeries([title.geometry], crs="EPSG:4326").to_crs(run.grid.crs).area.iloc[0] / 1e4
    )
    name = title.get("name")
    return {
        "what": "concession",
        "change": change,
        "id": concession_id,
        "name": name if isinstance(name, str) else "",
        **({} if old is None else _standing(old, "before")),
        **({} if new is None else _standing(new, "after")),
        "area_ha": round(float(area_ha), 1),
        "geometry": title.geometry,
    }


# open ground --------------------------------------------------------------------------------


def _opened(before: Run, after: Run, notices: list[Notice]) -> gpd.GeoDataFrame:
    grounds = [_open_ground(layer) for layer in (before, after)]
    if grounds[0] is None or grounds[1] is None:
        lacking = "earlier" if grounds[0] is None else "later"
        notices.append(Notice("open-ground-not-compared", "caution", {"run": lacking}))
        return _rows([])
    crs = after.grid.crs
    rows = _beyond(grounds[1], grounds[0], crs, "opened") + _beyond(
        grounds[0], grounds[1], crs, "closed"
    )
    return _rows(rows)


def _open_ground(run: Run) -> gpd.GeoDataFrame | None:
    """Return a run's open ground, each piece once."""
    table = _layer(run, "open_ground")
    if table is None:
        return None
    table = table[table["tenure_class"] == "open"].drop_duplicates("open_id")
    return table.to_crs(run.grid.crs)


def _beyond(
    one: gpd.GeoDataFrame, other: gpd.GeoDataFrame, crs: str, change: str
) -> list[dict[str, Any]]:
    """Return the pieces of one open ground that lie outside of another."""
    pieces = sound(np.asarray(one.to_crs(crs).geometry.array, dtype=object))
    met = Mosaic(np.asarray(other.to_crs(crs).geometry.array, dtype=object)).overlaps(pieces)
    taken = united(met.pieces, met.outline, len(pieces))
    left = areal(shapely.difference(pieces, taken))
    large = shapely.area(left) / 1e4 >= LEAST_OPENED_HA
    shapes = gpd.GeoSeries(left[large], crs=crs).to_crs("EPSG:4326")
    ids = one["open_id"].to_numpy()[large]
    return [
        {
            "what": "open ground",
            "change": change,
            "id": open_id,
            "class_before" if change == "closed" else "class_after": "open",
            "area_ha": round(area / 1e4, 1),
            "geometry": shape,
        }
        for open_id, shape, area in zip(ids, shapes, shapely.area(left[large]), strict=True)
    ]
