"""Deposit models as values: what a file gives, listed by a region like one of its own."""

import pytest

import prospector
from prospector.errors import RegionError
from prospector.objects.deposit_models import tables_of
from prospector.region.deposit_model import DepositModel
from prospector.region.shipped_models import deposit_model_names

TEXT = """
from = "porphyry_copper"
without = ["evidence.slab_depth", "evidence.crust_thickness"]
[deposit_model]
name = "copper"
label = "Copper"
code = "CU"
summary = "Copper along a fault."
papers = []
"""


@pytest.mark.parametrize("name", deposit_model_names())
def test_the_tables_of_a_model_are_the_model(name):
    """Nothing is lost on the way to tables and back."""
    model = prospector.read_deposit_model(name)
    assert DepositModel.model_validate(tables_of(model)).model_dump() == model.model_dump()


def test_a_text_is_what_its_file_is(tmp_path):
    """By path, as text and as text of a path."""
    file = tmp_path / "copper.toml"
    file.write_text(TEXT, encoding="utf-8")
    models = [prospector.read_deposit_model(source) for source in (file, str(file), TEXT)]
    first, *others = [model.model_dump() for model in models]
    assert others == [first, first]
    assert models[0].name == "copper"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("iogc", "Unknown deposit model 'iogc'. Did you mean 'iocg'"),
        ("nowhere.toml", "nowhere.toml"),
        ("[deposit_model]\nname = 1\n", "^deposit model: key 'deposit_model.name'"),
        ("a\nb", "^deposit model: not valid TOML"),
    ],
)
def test_what_is_no_model_is_refused(source, message):
    """As a file of it would be, without the place of a temporary one."""
    with pytest.raises(RegionError, match=message) as caught:
        prospector.read_deposit_model(source)
    assert "prospector-" not in str(caught.value)


def test_a_screening_takes_a_model(planted, planted_screening, tmp_path):
    """The same ranking as the model that it inherits all from; it stands in run.json and reopens."""
    model = prospector.read_deposit_model(TEXT)
    screening = prospector.screen(planted, deposit_models=[model], quick=True, workers=1)
    theirs = planted_screening.rankings["porphyry_copper"]
    assert screening.rankings["copper"].targets["score"].equals(theirs.targets["score"])
    run = prospector.open_run(prospector.write(screening, tmp_path / "run"))
    assert run.deposit_models == ["copper"]
    assert run.targets["target_id"].str.contains("CU").all()


def test_a_region_lists_models(planted):
    """Beside shipped ones, with overrides by name."""
    layers = {name: planted / f"{name}.geojson" for name in ("deposits", "faults")}
    region = prospector.make_region(
        "north", layers, crs="EPSG:32719", window=(-70, -25, -68, -23), cell_size_m=5000,
        deposit_models=[prospector.read_deposit_model(TEXT), "iocg"],
        override={"copper": {"targets": {"min_area_km2": 60}}},
    )  # fmt: skip
    assert region.model_names == ["copper", "iocg"]
    assert region.deposit_model("copper").targets.min_area_km2 == 60
    with pytest.raises(RegionError, match=r"override\.copper\.targets\.min_area"):
        prospector.make_region(
            "north", layers, crs="EPSG:32719", window=(-70, -25, -68, -23), cell_size_m=5000,
            deposit_models=[prospector.read_deposit_model(TEXT)],
            override={"copper": {"targets": {"min_area": 60}}},
        )  # fmt: skip


def test_a_changed_shipped_model_needs_a_name_of_its_own(planted):
    """Results would go by a name that says something else."""
    shipped = prospector.read_deposit_model("porphyry_copper")
    changed = shipped.model_copy(
        update={"targets": shipped.targets.model_copy(update={"min_area_km2": 99.0})}
    )
    with pytest.raises(RegionError, match="'porphyry_copper' is that of a shipped deposit model"):
        prospector.screen(planted, deposit_models=[changed])
