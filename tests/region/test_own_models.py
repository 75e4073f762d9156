"""Deposit models of a region's own: files in its folder, what they inherit, and what is refused."""

import shutil
import tomllib

import pytest

import prospector
from prospector.errors import RegionError
from prospector.region.own_models import NOT_INHERITED
from prospector.region.region_file import load_region
from prospector.region.shipped_models import (
    deposit_model_names,
    load_deposit_model,
    shipped_tables,
    shipped_text,
)

IRON = """\
[deposit_model]
name = "iron"
label = "Iron formation"
code = "FEB"
unit = "cell"
commodities = ["Fe"]
summary = "Iron ore of enriched banded iron formation"
papers = []

[labels]
deposit_type = "iron"
age_ma = [1800, 2700]

[evidence.fault]
kind = "distance"
role = "faults"
label = "distance to faults"
expected = "decreasing"
membership = { full = 2, none = 20 }
reason = "fluid rose along faults"

[evidence.height]
kind = "surface"
role = "relief"
label = "elevation"
expected = "increasing"
membership = { full = 2200, none = 1800 }
reason = "iron formation makes ridges"

[estimator]
name = "fuzzy"

[targets]
lowest_percentile = 95
highest_percentile = 99
step = 1
"""

CHILD = """\
from = "iron.toml"

[deposit_model]
name = "magnetite"
label = "Magnetite"
code = "FEM"
summary = "Magnetite of banded iron formation"
papers = []
"""


def with_models(region, listed, files, more=""):
    """Write files into a region's folder, list its models, and return the region."""
    for name, text in files.items():
        (region / name).parent.mkdir(exist_ok=True, parents=True)
        (region / name).write_text(text, "utf-8")
    file = region / "region.toml"
    names = ", ".join(f'"{name}"' for name in listed)
    text = file.read_text("utf-8").replace('["porphyry_copper"]', f"[{names}]")
    file.write_text(f"{text}\n{more}", "utf-8")
    return region


def lines_of(region):
    """The lines of the error that a region raises, its folder left out."""
    with pytest.raises(RegionError) as raised:
        load_region(region)
    return [line.replace(f"{region}/", "") for line in raised.value.lines]


def test_models_of_its_own_stand_beside_a_shipped_one(region):
    """By the names that the files state, in the order of the list."""
    listed = ["models/iron.toml", "porphyry_copper", "./magnetite.toml"]
    files = {
        "models/iron.toml": IRON,
        "magnetite.toml": CHILD.replace("iron.toml", "models/iron.toml"),
    }
    loaded = load_region(
        with_models(region, listed, files, "[override.iron.targets]\nstep = 0.5\n")
    )
    assert loaded.model_names == ["iron", "porphyry_copper", "magnetite"]
    assert loaded.deposit_model("iron").targets.step == 0.5
    assert loaded.deposit_model("magnetite").targets.step == 1
    assert loaded.deposit_model("porphyry_copper") == load_deposit_model("porphyry_copper")
    assert loaded.known_models == ["iron", "magnetite", *deposit_model_names()]


def test_a_copied_region_keeps_its_models(region, tmp_path):
    """Paths are relative to the region's folder."""
    with_models(region, ["models/iron.toml"], {"models/iron.toml": IRON})
    moved = shutil.move(shutil.copytree(region, tmp_path / "copy"), tmp_path / "moved")
    model, before = (load_region(folder).deposit_model("iron") for folder in (moved, region))
    assert model.model_dump() == before.model_dump()
    assert model.place_of("evidence", "fault")[0] == moved / "models" / "iron.toml"


def test_a_shipped_model_is_a_start(region):
    """Its file, with a name and a code of its own."""
    text = shipped_text("iocg").replace('"iocg"', '"mine"').replace('"IOCG"', '"MINE"')
    loaded = load_region(with_models(region, ["mine.toml"], {"mine.toml": text}))
    mine, iocg = loaded.deposit_model("mine"), load_deposit_model("iocg")
    assert mine.evidence == iocg.evidence
    assert (mine.name, mine.labels.deposit_type) == ("mine", "mine")


