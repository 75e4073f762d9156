"""The cells of a screening: a size off by a thousand, a CRS of another continent."""

import pytest

import prospector
from prospector.errors import Notice, RegionError
from prospector.screening.extent import extent_of
from prospector.screening.trials import backtest_region, compare_estimators


def changed(region, *pairs):
    """Change the region file of a planted region, which lies at 69.6 to 68 W, 25.2 to 23.6 S."""
    toml = region / "region.toml"
    text = toml.read_text("utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    toml.write_text(text, "utf-8")
    return prospector.load_region(region)


@pytest.mark.parametrize(
    ("size", "said"),
    [
        (
            "1",
            r"region.cell_size_m': \d\d,.* cells of 1 m are more than .*Use cells of 20 m or more.*-cells",
        ),
        ("50_000", r"only \d+ cells of 50000 m, and percentiles need 100"),
    ],
)
@pytest.mark.parametrize("call", [prospector.check, prospector.screen])
def test_a_cell_size_off_by_a_thousand_is_refused_at_once(region, call, size, said):
    """By check and screen alike, before any layer is read, with a size that serves."""
    spoiled = changed(region, ("cell_size_m = 2000", f"cell_size_m = {size}"), (".tif", ".nowhere"))
    with pytest.raises(RegionError, match=said):
        call(spoiled)


def test_the_limit_can_be_lifted(planted):
    """The size that is offered is accepted, and so is a larger limit."""
    region = prospector.load_region(planted)
    with pytest.raises(RegionError, match=r"--cell-size: .*cells of 10 m"):
        extent_of(region, cell_size_m=10)
    assert extent_of(region, cell_size_m=10, max_cells=1e9).grid.cell_size_m == 10
    assert extent_of(region, cell_size_m=20).grid.cell_size_m == 20


@pytest.mark.parametrize(
    "trial", [lambda region, **more: backtest_region(region, 1990, **more), compare_estimators]
)
def test_trials_refuse_as_many_cells_as_a_screening(region, trial):
    """Before anything is read, unless the limit is lifted."""
    fine = changed(region, ("cell_size_m = 2000", "cell_size_m = 1"))
    with pytest.raises(
        RegionError, match=r"cells of 1 m are more than .* raise the limit with --max-cells"
    ):
        trial(fine)
    with pytest.raises(RegionError, match=r"limit of 9,000"):
        trial(region, max_cells=9000)


@pytest.mark.parametrize("crs", ["EPSG:32750", "EPSG:32619", "EPSG:28350"])
def test_a_crs_of_another_place_is_refused_with_one_that_serves(region, crs):
    """Australia, or the northern half of the zone: the error says what the CRS is for."""
    spoiled = changed(region, ('crs = "EPSG:32719"', f'crs = "{crs}"'))
    with pytest.raises(RegionError, match=rf"'{crs}' is for longitudes .*Use e.g. 'EPSG:32719'"):
        prospector.check(spoiled)


def test_a_crs_that_ends_within_the_region_is_a_caution(region):
    """Half of a window from 74 to 70 W lies in zone 19, which begins at 72 W; its own zone says nothing."""
    loaded = prospector.load_region(region)
    assert extent_of(loaded).notices == ()
    window = loaded.region.window.model_copy(update={"west": -74.0, "east": -70.0})
    entry = loaded.region.model_copy(update={"window": window})
    about = {"crs": "EPSG:32719", "percent": 50.0}
    found = extent_of(loaded.model_copy(update={"region": entry})).notices
    assert found == (Notice("region-beyond-crs", "caution", about),)


@pytest.mark.parametrize(
    ("crs", "percent"),
    [("EPSG:3857", 11.0), ("EPSG:6933", 5.8), ("EPSG:32719", None), ("EPSG:5361", None)],
)
def test_a_crs_in_which_lengths_err_is_a_caution(region, crs, percent):
    """Mercator of web maps at 25 S stretches by 1 / cos; an equal-area one errs in its lengths, too."""
    loaded = prospector.load_region(region)
    entry = loaded.region.model_copy(update={"crs": crs})
    found = [
        notice
        for notice in extent_of(loaded.model_copy(update={"region": entry})).notices
        if notice.code == "lengths-err"
    ]
    if percent is None:
        assert found == []
    else:
        [told] = found
        assert told.value("better") == "EPSG:32719"
        assert float(f"{told.value('percent'):.2g}") == percent
