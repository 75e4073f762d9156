"""The table of targets: outlines with their units, described, near what is known, with tenure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from prospector.grid import FloatArray, IntArray
from prospector.ground.distribution import Distribution
from prospector.ground.outline_ids import outline_ids
from prospector.ground.protocol import Outlined
from prospector.layers import Layers
from prospector.models.deposits import Deposits, no_deposits
from prospector.name_lists import joined
from prospector.numerals import rounded
from prospector.region.deposit_model import DepositModel
from prospector.reprojected import reprojected
from prospector.targets.access import join_access
from prospector.targets.carried import carry
from prospector.targets.contributions import Described, unresolved_distances
from prospector.targets.target import TARGET_COLUMNS, describe, rank_targets
from prospector.tenure.concessions import join_protection, join_tenure
from prospector.tenure.exclusions import flags
from prospector.tenure.units import ROLE, join_units
from prospector.validation.replicas import RankSpread

KNOWN_WITHIN_M = 2000.0

TONNAGE = "tonnage_mt"


@dataclass(frozen=True, eq=False)
class Beside:
    """What stands beside each outline's score.

    Parameters
    ----------
    spread
        Over the replicas; None where none were fitted.
    expected
        Deposits that it would hold, shape (n outlines,); None without a number from outside.
    elevation_m
        Mean elevation where it is an evidence, shape (n outlines,); None where it is none, and
        that over the outline stands.
    """

    spread: RankSpread | None = None
    expected: FloatArray | None = None
    elevation_m: FloatArray | None = None

    def columns(self, index: pd.Index) -> pd.DataFrame:
        """Return it as columns, NaN where there is none."""
        none, spread, expected = np.full(len(index), np.nan), self.spread, self.expected
        columns = {
            "percentile_mean": none if spread is None else np.round(spread.mean * 100, 2),
            "percentile_spread": none if spread is None else np.round(spread.spread * 100, 2),
            "top_tenth_share": none if spread is None else np.round(spread.top, 3),
            "expected_number": none if expected is None else np.round(expected, 3),
        }
        return pd.DataFrame(columns, index=index)


def known_deposits(model: DepositModel, layers: Layers) -> gpd.GeoDataFrame:
    """Return every known deposit of the model's types, of any age, verified or not."""
    layer = layers.vector("deposits")
    features = no_deposits(layers.crs) if layer is None else layer.features
    return features[features["deposit_type"].isin(model.labels.types)].reset_index(drop=True)


def described_targets(
    model: DepositModel,
    outlined: Outlined,
    beside: Beside,
    distribution: Distribution,
    evidence: Sequence[Described],
    known: gpd.GeoDataFrame,
    layers: Layers,
) -> tuple[gpd.GeoDataFrame, IntArray]:
    """Return the targets ranked, explained and joined with tenure, in longitude and latitude.

    Beside them stands, for each rank, which of the outlines it is, shape (n targets,).
    """
    outlines = outlined.outlines
    names, units = [measure.label for measure in evidence], [measure.unit for measure in evidence]
    unresolved = unresolved_distances(evidence, outlined.evidence)
    reasons = [
        describe(names, values, units, parts, within=within)
        for values, parts, within in zip(outlined.evidence, outlined.parts, unresolved, strict=True)
    ]
    score = np.round(outlined.score, 6)
    tenure = layers.vector("concessions")
    table = pd.DataFrame(
        {
            "target_id": outline_ids(model.deposit_model.code, outlines.to_numpy()),
            "deposit_model": model.name,
            "score": score,
            "score_max": np.round(outlined.score_max, 6),
            "percentile": np.round(distribution.percentile(score), 3),
            "area_km2": np.round(outlines.area / 1e6, 3),
            "evidence_for": [supporting for supporting, _ in reasons],
            "evidence_against": [opposing for _, opposing in reasons],
            "tenure_as_of": "" if tenure is None else tenure.as_of,
            "flags": flags(outlines.to_numpy(), layers),
            "name": outlined.names,
            "outline": np.arange(len(outlines)),
        },
        index=outlines.index,
    )
    table = table.join(beside.columns(outlines.index))
    table = table.join(_near(outlines, known))
    table = table.join(join_tenure(outlines, tenure))
    table = table.join(join_protection(outlines, layers.vector("protected")))
    administrative = layers.vector(ROLE)
    table = table.join(join_units(outlines.to_numpy(), outlines.index, administrative))
    table = table.join(join_access(outlines, layers))
    carried = carry(outlines, model, layers)
    table = table.join(carried)
    if beside.elevation_m is not None:
        table["elevation_m"] = np.round(beside.elevation_m, 0)
    targets = rank_targets(gpd.GeoDataFrame(table, geometry=outlines, crs=outlines.crs))
    inside = targets.geometry.representative_point().to_crs("EPSG:4326")
    placed = reprojected(targets, "EPSG:4326").assign(
        longitude=inside.x.round(5), latitude=inside.y.round(5)
    )
    columns = [*TARGET_COLUMNS, *carried.columns, "geometry"]
    return _rounded(placed[columns]), targets["outline"].to_numpy()


def _rounded(targets: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return targets with every figure rounded as files hold it, so that map and tables say the same."""
    figures = [name for name in targets.columns if targets[name].dtype.kind == "f"]
    return targets.assign(**{name: rounded(targets[name].tolist(), name) for name in figures})


def _near(outlines: gpd.GeoSeries, known: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the known deposits inside or within 2 km of each outline, largest first, and the nearest."""
    known = _largest_first(known)
    points = np.asarray(known.geometry.array, dtype=object)
    names = known["name"].astype(str).to_numpy()
    columns = ["known_deposits", "known_names", "nearest_deposit", "nearest_deposit_km"]
    rows = []
    for outline in outlines:
        away = shapely.distance(points, outline)
        beside = names[away <= KNOWN_WITHIN_M]
        nearest = int(np.argmin(away)) if len(away) else -1
        rows.append(
            {
                "known_deposits": len(beside),
                "known_names": joined(beside),
                "nearest_deposit": names[nearest] if nearest >= 0 else "",
                "nearest_deposit_km": round(away[nearest] / 1000, 2) if nearest >= 0 else np.nan,
            }
        )
    return pd.DataFrame(rows, index=outlines.index, columns=columns)


def _largest_first(known: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return deposits by their stated tonnage, by name among equals; those without one are last."""
    stated = known.get(TONNAGE, np.nan)
    tonnage = pd.to_numeric(pd.Series(stated, index=known.index), errors="coerce")
    return known.iloc[np.lexsort([known["name"].astype(str), -tonnage.fillna(0)])]


def deposits_with_place(
    known: gpd.GeoDataFrame, deposits: Deposits, out_of_fold: FloatArray
) -> gpd.GeoDataFrame:
    """Return the known deposits with whether they trained and their percentile out of fold."""
    place = dict(zip(deposits.table.geometry.to_wkb(), out_of_fold, strict=True))
    keys = known.geometry.to_wkb()
    placed = known.assign(
        trains=[key in place for key in keys],
        percentile_out_of_fold=[np.round(place.get(key, np.nan), 2) for key in keys],
    )
    return placed.to_crs("EPSG:4326")
