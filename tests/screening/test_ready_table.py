"""A ready table: skill where there is a cause, none in noise, the figures of a screening, clear errors."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.naive_bayes import GaussianNB

import prospector
from prospector.errors import ModelError

CRS = "EPSG:32719"


def table_of(*, cause, n=500, seed=3):
    """Places of 200 by 200 km; deposits near a line north to south, or anywhere."""
    random = np.random.default_rng(seed)
    at = random.uniform(0, 200_000, (n, 2)) + np.array([400_000, 7_200_000])
    away_km = np.abs(at[:, 0] - 500_000) / 1000
    chance = 0.6 * np.exp(-away_km / 8) if cause else np.full(n, 0.08)
    return pd.DataFrame(
        {
            "easting": at[:, 0],
            "northing": at[:, 1],
            "away_km": away_km,
            "height": 2000 + 300 * np.cos(at[:, 1] / 30_000),
            "deposit": random.uniform(size=n) < chance,
        }
    )


TABLE = table_of(cause=True)


def judged(table, **keys):
    """The table judged quickly."""
    return prospector.validate(
        table, **{"x": "easting", "y": "northing", "crs": CRS, "quick": True} | keys
    )


@pytest.fixture(scope="module")
def found():
    """The table with a cause, judged."""
    return judged(TABLE)


def test_a_cause_is_found_and_noise_is_not(found):
    """Beside its null; the deposits held out stand high."""
    assert found.features == ("away_km", "height")
    assert found.skill.measured.auc.value > 0.85
    assert found.skill.measured.auc.value > found.skill.measured.auc.null_p95
    assert found.held_out.mean() > 0.85
    assert set(found.held_out.index) == set(TABLE.index[TABLE["deposit"]])
    noise = judged(table_of(cause=False))
    assert noise.skill.verdict != "demonstrated"
    assert noise.skill.measured.auc.value < 0.7


def test_words_and_table_say_presence_only(found):
    """And that absences are, where it is said so; every name is escaped."""
    assert "Presence only" in repr(found)
    assert "AUC 0." in repr(found).splitlines()[0]
    hostile = TABLE.rename(columns={"away_km": "<img src=x>"})
    barren = judged(hostile, absences=True)
    assert "Presence and absence" in repr(barren)
    assert barren.skill == found.skill
    assert "<img" not in barren._repr_html_()
    assert "&lt;img" in barren._repr_html_()


def test_degrees_a_frame_of_points_and_other_labels_give_the_same(found):
    """Nearly, for another projection measures a little otherwise."""
    points = gpd.GeoDataFrame(
        TABLE.drop(columns=["easting", "northing"]).assign(
            deposit=TABLE["deposit"].map({True: "yes", False: "no"})
        ),
        geometry=gpd.points_from_xy(TABLE["easting"], TABLE["northing"]),
        crs=CRS,
    )
    assert prospector.validate(points, quick=True).skill == found.skill
    degrees = prospector.validate(points.to_crs("EPSG:4326"), quick=True)
    assert degrees.remarks == ("Distances are measured in WGS 84 / UTM zone 19S.",)
    assert degrees.skill.measured.auc.value == pytest.approx(
        found.skill.measured.auc.value, abs=0.01
    )


def test_rows_given_twice_change_nothing(found):
    """Rows given twice are said and left out; the caller's table stays as it was."""
    before = TABLE.copy(deep=True)
    twice = judged(pd.concat([TABLE, TABLE.iloc[:40]], ignore_index=True))
    assert twice.skill == found.skill
    assert twice.remarks == ("40 rows are exact copies of another row and are left out.",)
    assert TABLE.equals(before)


def test_any_classifier_can_be_judged():
    """By name, or as an object."""
    for estimator in ("weights-of-evidence", GaussianNB()):
        judged_by = judged(TABLE, estimator=estimator)
        assert judged_by.skill.measured.auc.value > 0.8


def changed(**columns):
    """The table with some columns otherwise."""
    return TABLE.assign(**columns)


FIFTEEN = changed(deposit=TABLE.index < 15)
FIVE_FEATURES = FIFTEEN.assign(
    **{f"f{power}": TABLE["height"] * TABLE["away_km"] ** power for power in (1, 2, 3)}
)


@pytest.mark.parametrize(
    ("table", "keys", "message"),
    [
        (TABLE, {"label": "deposits"}, r"label: no column 'deposits'\. Did you mean 'deposit'"),
        (TABLE, {"features": ["away"]}, r"features: no column 'away'\. Did you mean 'away_km'"),
        (TABLE, {"features": "away_km"}, "give a list"),
        (TABLE, {"features": ["away_km", "deposit"]}, "'deposit' is the label or a coordinate"),
        (TABLE, {"features": []}, "no column of numbers"),
        (TABLE, {"x": None, "y": None}, "coordinates: name their columns"),
        (TABLE, {"crs": None}, "coordinates: no CRS"),
        (TABLE, {"crs": "EPSG:4326"}, "are not degrees of longitude and latitude"),
        (TABLE, {"crs": "EPSG:0"}, "not a CRS that PROJ knows"),
        (changed(easting=-69.0, northing=-24.0), {}, "look like degrees"),
        (changed(easting="far"), {}, "'easting' holds text"),
        (changed(northing=np.nan), {}, "500 rows have no value in 'northing'"),
        (changed(height=TABLE["height"].where(TABLE.index > 2)), {}, "3 of 500 rows have no value"),
        (changed(height=np.inf), {}, "feature 'height': 500 of 500"),
        (changed(height=7.0), {}, "feature 'height' is 7 everywhere"),
        (changed(height=TABLE["away_km"]), {}, "'away_km' and 'height' are equal"),
        (changed(height="tall"), {"features": ["height"]}, "holds .*, not numbers"),
        (changed(deposit=None), {}, "label 'deposit': 500 rows have no value"),
        (changed(deposit=""), {}, "label 'deposit': 500 rows have no value"),
        (changed(deposit="perhaps"), {}, "'perhaps' is neither yes nor no"),
        (changed(deposit=TABLE.index < 9), {}, "9 deposits at different places, but learning needs 10"),
        (changed(deposit=TABLE.index > 9), {}, "10 rows without a deposit"),
        (TABLE.iloc[:0], {}, "The table has no row"),
        (TABLE.set_axis(["easting", "northing", "a", "a", "deposit"], axis=1), {}, "two columns 'a'"),
        ([1, 2], {}, "list: give a pandas table"),
        (TABLE, {"estimator": "fuzzy"}, "does not learn from data"),
        (TABLE, {"expected": {"away": "decreasing"}}, "'away' is not a feature"),
        (TABLE, {"expected": {"away_km": "down"}}, "'down' is not known for 'away_km'"),
        (FIFTEEN, {"estimator": ExtraTreesClassifier()}, "ExtraTreesClassifier-.* needs 20"),
        (FIVE_FEATURES, {}, "15 deposits and 5 features, but fewer than 20 deposits allow 4"),
    ],
)  # fmt: skip
def test_what_cannot_be_judged_is_one_clear_error(table, keys, message):
    """It names the column, and says what to do."""
    with pytest.raises(ModelError, match=message):
        judged(table, **keys)