def test_what_a_model_says_of_itself_is_not_inherited(region):
    """Neither the caution nor the papers of another; the rest is, by key."""
    text = CHILD.replace("iron.toml", "iocg") + "[evidence.magnetics]\nweight = 2\n"
    loaded = load_region(with_models(region, ["m.toml"], {"m.toml": text}))
    model, iocg = loaded.deposit_model("magnetite"), load_deposit_model("iocg")
    assert (iocg.deposit_model.ranges, model.deposit_model.ranges) != ("", "")
    assert (model.deposit_model.ranges, model.deposit_model.papers) == ("", [])
    assert model.deposit_model.commodities == iocg.deposit_model.commodities
    assert model.evidence["magnetics"] == iocg.evidence["magnetics"].model_copy(
        update={"weight": 2.0}
    )


@pytest.mark.parametrize("key", [key for key in NOT_INHERITED if key not in ("caution", "ranges")])
def test_what_is_not_inherited_is_asked_for(region, key):
    """With an example, and the file that lacks it."""
    lines = CHILD.replace("iron.toml", "iocg").split("\n")
    text = "\n".join(line for line in lines if not line.startswith(f"{key} ="))
    (line,) = lines_of(with_models(region, ["m.toml"], {"m.toml": text}))
    assert line.startswith(f"m.toml: key 'deposit_model.{key}': missing. Add it, e.g. {key} = ")


def test_an_inherited_evidence_and_key_can_be_left_out(region):
    """TOML has no null."""
    without = 'without = ["evidence.height", "labels.age_ma"]\n'
    files = {"iron.toml": IRON, "m.toml": without + CHILD}
    model = load_region(with_models(region, ["m.toml"], files)).deposit_model("magnetite")
    assert list(model.evidence) == ["fault"]
    assert model.labels.age_ma is None


def test_a_left_out_table_can_be_stated_again(region):
    """Then nothing of the inherited one is merged into it."""
    more = '[evidence.fault]\nkind = "density"\nrole = "faults"\nradius_m = 5000\nlabel = "x"\n'
    more += 'expected = "any"\nreason = "y"\n'
    files = {"iron.toml": IRON, "m.toml": 'without = ["evidence"]\n' + CHILD + more}
    model = load_region(with_models(region, ["m.toml"], files)).deposit_model("magnetite")
    assert list(model.evidence) == ["fault"]
    assert model.evidence["fault"].membership is None


def test_an_error_names_the_file_that_states_the_entry(region):
    """The nearest of region.toml, the model and what it inherits."""
    files = {"iron.toml": IRON, "m.toml": CHILD + "[evidence.height]\nweight = 2\n"}
    more = "[override.magnetite.labels]\nleast = 3\n"
    model = load_region(with_models(region, ["m.toml"], files, more)).deposit_model("magnetite")
    assert model.place_of("evidence", "height") == (region / "m.toml", "evidence.height")
    assert model.place_of("evidence", "fault") == (region / "iron.toml", "evidence.fault")
    assert model.place_of("labels", "least") == (
        region / "region.toml", "override.magnetite.labels.least",
    )  # fmt: skip


PATHS = {
    "/tmp/iron.toml": "is not relative to the region's folder. Copy the file into that folder",
    "C:/iron.toml": "is not relative to the region's folder",
    "~/iron.toml": "is not relative to the region's folder",
    "../iron.toml": "has a '..': all files of a region lie in its folder",
    "models/../../iron.toml": "has a '..'",
    "models\\\\iron.toml": "has a \\. Write the path with /, e.g. models/iron.toml.",
    "models/": "is a folder. Name one of its files: base.toml.",
    "models/none.toml": "is missing: there is no models/none.toml. Put the file there",
    "iocg.toml": "is missing: there is no iocg.toml. A shipped model is listed by its name alone: 'iocg'.",
    "models/base": "is missing: there is no models/base. Did you mean 'base.toml'? Put",
    "models/Base.toml": "is missing: there is no models/Base.toml. Did you mean 'base.toml'? Put",
    "models/a\\u0000.toml": "is not a path",
    "/": "is not relative",
    "linked.toml": "is a link that points outside the region's folder. Copy the file itself",
    "loop.toml": "loop.toml",
    "pipe.toml": "is not a file",
    f"{'a' * 300}.toml": "cannot be reached: File name too long. Correct the path",
}


