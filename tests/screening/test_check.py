"""`check` says before what `screen` would say after."""

import importlib
import time
from functools import partial

import geopandas as gpd
import numpy as np
import pytest
import rasterio
from rasterio.transform import from_bounds

import prospector
from prospector import synthetic
from prospector.errors import ModelError, Reason, RegionError
from prospector.grid import Grid
from prospector.layers.reader import read_layers
from prospector.numerals import whole_percent
from prospector.screening.cost import OnCells, cost_of

CROSSING = """
[override.porphyry_copper.evidence.crossing]
kind = "crossing"
role = "faults"
first = { where = { fault_system = ["Domeyko"] } }
second = { where = { fault_system = ["Domeyko"] } }
label = "distance to a crossing"
expected = "any"
reason = "a test"
"""
BOUND = """
[override.porphyry_copper.estimator]
signs = "bound"

[override.porphyry_copper.evidence.domeyko]
expected = "increasing"
"""
CONFLICT = """
[override.porphyry_copper.number]
deposits = 5
source = "a test"
"""


def with_text(region, text):
    """Add tables to a region file."""
    toml = region / "region.toml"
    toml.write_text(toml.read_text("utf-8") + text, "utf-8")
    return region


def with_deposits(region, **columns):
    """Change columns of the deposits; `east` moves them by metres."""
    file = region / "deposits.geojson"
    table = gpd.read_file(file).to_crs(synthetic.CRS)
    table["geometry"] = table.geometry.translate(columns.pop("east", 0), 0)
    table.assign(**columns).to_crs("EPSG:4326").to_file(file, driver="GeoJSON")
    return region


def with_relief(region, west, east, *, known=60):
    """Lay another relief over part of the region, of which some columns in the west are known."""
    at = from_bounds(west, 7_150_000, east, 7_450_000, 60, 60)
    values = np.random.default_rng(0).normal(1000, 50, (60, 60)).astype("float32")
    values[:, known:] = np.nan
    with rasterio.open(
        region / "relief.tif", "w", driver="GTiff", height=60, width=60, count=1,
        dtype="float32", crs=synthetic.CRS, transform=at,
    ) as dataset:  # fmt: skip
        dataset.write(values, 1)
    return region


def only(found):
    """The one deposit model of a check."""
    [model] = found.deposit_models
    return model


def codes(found):
    """Codes of the notices of a check."""
    return {notice.code for notice in found.notices}


def test_a_check_unpacks_as_before(planted):
    """As layers and notices, and it tells that the region passes."""
    found = prospector.check(planted)
    layers, notices = found
    assert found[0] is layers
    assert found[1] is notices
    assert (layers, notices) == (found.layers, found.notices)
    assert found.passed
    assert only(found).able


def test_a_check_counts_what_a_screening_counts(planted, planted_screening):
    """Deposits, districts, evidence with its range: the whole of a small region is looked at."""
    model, ranking = only(prospector.check(planted)), planted_screening.rankings["porphyry_copper"]
    assert model.whole
    assert (model.usable, model.districts) == (
        ranking.skill.n_deposits,
        ranking.skill.n_districts,
    )
    for evidence, computed in zip(model.evidence, ranking.evidence, strict=True):
        values = computed.raster.values
        known = values[np.isfinite(values)]
        assert (evidence.range.low, evidence.range.high) == (known.min(), known.max())
        assert evidence.range.median == pytest.approx(np.median(known))
        assert evidence.range.cover == pytest.approx(len(known) / values.size)
        assert (evidence.unit, evidence.label) == (computed.raster.unit, computed.label)


def test_notices_of_a_check_are_those_of_a_screening(planted, planted_screening):
    """All that a run says of layers, evidence, deposits and ground is said before."""
    of_the_result = {
        "clusters-too-small", "targets-kept-whole", "outside-applicability", "no-open-ground",
        "fit-against-expectation", "fit-partly-against-expectation", "fit-without-weight",
        "evidence-built-from-deposits",
        "targets-alike", "evidence-alone-tells-deposits", "evidence-may-be-built-from-deposits",
        "exclusions-unknown",
    }  # fmt: skip
    after = {notice for notice in planted_screening.notices if notice.code not in of_the_result}
    assert after == set(prospector.check(planted).notices)


