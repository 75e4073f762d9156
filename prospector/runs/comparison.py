"""Two runs of a region compared: titles that came and went, opened ground, targets that rose and fell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from prospector.errors import Notice, OutputError
from prospector.gis.vector import write_pair
from prospector.layers.registers import LAPSED
from prospector.numerals import signed
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
    "name": "name of the target or title",
    "before": "rank of a target, class and holder of a title, in the earlier run",
    "after": "the same in the later run",
    "area_ha": "hectares",
    "reasons": "what differs: contributions, score, tenure",
}
"""Columns of changes, in order."""


@dataclass(frozen=True, eq=False)
class Changes:
    """What differs between two runs.

    Parameters
    ----------
    table
        In longitude and latitude, columns of `CHANGE_COLUMNS`; targets first.
    causes
        What the runs were made of that differs, by deposit model; those of the whole run under "".
    """

    table: gpd.GeoDataFrame
    causes: Mapping[str, tuple[str, ...]]
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
    parts = [
        _targets(before, after),
        _titles(before, after, notices),
        _opened(before, after, notices),
    ]
    table = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    return Changes(
        table[[*CHANGE_COLUMNS, "geometry"]],
        _causes(before, after),
        tuple(notices),
        tuple(after.record["sentences"]),
        after.record["language"],
    )


def _rows(rows: list[dict[str, Any]]) -> gpd.GeoDataFrame:
    columns = [*CHANGE_COLUMNS, "geometry"]
    return gpd.GeoDataFrame(
        pd.DataFrame(rows, columns=columns), geometry="geometry", crs="EPSG:4326"
    )


def _layer(run: Run, name: str) -> gpd.GeoDataFrame | None:
    """Return a layer of a run; None where it has none."""
    return run.layer(name) if name in run.layer_names else None


# targets ------------------------------------------------------------------------------------


def _targets(before: Run, after: Run) -> gpd.GeoDataFrame:
    rows = []
    old, new = before.targets, after.targets
    for model in sorted({*before.deposit_models, *after.deposit_models}):
        mine = [
            targets[targets["deposit_model"] == model].reset_index(drop=True)
            for targets in (old, new)
        ]
        pairs = _same_targets(mine[0], mine[1], after.grid.crs)
        parts = [_parts(run, model) for run in (before, after)]
        for i, j in pairs:
            rows.append(_moved(mine[0].iloc[i], mine[1].iloc[j], parts))
        gone = mine[0].drop(index=[i for i, _ in pairs]).to_dict("records")
        come = mine[1].drop(index=[j for _, j in pairs]).to_dict("records")
        rows += [_alone(target, "went") for target in gone] + [
            _alone(target, "came") for target in come
        ]
    return _rows([row for row in rows if row is not None])


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


def _moved(old: pd.Series, new: pd.Series, parts: Sequence[pd.DataFrame]) -> dict[str, Any] | None:
    """Return how a target moved; None where it has the same rank and the same outline."""
    if old["rank"] == new["rank"] and old["target_id"] == new["target_id"]:
        return None
    step = int(old["rank"]) - int(new["rank"])
    change = "rose" if step > 0 else "fell" if step < 0 else "changed"
    reasons = [*_other_parts(old, new, parts), *_other_shares(old, new)]
    shift = float(new["score"]) - float(old["score"])
    if abs(shift) >= LEAST_SHIFT / 100:
        reasons.insert(0, f"score {shift:+.4f}")
    else:
        reasons.insert(0, "score as before: others moved past it" if step else "score as before")
    if old["target_id"] != new["target_id"]:
        reasons.append(f"outline {new['area_km2'] - old['area_km2']:+.1f} km2")
    return {
        **_alone(new.to_dict(), change),
        "before": f"rank {old['rank']}",
        "after": f"rank {new['rank']}",
        "reasons": "; ".join(reasons),
    }


def _other_parts(old: pd.Series, new: pd.Series, parts: Sequence[pd.DataFrame]) -> list[str]:
    """Return the contributions that changed most, in words, with the label of the later run."""
    before, after = (
        table[table["target_id"] == target["target_id"]].set_index("evidence")
        for target, table in zip((old, new), parts, strict=True)
    )
    shifts = after["contribution"].sub(before["contribution"], fill_value=0.0)
    labels = after["label"].combine_first(before["label"])
    order = sorted(shifts.index, key=lambda name: (-abs(shifts[name]), name))
    return [
        f"{labels[name]} {signed(shifts[name])}"
        for name in order[:SHOWN]
        if abs(shifts[name]) >= LEAST_PART
    ]


def _other_shares(old: pd.Series, new: pd.Series) -> list[str]:
    shifts = {name: new[share_column(name)] - old[share_column(name)] for name in TENURE_CLASSES}
    return [f"{name} {shift:+.0%}" for name, shift in shifts.items() if abs(shift) >= LEAST_SHIFT]


def _alone(target: Mapping[Any, Any], change: str) -> dict[str, Any]:
    rank = f"rank {target['rank']}"
    return {
        "what": "target",
        "change": change,
        "deposit_model": target["deposit_model"],
        "id": target["target_id"],
        "name": target["name"] or "",
        "before": rank if change == "went" else "",
        "after": rank if change == "came" else "",
        "area_ha": round(target["area_km2"] * 100, 1),
        "reasons": "",
        "geometry": target["geometry"],
    }


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
        if _said(old.loc[title]) != _said(new.loc[title]):
            rows.append(_title(title, old.loc[title], new.loc[title], after))
    for earlier, later in redrawn.items():
        row = _title(later, old.loc[earlier], new.loc[later], after)
        rows.append(row | {"reasons": f"outline changed, earlier id: {earlier}"})
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


def _said(title: pd.Series) -> str:
    texts = [title.get(name) for name in ("tenure_class", "holder")]
    return ", ".join(str(text) for text in texts if isinstance(text, str) and text)


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
        "deposit_model": "",
        "id": concession_id,
        "name": name if isinstance(name, str) else "",
        "before": "" if old is None else _said(old),
        "after": "" if new is None else _said(new),
        "area_ha": round(float(area_ha), 1),
        "reasons": "",
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
            "deposit_model": "",
            "id": open_id,
            "name": "",
            "before": "open" if change == "closed" else "",
            "after": "open" if change == "opened" else "",
            "area_ha": round(area / 1e4, 1),
            "reasons": "",
            "geometry": shape,
        }
        for open_id, shape, area in zip(ids, shapes, shapely.area(left[large]), strict=True)
    ]


# causes -------------------------------------------------------------------------------------


def _causes(before: Run, after: Run) -> dict[str, tuple[str, ...]]:
    """Return what the runs were made of that differs: inputs, parameters, versions, deposit models."""
    old, new = before.record, after.record
    whole = [
        *_other_inputs(old["inputs"], new["inputs"]),
        *_other_values("parameter", old["parameters"], new["parameters"]),
        *_other_values("grid", old["grid"], new["grid"]),
        *_other_values("version of", old["versions"], new["versions"]),
        *_other_values("version of", old["libraries"], new["libraries"]),
    ]
    if old["tenure_as_of"] != new["tenure_as_of"]:
        whole.append(f"tenure as of {old['tenure_as_of']}, now {new['tenure_as_of']}")
    causes = {"": tuple(whole)}
    for name in sorted({*before.deposit_models, *after.deposit_models}):
        models = [run["deposit_models"].get(name) for run in (old, new)]
        causes[name] = tuple(_other_models(models[0], models[1]))
    return {name: cause for name, cause in causes.items() if cause}


def _other_inputs(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    told = [f"layer '{key}' ({new[key]['role']}) is new" for key in sorted(new.keys() - old.keys())]
    told += [
        f"layer '{key}' ({old[key]['role']}) is gone" for key in sorted(old.keys() - new.keys())
    ]
    for key in sorted(old.keys() & new.keys()):
        if old[key]["sha256"] != new[key]["sha256"]:
            told.append(f"layer '{key}' ({new[key]['role']}): content changed")
    return told


def _other_values(what: str, old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    keys = sorted(key for key in {*old, *new} if old.get(key) != new.get(key))
    return [f"{what} {key}: {_short(old.get(key))}, now {_short(new.get(key))}" for key in keys]


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 40 else f"{text[:37]}..."


def _other_models(old: dict[str, Any] | None, new: dict[str, Any] | None) -> list[str]:
    if old is None or new is None:
        return ["ranked in the later run only" if old is None else "ranked in the earlier run only"]
    names = [
        {evidence["name"]: evidence for evidence in figures["evidence"]} for figures in (old, new)
    ]
    told = [f"evidence {key} is new" for key in sorted(names[1].keys() - names[0].keys())]
    told += [f"evidence {key} is gone" for key in sorted(names[0].keys() - names[1].keys())]
    told += _other_values("deposit model's", old["model"], new["model"])
    return told


def write_changes(changes: Changes, stem: Path) -> tuple[Path, Path]:
    """Write ``stem.gpkg`` and ``stem.csv`` and return both.

    Raises
    ------
    OutputError
        They cannot be written.
    """
    table = pd.DataFrame(changes.table.drop(columns="geometry"))
    return write_pair(
        changes.table, table, stem, layer="changes", sentences=list(changes.sentences),
        language=changes.language,
    )  # fmt: skip