@pytest.mark.parametrize("path", PATHS)
def test_a_path_that_leads_to_no_file_of_the_region(region, path):
    """One line, with key and remedy."""
    import os

    with_models(region, [path], {"models/base.toml": IRON})
    (region.parent / "outside.toml").write_text(IRON, "utf-8")
    (region / "linked.toml").symlink_to(region.parent / "outside.toml")
    (region / "loop.toml").symlink_to(region / "loop.toml")
    os.mkfifo(region / "pipe.toml")
    (line,) = lines_of(region)
    assert line.startswith("region.toml: key 'region.deposit_models': '")
    assert PATHS[path] in line


@pytest.mark.parametrize(
    ("text", "key", "said"),
    [
        (IRON.replace('"iron"\nlabel', '"iocg"\nlabel'), "deposit_model.name",
         "'iocg' is that of a shipped deposit model. Give another: outputs and `[override.NAME]` use"),
        (IRON.replace('"iron"\nlabel', '"store"\nlabel'), "deposit_model.name",
         "must be another name: every run uses a folder 'store' for something else"),
        (IRON.replace('"iron"\nlabel', '"a/b"\nlabel'), "deposit_model.name", "a name of lower-case letters"),
        (IRON.replace("FEB", "IOCG"), "deposit_model.code",
         "'IOCG' is that of a shipped deposit model. Give another: ids of targets begin with the code."),
        (IRON.replace("Iron formation", 'x"\ncolour = "red'), "deposit_model.colour", "unknown key"),
        (IRON.replace("step = 1", 'step = "1"'), "targets.step", "'1' is not right: it must be a number"),
        (IRON.replace("[labels]", "[labells]"), "labells", "Did you mean 'labels'?"),
        ("form = 'iocg'\n" + IRON, "form", "unknown key. Did you mean 'from'?"),
        ("from = 3\n" + IRON, "from", "must be text in quotes"),
        ("from = 'gold'\n" + IRON, "from", "unknown deposit model 'gold'. "),
        ("from = 'none.toml'\n" + IRON, "from", "'none.toml' is missing: there is no "),
        ("from = '../x.toml'\n" + IRON, "from", "has a '..'"),
        ("from = 'm.toml'\n" + IRON, "from", "models inherit in a circle: m.toml -> m.toml. Remove"),
        ("without = ['evidence.fault']\n" + IRON, "without", "the model inherits from no other"),
        ("without = ['evidence.falt']\n" + CHILD, "without",
         "'evidence.falt' is not in iron.toml. Did you mean 'evidence.fault'?"),
        ("without = ['a\\nb']\n" + CHILD, "without", "is not in iron.toml"),
        ("without = ['']\n" + CHILD, "without", "is not in iron.toml"),
        ("without = ['deposit_model.caution']\n" + CHILD, "without", "is not in iron.toml"),
        ("without = 'evidence.fault'\n" + CHILD, "without", "must be a list"),
        ("without = [1]\n" + CHILD, "without", "must be text in quotes"),
        ("without = ['targets']\n" + CHILD, "targets", "missing"),
    ],
)  # fmt: skip
def test_a_fault_in_a_model_names_its_file_and_key(region, text, key, said):
    """As the faults of region.toml do."""
    lines = lines_of(with_models(region, ["m.toml"], {"m.toml": text, "iron.toml": IRON}))
    assert any(line.startswith(f"m.toml: key '{key}': ") and said in line for line in lines), lines


def test_a_circle_of_several_is_one_error(region):
    """Each inherits from the next."""
    files = {name: CHILD.replace("iron.toml", other) for name, other in
             (("a.toml", "b.toml"), ("b.toml", "sub/c.toml"))}  # fmt: skip
    files["sub/c.toml"] = CHILD.replace("iron.toml", "d.toml")
    files["sub/d.toml"] = CHILD.replace("iron.toml", "c.toml")
    (line,) = lines_of(with_models(region, ["a.toml"], files))
    circle = "a.toml -> b.toml -> c.toml -> d.toml -> c.toml"
    assert (
        line
        == f"sub/d.toml: key 'from': models inherit in a circle: {circle}. Remove the key 'from' in one of "
        "them."
    )