def test_a_sample_of_a_large_region_is_close_to_the_whole(planted):
    """Twelve million cells: 3,500 of them give the median within a tenth; deposits are exact."""
    whole = only(prospector.check(planted))
    sampled = only(prospector.check(planted, cell_size_m=50))
    assert not sampled.whole
    assert 2500 < sampled.units < 3500
    assert (sampled.usable, sampled.districts) == (whole.usable, whole.districts)
    for coarse, fine in zip(whole.evidence, sampled.evidence, strict=True):
        assert fine.range.median == pytest.approx(coarse.range.median, rel=0.1)


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda region: with_deposits(region, deposit_type="gold"), "no-deposit-of-type"),
        (lambda region: with_deposits(region, verified=False), "no-deposit-left"),
        (lambda region: with_deposits(region, east=250_000), "too-few-deposits"),
        (lambda region: with_text(region, CROSSING), "no-crossing"),
        (lambda region: with_text(region, CONFLICT), "number-below-known"),
        (
            lambda region: with_relief(region, 380_000, 620_000, known=5),
            "no-unit-with-all-evidence",
        ),
        (lambda region: with_relief(region, 585_000, 900_000), "too-few-deposits"),
    ],
)
def test_what_stops_a_screening_stops_a_check_for_the_same_reason(region, spoil, code):
    """The same code: nothing is computed for minutes to say at its end what was wrong."""
    spoil(region)
    found = prospector.check(region)
    assert not found.passed
    assert only(found).reason.code == code
    with pytest.raises(ModelError) as stopped:
        prospector.screen(region, deposit_models=["porphyry_copper"], quick=True, workers=1)
    assert stopped.value.reason.code == code


@pytest.mark.parametrize("n", [7, 9])
def test_fewer_deposits_than_learning_needs(tmp_path, n):
    """Seven do not teach; with stated memberships they need not."""
    region = synthetic.write_region(tmp_path / "few", n=n)
    assert only(prospector.check(region)).reason == Reason("too-few-deposits", deposits=n, least=10)
    fuzzy = only(prospector.check(region, estimator="fuzzy"))
    assert (fuzzy.able, fuzzy.learns, fuzzy.usable) == (True, False, n)


def test_a_region_passes_if_one_model_can_run_unless_others_are_asked_for(planted):
    """By default one is enough; each that is named must be able to."""
    assert prospector.check(planted, deposit_models=["porphyry_copper"]).passed
    both = prospector.check(planted, deposit_models=["porphyry_copper", "iocg"])
    assert [model.able for model in both.deposit_models] == [True, False]
    assert not both.passed


def test_deposits_are_counted_by_type_and_by_where_they_lie(region):
    """Half of them moved out of the region, a quarter of a type that no model has."""
    file = region / "deposits.geojson"
    table = gpd.read_file(file).to_crs(synthetic.CRS)
    table.loc[:19, "geometry"] = table.geometry[:20].translate(200_000, 0)
    table.loc[10:19, "deposit_type"] = "skarn"
    table.to_crs("EPSG:4326").to_file(file, driver="GeoJSON")
    copper, skarn = prospector.check(region).deposit_types
    assert (copper.deposit_type, copper.count, copper.inside) == ("porphyry_copper", 30, 20)
    assert copper.models == ("porphyry_copper",)
    assert (skarn.deposit_type, skarn.count, skarn.inside, skarn.models) == ("skarn", 10, 0, ())


@pytest.mark.parametrize("estimator", ["fuzzy", None])
@pytest.mark.parametrize(
    ("full", "none", "code"),
    [
        (5000, 20000, "membership-full-everywhere"),
        (20000, 5000, "membership-misses-values"),
    ],
)
def test_a_membership_that_is_the_same_everywhere_is_told(region, estimator, full, none, code):
    """The evidence goes from 0 to 105 km: all of it at full, or none; the model's own is silent."""
    both = {"membership-misses-values", "membership-full-everywhere"}
    assert not both & set(codes(prospector.check(region, estimator=estimator)))
    stated = f"[override.porphyry_copper.evidence.domeyko]\nmembership = {{ full = {full}, none = {none} }}\n"
    found = prospector.check(with_text(region, f"\n{stated}"), estimator=estimator)
    [notice] = [notice for notice in found.notices if notice.code in both]
    assert notice.code == code
    assert (notice.value("full"), notice.value("none"), notice.value("unit")) == (full, none, "km")
    assert found.passed


@pytest.mark.parametrize(
    ("kind", "role", "key"),
    [
        ("distance", "faults", "at_most_m"),
        ("density", "faults", "radius_m"),
        ("focal", "relief", "radius_m"),
    ],
)
@pytest.mark.parametrize(("metres", "told"), [(50, True), (50_000, False)])
def test_a_reach_of_less_than_half_a_cell_is_told(region, kind, role, key, metres, told):
    """Kilometres where metres are asked for: the evidence is the same everywhere."""
    stated = f"""
[override.porphyry_copper.evidence.near]
kind = "{kind}"
role = "{role}"
{key} = {metres}
label = "near"
expected = "any"
reason = "test"
"""
    found = prospector.check(with_text(region, stated))
    about = [
        (one.value("label"), one.value("key"), one.value("metres"))
        for one in found.notices
        if one.code == "reach-within-a-cell"
    ]
    assert about == [("near", key, metres)] * told


