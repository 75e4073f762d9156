"""Conditions of a region without which a deposit model does not apply there: refused, with the values."""

import numpy as np
import pytest
import rasterio

import prospector
from prospector.errors import ModelError, Reason
from prospector.grid import cells
from prospector.ground import applies, spread
from prospector.pages.check_lines import check_lines
from prospector.pages.findings import Findings
from prospector.pages.report import report_page
from prospector.words.language import language, sentence

HUMID = """
[[override.{model}.applies]]
kind = "surface"
role = "{role}"
label = "mean annual rain"
reason = "clay forms where rain weathers granite"
{bounds}
"""
"""A condition on the relief of the planted region, about 2000, as if it were a map of rain."""


def asking(region, bounds, *, model="porphyry_copper", role="relief"):
    file = region / "region.toml"
    file.write_text(file.read_text() + HUMID.format(model=model, role=role, bounds=bounds))
    return region


def notices_of(region, code):
    return [n for n in prospector.check(region, cell_size_m=8000).notices if n.code == code]


def test_a_model_does_not_apply_where_no_ground_meets_its_condition(region):
    """Asked for by name it is an error with what is needed, what there is, and what to do."""
    with pytest.raises(
        ModelError, match="does not apply here: it needs mean annual rain of at least"
    ) as error:
        prospector.screen(
            asking(region, "at_least = 9000"), deposit_models=["porphyry_copper"], cell_size_m=8000
        )
    found = dict(error.value.reason.about)
    assert error.value.reason.code == "does-not-apply"
    assert found["needed"] == Reason("at-least", at_least=9000)
    assert 0 < found["low"] < found["high"] < 9000
    assert (found["unit"], found["percent"]) == ("m", 100)
    assert "Leave it out of deposit_models" in str(error.value)


def test_the_bounds_are_those_of_the_ground(region):
    """The values in the reason are the lowest and the highest of the cells."""
    loaded = prospector.load_region(asking(region, "at_most = 1"))
    grid = loaded.grid()
    layers = prospector.check(region).layers
    with pytest.raises(ModelError) as error:
        applies.check_applies(loaded.deposit_model("porphyry_copper"), layers, grid)
    found = dict(error.value.reason.about)
    with rasterio.open(region / "relief.tif") as relief:
        values = relief.read(1)
    assert np.nanmin(values) <= found["low"] < found["high"] <= np.nanmax(values)
    assert found["high"] - found["low"] > 0.7 * np.ptp(values)


def test_a_run_goes_on_without_it_and_keeps_the_values(region, tmp_path):
    """Another model is screened; run.json and report name this one, apart from what lacks layers."""
    file = asking(region, "at_least = 9000\nat_most = 9500", model="lithium_brine") / "region.toml"
    text = file.read_text()
    file.write_text(text.replace('["porphyry_copper"]', '["porphyry_copper", "lithium_brine"]') + (
        '\n[override.lithium_brine.deposit_model]\nunit = "cell"\n'
        "[override.lithium_brine.targets]\ncarry = []\n"
    ))  # fmt: skip
    screening = prospector.screen(region, quick=True, cell_size_m=8000, workers=1)
    assert list(screening.rankings) == ["porphyry_copper"]
    [notice] = [n for n in screening.notices if n.code == "model-does-not-apply"]
    assert notice.level == "note"
    assert notice.value("model") == "lithium_brine"
    assert sentence(notice).startswith(
        "Lithium brine: does not apply here. Needed: mean annual rain of 9000 to 9500 m; here it is"
    )
    run = prospector.open_run(prospector.write(screening, tmp_path / "run"))
    [kept] = [n for n in run.record["notices"] if n["code"] == "model-does-not-apply"]
    assert kept | notice.as_record() == kept
    page = report_page(Findings(run), language("en"))
    assert "does not apply here" in page
    assert "Not screened, or not applicable here: Lithium brine" in page
    assert "for want of layers" not in page
    assert "no es aplicable aquí" in report_page(Findings(run), language("es"))


