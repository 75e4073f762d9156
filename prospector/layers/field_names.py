"""Names of a file's fields: what GeoPackages or our own tables cannot hold is renamed as it is read."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import geopandas as gpd
import pandas as pd

from prospector.layers.registers import composed
from prospector.layers.roles import EXCLUDED

OF_GEOPACKAGE = ("fid", "geom", "geometry")
"""What the rows and the geometry of a GeoPackage are called."""

RESERVED = (
    *OF_GEOPACKAGE, "deposit_model", "trains", "percentile_out_of_fold", "merged_names", EXCLUDED,
)  # fmt: skip
"""These, and our own columns of a layer."""

ALWAYS = ("geometry", EXCLUDED)
"""Those of them that would be taken for ours even if no one asks for them."""

OF_FILE = "_of_file"

CUT = 10
"""Characters of a field's name that a Shapefile keeps."""


def named_apart(
    features: gpd.GeoDataFrame,
    known: Collection[str],
    used: Collection[str],
    *,
    reserved: Collection[str] = RESERVED,
) -> tuple[gpd.GeoDataFrame, dict[str, str]]:
    """Return features whose columns differ by more than case and bear none of our names; what was renamed.

    A column that a role knows under another case, or cut as Shapefiles cut names, is taken for it, where
    the file has none of that name itself. Of columns that differ by case only, the one that the role knows
    keeps its name, else the first.

    Parameters
    ----------
    features
        As the file has them.
    known
        Columns that the role knows, those that region.toml maps included.
    used
        Texts in the parameters of the evidence that reads the role.
    reserved
        Names that no column may have, in any case.

    Examples
    --------
    >>> at = gpd.points_from_xy([0], [0])
    >>> table = gpd.GeoDataFrame({"NAME": ["a"], "name": ["b"], "fid": [1], "Kind": ["c"]}, geometry=at)
    >>> features, renamed = named_apart(table, ["name", "kind"], ["NAME", "fid"])
    >>> renamed
    {'NAME': 'NAME_of_file', 'fid': 'fid_of_file', 'Kind': 'kind'}
    """
    columns = [str(name) for name in features.columns.drop(features.geometry.name)]
    new = {name: ours for ours, name in _by_case(columns, known, used)}
    wanted = [name for name in columns if name in known or name in used or name in new]
    wanted += [name for name in columns if name in ALWAYS and name not in wanted]
    first = sorted(wanted, key=lambda name: name not in known and name not in new)
    taken = {name.casefold() for name in reserved}
    for name in first:
        ours = new.get(name, name)
        if ours.casefold() in taken:
            new[name] = free_name(f"{name}{OF_FILE}", [*columns, *new.values()])
        taken.add(new.get(name, name).casefold())
    renamed = {name: new[name] for name in columns if name in new}
    return features.rename(columns=renamed), renamed


def _by_case(
    columns: list[str], known: Collection[str], used: Collection[str]
) -> Iterable[tuple[str, str]]:
    """Give each column that a role knows and the file has under another case, or cut, alone, and that."""
    folded = {name.casefold() for name in columns}
    for ours in known:
        wanted = ours.casefold()
        cut_alike = [other for other in known if other.casefold()[:CUT] == wanted[:CUT]]
        if wanted not in folded and cut_alike == [ours]:
            wanted = wanted[:CUT]
        alike = [name for name in columns if name.casefold() == wanted]
        if len(alike) == 1 and alike[0] != ours and alike[0] not in used:
            yield ours, alike[0]


def with_composed_names(features: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return features whose columns bear names of composed letters, unless two would bear the same."""
    columns = features.columns.drop(features.geometry.name)
    names = {name: composed(str(name)) for name in columns}
    return features.rename(columns=names) if len(set(names.values())) == len(names) else features


def free_name(name: str, taken: Iterable[str]) -> str:
    """Return a name that differs by more than case from all that are taken.

    Examples
    --------
    >>> free_name("class_of_file", ["Class_of_file"])
    'class_of_file_2'
    """
    folded = {other.casefold() for other in taken}
    number, free = 1, name
    while free.casefold() in folded:
        number += 1
        free = f"{name}_{number}"
    return free


def column_of_file(features: pd.DataFrame, name: str) -> str | None:
    """Return the column that a deposit model means by a name of the file's; None where there is none.

    Examples
    --------
    >>> column_of_file(pd.DataFrame({"fid_of_file": [1]}), "fid")
    'fid_of_file'
    """
    meant = composed(name)
    return next((own for own in (meant, f"{meant}{OF_FILE}") if own in features.columns), None)