def test_evidence_of_little_cover_is_told_with_its_range_and_resolution(region):
    """A relief over the region's western part, in cells of 2 by 5 km: the coarser side counts."""
    found = prospector.check(with_relief(region, 380_000, 490_000))
    [relief] = [layer for layer in found.of_layers if layer.name == "relief"]
    assert relief.resolution_m == 5000
    assert 0.4 < relief.range.cover < 0.5
    assert 800 < relief.range.low < relief.range.median < relief.range.high < 1200
    [notice] = [notice for notice in found.notices if notice.code == "evidence-covers-little"]
    assert notice.value("percent") == pytest.approx(100 * relief.range.cover, abs=3)
    covers = {one.label: one.range.cover for one in only(found).evidence}
    assert notice.value("percent") == whole_percent(covers[notice.value("label")])


def test_cells_far_finer_than_the_layers_are_told(region):
    """Relief of 4.3 km alone, the faults within 10 km: cells of 100 m say no more than larger ones."""
    toml = region / "region.toml"
    text = toml.read_text("utf-8")
    toml.write_text(
        text.replace('role = "faults"', 'role = "faults"\ntolerance_m = 10000'), "utf-8"
    )
    assert "cells-finer-than-layers" not in codes(prospector.check(region))
    assert "cells-finer-than-layers" in codes(prospector.check(region, cell_size_m=100))


def test_the_cost_grows_with_the_cells(planted):
    """A quarter of the cell's side, sixteen times the cells and the disk; a quick run costs less."""
    small, large = (prospector.check(planted, cell_size_m=size).cost for size in (400, 100))
    assert large.cells == pytest.approx(16 * small.cells, rel=0.02)
    assert large.disk_gb == pytest.approx(16 * small.disk_gb, rel=0.02)
    assert small.quick_minutes < small.minutes < large.minutes


NEAR_FAULTS = """
[override.porphyry_copper]
permissive = [{ kind = "distance", role = "faults", at_most = 2, reason = "a test" }]
"""


def test_the_cost_is_that_of_the_permissive_ground(region):
    """Evidence and score are kept of no more than that, and it costs more than its share alone."""
    whole = prospector.check(region, cell_size_m=200)
    part = prospector.check(with_text(region, NEAR_FAULTS), cell_size_m=200)
    share = only(part).permissive
    assert 0.02 < share < 0.6
    assert only(part).conditions == 1
    assert part.cost.disk_gb == pytest.approx(1.4 * share * whole.cost.disk_gb)
    assert part.cost.cells == whole.cost.cells


@pytest.mark.parametrize("share", [0.0, 0.2, 0.7, 0.9, 1.0])
def test_permissive_ground_costs_no_more_than_its_conditions_and_the_whole(share):
    """Whatever its share: the conditions are measured everywhere, and evidence at most everywhere."""
    grid = Grid("EPSG:32719", 0.0, 0.0, 100.0, (4000, 4000))
    every, part, asked = (
        cost_of(grid, [on_cells], learned=0)
        for on_cells in (OnCells(8), OnCells(8, 1, ground=share), OnCells(9))
    )
    assert share * every.disk_gb <= part.disk_gb <= every.disk_gb
    assert share * every.minutes < part.minutes <= asked.minutes


def test_a_check_leaves_nothing_and_is_repeatable(region):
    """No file is written, and two checks say the same."""
    before = sorted(path.name for path in region.iterdir())
    first, second = prospector.check(region), prospector.check(region)
    assert sorted(path.name for path in region.iterdir()) == before
    assert (first.notices, first.deposit_models) == (second.notices, second.deposit_models)


@pytest.mark.atacama
def test_the_atacama_is_checked_in_a_few_times_what_reading_it_takes(monkeypatch):
    """Five times on a loaded machine; four of ten deposit models can run."""
    checking, reading = importlib.import_module("prospector.screening.check"), []

    def timed(*arguments, **options):
        begin = time.process_time()
        found = read_layers(*arguments, **options)
        reading.append(time.process_time() - begin)
        return found

    monkeypatch.setattr(checking, "read_layers", timed)
    begin = time.process_time()
    found = prospector.check("layers/atacama")
    taken = time.process_time() - begin
    assert taken < 10 * sum(reading)
    assert [model.name for model in found.deposit_models if model.able] == [
        "porphyry_copper",
        "lithium_brine",
        "nitrate_iodine",
        "exotic_copper",
    ]
    assert found.cost.cells == 472_000


def test_faults_of_layers_and_of_evidence_come_at_once(region):
    """A role that is none and a parameter that is none: two lines of one error."""
    toml = region / "region.toml"
    text = toml.read_text("utf-8").replace('role = "faults"', 'role = "falts"')
    more = "\n[override.porphyry_copper.evidence.domeyko]\nnearest = 3\n"
    toml.write_text(text + more, "utf-8")
    for run in (prospector.check, partial(prospector.screen, quick=True)):
        with pytest.raises(RegionError, match=r"Did you mean 'faults'(.|\n)*domeyko\.nearest"):
            run(region)


