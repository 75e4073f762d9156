"""The picture of one target's ground."""

from __future__ import annotations

import shapely
from markupsafe import Markup

from prospector.grid import Raster
from prospector.pages.account import Account
from prospector.pages.chapter_pictures import OUTLINES
from prospector.pages.ground_pictures import Mark, Scene, ground_svg
from prospector.runs.areas import cut_out


def picture(account: Account) -> Markup:
    """Return the picture of the ground."""
    found, grid = account.found, account.found.run.grid
    bounds = account.bounds
    part = cut_out(grid, bounds)
    percentile = Raster(found.distribution.percentile(found.score.read(part)), grid.part(part), "")
    around = shapely.box(*bounds.as_tuple())
    near = found.targets[found.targets.intersects(around)]
    itself = near["target_id"] == account.row["target_id"]
    others = near[itself | (near["rank"] <= near["rank"].nsmallest(OUTLINES).max())]
    marks = [
        Mark(row.geometry, "", strong=row.target_id == account.row["target_id"])
        for row in others.itertuples()
    ]
    scene = Scene(
        bounds,
        percentile.values,
        percentile.grid,
        marks,
        found.deposits,
        account.titles_around,
        names=True,
    )
    alt = account.language.say(
        "Map of target {target}: outline, score over shaded relief, concessions, known deposits.",
        target=account.row["name"] or account.row["target_id"],
    )
    return ground_svg(
        scene, found.findings.backdrop, account.language, key="ground", alt=alt, width_in=3.5
    )
