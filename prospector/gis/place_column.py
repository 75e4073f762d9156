"""What each target is called by, for the column `place` of files, the labels of QGIS and the workbook."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from prospector.screening.steps import Screening
from prospector.targets.places import Called, targets_called_by
from prospector.words.language import Language
from prospector.words.place_name import place_name

PLACE = "place"
PLACE_MEANING = (
    "name to call it by: its own, that of the known deposits that it holds, or the nearest deposit "
    "or town"
)


def with_places(screening: Screening, words: Language) -> gpd.GeoDataFrame:
    """Return the targets of all deposit models with the column `place`, behind their deposit model."""
    targets = screening.targets
    called = targets["target_id"].map(place_column(screening, words))
    targets.insert(targets.columns.get_loc("deposit_model") + 1, PLACE, called)
    return targets


def place_column(screening: Screening, words: Language, *, most: int | None = None) -> pd.Series:
    """Return what targets are called by, in a language, by their id; the id where nothing near has a name.

    Parameters
    ----------
    screening
        The screening that is written.
    words
        Language of the names.
    most
        Targets of each deposit model, best first; all where none is given.
    """
    layer = screening.layers.vector("towns")
    towns = None if layer is None else layer.features
    names: dict[str, str] = {}
    for model, ranking in screening.rankings.items():
        others = deposits_of_others(screening, model)
        targets = ranking.targets if most is None else ranking.targets.head(most)
        called = targets_called_by(targets, ranking.deposits, towns, others, screening.grid.crs)
        rows = zip(targets["target_id"], targets["name"].fillna(""), called, strict=True)
        names |= {target: _name(name, one, words) or target for target, name, one in rows}
    return pd.Series(names, dtype=object)


def deposits_of_others(screening: Screening, model: str) -> gpd.GeoSeries:
    """Return the deposits of other deposit models by their names, in the CRS of the grid."""
    found = [gpd.GeoSeries([], crs=screening.grid.crs)]
    for name, ranking in screening.rankings.items():
        if name != model:
            own = ranking.deposits
            named = own[own["name"].fillna("").astype(str) != ""]
            found.append(named.set_index("name").geometry.to_crs(screening.grid.crs))
    return pd.concat(found)


def _name(name: str, called: Called, words: Language) -> str:
    """Return what a target is called by, in words; "" where nothing near has a name."""
    unit = called.unit or words.told(called.country) or called.town
    return place_name(
        words, name=name, inside=called.inside, nearest=called.place, km=called.km,
        bearing=called.bearing, unit=unit,
    )  # fmt: skip