def test_check_says_that_it_does_not_apply(region):
    """Apart from what cannot run; and once."""
    checked = prospector.check(asking(region, "at_least = 9000"), cell_size_m=8000)
    lines = list(check_lines(checked))
    assert lines[0] == "0 of 1 deposit models can run; 1 does not apply here"
    assert "does not apply here: Needed: mean annual rain of at least 9000 m" in lines[1]
    assert sum("mean annual rain" in line for line in lines) == 1
    assert not checked.passed


def test_ground_that_does_not_meet_it_is_not_scored(region):
    """Where some of the region does, the rest is off the permissive ground."""
    whole = prospector.check(region, cell_size_m=8000).deposit_models[0]
    part = prospector.check(asking(region, "at_least = 2000"), cell_size_m=8000).deposit_models[0]
    assert whole.permissive == 1.0
    assert part.able
    assert 0.1 < part.permissive < 0.9


def test_a_corner_that_no_sample_sees_meets_the_condition(region, monkeypatch):
    """On a large grid a sample is looked at first; before a model is refused, all of it."""
    monkeypatch.setattr(applies, "WHOLE_CELLS", 1)
    monkeypatch.setattr(spread, "SAMPLED_WHOLE", 1)
    with rasterio.open(region / "relief.tif", "r+") as relief:
        values = np.full((60, 60), 500.0, dtype="float32")
        values[20, 33] = 9000
        relief.write(values, 1)
    file = asking(region, "at_least = 3000") / "region.toml"
    loaded = prospector.load_region(region)
    grid, model = loaded.grid(cell_size_m=2000), loaded.deposit_model("porphyry_copper")
    layers = prospector.check(region).layers
    limits = applies.limits_of(model, "applies", 0, layers)
    sample = [grid.part(window) for window, _ in spread.sampled_windows(grid)]
    assert not any(limits.hold(layers, cells(part)).any() for part in sample)
    assert applies.check_applies(model, layers, grid) == []
    file.write_text(file.read_text().replace("at_least = 3000", "at_least = 9500"))
    refused = prospector.load_region(region).deposit_model("porphyry_copper")
    with pytest.raises(ModelError) as error:
        applies.check_applies(refused, layers, grid)
    found = dict(error.value.reason.about)
    assert (found["low"], found["percent"]) == (500, 100)
    assert found["high"] > 3000


def test_what_is_not_mapped_is_not_taken_for_unmet(region):
    """Without the layer the model runs, and the check says that it is not known whether it applies."""
    asking(region, "at_least = 9000", role="magnetics")
    [notice] = notices_of(region, "condition-not-judged")
    assert notice.level == "caution"
    assert notice.value("reason") == Reason("no-layer", role="magnetics")
    assert sentence(notice).startswith(
        "porphyry_copper: whether the model applies here is not known (mean annual rain)"
    )
    assert prospector.check(region, cell_size_m=8000).deposit_models[0].able


def test_a_layer_that_covers_next_to_nothing_decides_nothing(region, monkeypatch):
    """Where too little of the region has a value the model is not refused."""
    monkeypatch.setattr(applies, "LEAST_KNOWN", 1.1)
    [notice] = notices_of(asking(region, "at_least = 9000"), "condition-not-judged")
    assert notice.value("reason") == Reason("known-on-little", percent=100)


def test_unknown_ground_is_kept_where_some_ground_meets_it(region):
    """A condition of the region bars what is known not to meet it, and nothing else."""
    loaded = prospector.load_region(asking(region, "at_least = 9000"))
    layers = prospector.check(region).layers
    model = loaded.deposit_model("porphyry_copper")
    limits = applies.limits_of(model, "applies", 0, layers)
    assert limits.or_unknown
    assert limits.within(np.array([8000.0, 9000.0, np.nan])).tolist() == [False, True, False]


def test_a_wrong_condition_is_named_by_file_and_key(region):
    """As one of permissive ground is."""
    with pytest.raises(prospector.RegionError, match=r"override\.porphyry_copper\.applies\.0"):
        prospector.check(asking(region, "at_least = 9000\nradius_m = 3"))
    file = region / "region.toml"
    file.write_text(file.read_text().replace("radius_m = 3", "").replace("at_least = 9000", ""))
    with pytest.raises(prospector.RegionError, match=r"at_least.*or at_most must be given"):
        prospector.check(region)
