"""A report and a dossier weigh the same however many targets, deposits and titles there are."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from prospector.pages.dossier import dossier_page
from prospector.pages.findings import Findings
from prospector.pages.report import report_page
from prospector.runs.run import open_run
from prospector.words.language import language

MANY = 50_000
MODEL = "porphyry_copper"


@pytest.fixture(scope="module")
def crowded(planted_run):
    """The planted region's findings with 50,000 targets, deposits that train, and titles."""
    findings = Findings(open_run(planted_run))
    found, bounds = findings.models[MODEL], findings.run.grid.bounds
    random = np.random.default_rng(0)
    east = random.uniform(bounds.west, bounds.east, MANY)
    north = random.uniform(bounds.south, bounds.north, MANY)
    points = gpd.points_from_xy(east, north, crs=findings.run.grid.crs)
    targets = found.targets.iloc[np.arange(MANY) % len(found.targets)].reset_index(drop=True)
    # the first is the target that the dossier is of; the others stand all over the region
    outlines = np.concatenate([targets.geometry.to_numpy()[:1], points.buffer(3000, 4)[1:]])
    names = [f"T-{number}" for number in range(MANY)]
    ids = [name if row < 15 else f"{name}-{row}" for row, name in enumerate(targets["target_id"])]
    targets = targets.assign(rank=range(1, MANY + 1), target_id=ids).set_geometry(
        outlines, crs=points.crs
    )
    deposits = found.deposits.iloc[np.arange(MANY) % len(found.deposits)].reset_index(drop=True)
    held = {"tenure_class": "held", "concession_id": names, "holder": "Minera Uno S.A."}
    titles = gpd.GeoDataFrame(held, geometry=points.buffer(1000, 2), crs=points.crs)
    table = found.trained_on.table
    background = table[table["deposit"].isna()]
    known = table[table["deposit"].notna()]
    known = known.iloc[np.arange(MANY) % len(known)].reset_index(drop=True)
    known = known.assign(easting=east, northing=north)
    found.__dict__["targets"] = targets
    found.__dict__["deposits"] = deposits.set_geometry(points)
    found.__dict__["trained_on"] = replace(
        found.trained_on, table=pd.concat([known, background], ignore_index=True)
    )
    findings.__dict__["deposits"] = found.deposits
    findings.__dict__["concessions"] = titles
    return findings


@pytest.mark.parametrize("code", ["en", "es"])
def test_a_report_of_fifty_thousand_stays_below_three_megabytes(crowded, code):
    """Deposits in the maps and those that train; targets beyond the first 500 are not outlined."""
    size = len(report_page(crowded, language(code)).encode())
    print(f"report of {MANY:,} targets, {code}: {size / 1e6:.2f} MB")
    assert size < 3_000_000


def test_a_dossier_among_fifty_thousand_stays_below_half_a_megabyte(crowded):
    """Titles and other targets in its picture, known deposits along each evidence."""
    name = crowded.models[MODEL].targets["target_id"].iloc[0]
    size = len(dossier_page(crowded, name, language("en")).encode())
    print(f"dossier among {MANY:,} titles: {size / 1e6:.2f} MB")
    assert size < 500_000