def test_a_fault_of_the_inherited_file_is_said_of_that_file(region):
    """Not of the file that inherits from it."""
    files = {"m.toml": CHILD, "iron.toml": IRON.replace("step = 1", "step = 0")}
    (line,) = lines_of(with_models(region, ["m.toml"], files))
    assert line.startswith("iron.toml: key 'targets.step': 0 is not right: it must be above 0.")


def test_a_file_that_is_no_toml_is_named(region):
    """With the line."""
    (line,) = lines_of(with_models(region, ["m.toml"], {"m.toml": "[deposit_model\n"}))
    assert line.startswith("m.toml: not valid TOML: ")
    assert "line 1" in line


def test_two_models_of_one_name_are_refused(region):
    """The second one, and the first is named."""
    files = {"a.toml": IRON, "b.toml": IRON.replace("FEB", "FEC")}
    (line,) = lines_of(with_models(region, ["a.toml", "b.toml"], files))
    assert line.startswith(
        "b.toml: key 'deposit_model.name': 'iron' is that of a.toml. Give another"
    )


def test_all_faults_are_said_at_once(region):
    """Of region.toml, of two models, of an override."""
    files = {"a.toml": IRON.replace("step = 1", "step = 0"), "b.toml": "from = 'x'\n"}
    more = "[override.iocg.targets]\nmin_area = 5\n"
    with_models(region, ["a.toml", "b.toml", "c.toml", "gold"], files, more)
    keys = [line.split(":")[0] + line.split("'")[1] for line in lines_of(region)]
    assert keys == [
        "region.tomlregion.deposit_models", "a.tomltargets.step", "b.tomlfrom",
        "region.tomlregion.deposit_models", "region.tomloverride.iocg.targets.min_area",
    ]  # fmt: skip


def test_an_override_never_renames_a_model(region):
    """Neither a shipped model nor one of its own; the error stands before anything is screened."""
    more = (
        '[override.iron.deposit_model]\nname = "steel"\n[override.iocg.deposit_model]\nname = "b"\n'
    )
    lines = lines_of(with_models(region, ["iron.toml"], {"iron.toml": IRON}, more))
    assert [line.split(": ")[1] for line in lines] == [
        "key 'override.iron.deposit_model.name'", "key 'override.iocg.deposit_model.name'",
    ]  # fmt: skip
    assert all("an override cannot rename a model. Remove the key" in line for line in lines)
    with pytest.raises(RegionError, match="cannot rename"):
        prospector.check(region)


def test_an_override_may_state_the_name_that_it_has(region):
    """The pair."""
    more = '[override.iron.deposit_model]\nname = "iron"\nlabel = "Ironstone"\n'
    loaded = load_region(with_models(region, ["iron.toml"], {"iron.toml": IRON}, more))
    assert loaded.deposit_model("iron").deposit_model.label == "Ironstone"


def test_an_unknown_name_lists_its_own_models_too(region):
    """And says how to bring one."""
    loaded = load_region(with_models(region, ["iron.toml"], {"iron.toml": IRON}))
    with pytest.raises(RegionError) as raised:
        loaded.deposit_model("irn")
    assert str(raised.value) == (
        "Unknown deposit model 'irn'. Did you mean 'iron'? Available: iron, "
        f"{', '.join(deposit_model_names())}. For one of your own give a file, e.g. models/iron.toml "
        "(see `prospector models`)."
    )


def test_a_model_is_asked_for_by_its_name(region):
    """Not by its file."""
    loaded = load_region(with_models(region, ["./iron.toml"], {"iron.toml": IRON}))
    with pytest.raises(RegionError, match=r"Ask for the model by its name, 'iron'\."):
        loaded.deposit_model("iron.toml")


def test_shipped_text_is_the_shipped_file():
    """Comments and all."""
    assert tomllib.loads(shipped_text("iocg")) == shipped_tables("iocg")
    assert shipped_text("iocg").startswith("#")