def test_what_evidence_adds_is_measured_with_bound_signs_where_these_are_asked_for(region):
    """The planted fault is expected to lie far: bound, it has no weight, and just nothing is lost."""
    (model,) = prospector.check(with_text(region, BOUND), evidence=True).deposit_models
    adds = {model.evidence[quality.column].label: quality.adds for quality in model.quality}
    assert [value for label, value in adds.items() if "Domeyko" in label] == [0.0]


def test_the_quality_of_evidence_is_measured_where_asked(planted):
    """The fault tells the deposits, noise does not; nothing is measured unasked."""
    (model,) = prospector.check(planted, evidence=True).deposit_models
    assert sorted(quality.column for quality in model.quality) == [0, 1]
    adds = {model.evidence[quality.column].label: quality.adds for quality in model.quality}
    assert adds["distance to the Domeyko fault system"] > 0.1 > adds["elevation"]
    assert all(quality.cover == 1.0 for quality in model.quality)
    (unasked,) = prospector.check(planted).deposit_models
    assert unasked.quality == ()


def test_evidence_that_is_stated_twice_stands_first(region):
    """The same distance under two names: both say the same as the other, and add nothing by themselves."""
    with (region / "region.toml").open("a", encoding="utf-8") as file:
        file.write(
            "\n[override.porphyry_copper.evidence.again]\n"
            'kind = "distance"\nrole = "faults"\nlabel = "again"\nscale = "log"\n'
            'expected = "decreasing"\nreason = "twice"\n'
        )
    (model,) = prospector.check(region, evidence=True).deposit_models
    first, second, last = model.quality
    labels = [evidence.label for evidence in model.evidence]
    assert {labels[first.column], labels[second.column]} == {
        "again", "distance to the Domeyko fault system",
    }  # fmt: skip
    for quality in (first, second):
        assert [finding.code for finding in quality.findings][:2] == [
            "quality-same-as", "quality-given-by-others",
        ]  # fmt: skip
        assert quality.correlation == pytest.approx(1.0)
    assert "quality-same-as" not in [finding.code for finding in last.findings]


def test_the_cover_is_that_of_the_run_at_the_regions_border_too(region):
    """A relief that ends within the region: check's shares and the run's, evidence by evidence."""
    with_relief(region, 420_000, 580_000)
    model = only(prospector.check(region))
    screening = prospector.screen(region, deposit_models=["porphyry_copper"], quick=True)
    ranking = screening.rankings["porphyry_copper"]
    of_run = {one.name: float(np.isfinite(one.raster.values).mean()) for one in ranking.evidence}
    of_check = {one.name: one.range.cover for one in model.evidence}
    assert of_check == pytest.approx(of_run)
    assert min(of_run.values()) < 0.9
    for quality in ranking.quality:
        name = ranking.evidence[quality.column].name
        assert quality.cover == pytest.approx(of_run[name])
    [units] = [n for n in screening.notices if n.code == "units-without-evidence"]
    [ground] = [n for n in prospector.check(region).notices if n.code == "ground-without-evidence"]
    labels = [dict(reason.about)["label"] for reason in units.value("lacking")]
    assert labels == [dict(reason.about)["label"] for reason in ground.value("lacking")] != []
    assert all(label in prospector.sentence(units) for label in labels)


def test_ground_off_a_geological_map_is_said_to_be_unknown(region):
    """By check, with its share and the evidence that lacks it."""
    rock = gpd.GeoDataFrame(
        {"class": ["granite", "tuff"]},
        geometry=gpd.points_from_xy([450_000, 480_000], [7_300_000] * 2).buffer(15_000),
        crs=synthetic.CRS,
    )
    rock.to_file(region / "rock.gpkg")
    with_text(
        region,
        '\n[layers.rock]\nrole = "geology"\nfile = "rock.gpkg"\n'
        '\n[override.porphyry_copper.evidence.rock]\nkind = "share"\nrole = "geology"\n'
        'where = { class = ["granite"] }\nlabel = "granite"\nexpected = "any"\nreason = "a test"\n',
    )
    found = prospector.check(region)
    [ground] = [n for n in found.notices if n.code == "ground-without-evidence"]
    [rock] = [dict(reason.about) for reason in ground.value("lacking")]
    cover = next(one.range.cover for one in only(found).evidence if one.name == "rock")
    assert 0 < cover < 0.2
    assert rock == {"label": "granite", "percent": round(100 * (1 - cover), 1)}
    assert "granite (on " in prospector.sentence(ground)
