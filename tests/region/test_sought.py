"""Deposit models chosen by what is sought."""

import shutil

import pytest

import prospector
from prospector.errors import ModelError, RegionError
from prospector.region.region_file import load_region
from prospector.region.sought import choose_models, seeking, sought_names, words_of
from prospector.words.language import sentence

ATACAMA = "layers/atacama"
FIVE = ["porphyry_copper", "lithium_brine", "iocg", "manto_copper", "epithermal_gold"]


@pytest.fixture
def five(planted, tmp_path):
    """A region that lists five shipped deposit models."""
    folder = shutil.copytree(planted, tmp_path / "five")
    file = folder / "region.toml"
    text = file.read_text("utf-8")
    listed = ", ".join(f'"{name}"' for name in FIVE)
    file.write_text(text.replace('["porphyry_copper"]', f"[{listed}]"), "utf-8")
    return load_region(folder)


def sentences(choice, code="en"):
    return [sentence(notice, code) for notice in choice.notices]


@pytest.mark.parametrize(
    ("commodities", "chosen"),
    [
        (["lithium"], ["lithium_brine"]),
        ("litio", ["lithium_brine"]),
        (["cobalt"], ["iocg"]),
        (["tierras raras"], ["iocg"]),
        (["neodymium"], ["iocg"]),
        (["Ag,Li"], ["lithium_brine", "manto_copper", "epithermal_gold"]),
        (["Cu", "Au", "K"], FIVE),
    ],
)
def test_models_are_chosen_by_main_and_other_commodities(five, commodities, chosen):
    """In the region's order, however the commodity is written."""
    assert choose_models(five, None, commodities).names == chosen


def test_nothing_sought_leaves_the_choice_as_it_was(five):
    """All that the region lists, or those that are named."""
    assert choose_models(five, None, None).names is None
    named = choose_models(five, ["iocg"], None)
    assert (named.names, named.by_name, named.notices) == (["iocg"], True, ())


def test_which_were_chosen_is_said_in_both_languages(five):
    """By the main commodity, beside another, and which were not; a commodity of no model is a problem."""
    choice = choose_models(five, None, ["gold", "zinc"])
    assert sentences(choice) == [
        "Commodity asked for, gold: main commodity of epithermal_gold.",
        "Commodity asked for, gold: secondary commodity of porphyry_copper (Cu, Mo, Au), iocg "
        "(Cu, Fe, Au, Co, REE).",
        "Commodity asked for, zinc: no available deposit model is for it. `prospector "
        "models` lists those that are.",
        "Not screened, because they are for other commodities than those asked for: "
        "lithium_brine (Li, K, B), manto_copper (Cu, Ag).",
    ]  # fmt: skip
    assert [notice.level for notice in choice.notices] == ["note", "note", "problem", "note"]
    assert (
        sentences(choice, "es")[0]
        == "Sustancia pedida, oro: sustancia principal de epithermal_gold."
    )


def test_what_no_model_seeks_is_one_error(five):
    """It names what each seeks, and shipped models that the region does not list."""
    with pytest.raises(ModelError) as error:
        choose_models(five, None, ["iodine"])
    assert len(error.value.lines) == 1
    text = str(error.value)
    assert text.startswith(
        "No deposit model of the region is for iodine: porphyry_copper (Cu, Mo, Au); "
    )
    assert all(f"{name} (" in text for name in FIVE)


def test_a_shipped_model_that_is_not_listed_is_offered(planted):
    """The planted region lists porphyry copper alone."""
    with pytest.raises(ModelError, match=r"for it: lithium_brine\. Ask for one by its name"):
        choose_models(load_region(planted), None, ["lithium"])


def test_names_and_commodities_meet(five):
    """Both asked for: what is named and sought; nothing left is an error."""
    choice = choose_models(five, ["iocg", "lithium_brine"], ["cobalt"])
    assert (choice.names, choice.by_name) == (["iocg"], True)
    with pytest.raises(
        ModelError, match=r"asked for by name is for cobalt: lithium_brine \(Li, K, B\)"
    ):
        choose_models(five, ["lithium_brine"], ["cobalt"])
    with pytest.raises(RegionError, match="Unknown deposit model 'iogc'"):
        choose_models(five, ["iogc"], ["cobalt"])


@pytest.mark.parametrize("commodities", [[], "", ",", [" "]])
def test_no_commodity_is_an_error(five, commodities):
    """Not a run of all models."""
    with pytest.raises(ModelError, match="No commodity is named"):
        choose_models(five, None, commodities)


def test_words_stay_as_they_were_asked():
    """Each once; their names once, too."""
    assert words_of(["litio, Cu", "litio"]) == ["litio", "Cu"]
    assert sought_names(["litio, Li", "cobre"]) == ["Li", "Cu"]


def test_a_model_without_commodities_is_sought_by_nobody(five):
    """Nor does it stop the choice."""
    model = five.deposit_model("iocg")
    bare = model.model_copy(
        update={"deposit_model": model.deposit_model.model_copy(update={"commodities": []})}
    )
    assert seeking([bare], ["Cu"]) == []


def test_a_screening_by_commodity_records_what_was_asked(five, tmp_path):
    """In run.json, with the models that were chosen; one that cannot run is left out, not an error."""
    screening = prospector.screen(five, commodities=["cobre"], quick=True, workers=1)
    assert list(screening.rankings) == ["porphyry_copper"]
    folder = prospector.write(screening, tmp_path / "run", dossiers=0)
    record = prospector.open_run(folder).record
    assert record["parameters"]["commodities"] == ["cobre"]
    codes = {notice["code"] for notice in record["notices"]}
    assert codes >= {"commodity-main", "models-not-sought", "model-not-screened"}


def test_commands_take_commodities(five, command):
    """Parted by commas or repeated; what is wrong is one line."""
    ended = command("check", five.folder, "--commodity", "copper,litio", "--commodity", "gold")
    assert ended.returncode == 0
    assert "deposit models can run" in ended.stdout
    assert "copper: main commodity of porphyry_copper, iocg, manto_copper" in ended.stdout
    ended = command("screen", five.folder, "--commodity", "coper")
    assert (ended.returncode, ended.stderr.count("\n")) == (2, 1)
    assert "Unknown commodity 'coper'. Did you mean 'copper'?" in ended.stderr


def test_models_are_listed_by_commodity(command):
    """Only those that seek it; none is an error."""
    ended = command("models", "--commodity", "cobalto")
    assert "  iocg: " in ended.stdout
    assert "  lithium_brine: " not in ended.stdout
    ended = command("models", "--commodity", "tin")
    assert ended.returncode == 2
    assert "Error: No deposit model is for tin: " in ended.stderr
