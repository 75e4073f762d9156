"""What an override leaves a deposit model to say of itself."""

import pytest

import prospector
from prospector.errors import Notice
from prospector.region.region_file import load_region
from prospector.region.shipped_models import deposit_model_names, load_deposit_model
from prospector.screening.idle_keys import left_out_words


def overriding(region, model, text):
    """Return the region with a table of override."""
    with (region / "region.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n[override.{model}]\n{text}\n")
    return load_region(region)


def test_no_shipped_text_says_what_the_estimator_decides():
    """Whether anything is learned is said by the estimator that is used."""
    for name in deposit_model_names():
        entry = load_deposit_model(name).deposit_model
        words = f"{entry.caution} {entry.ranges} {entry.summary}".lower()
        assert not any(word in words for word in ("learned", "stated", "fitted")), name


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("evidence.diorite.membership = { full = 1, none = 3 }", ["evidence.diorite.membership"]),
        ('evidence.diorite.role = "geology"', ["evidence.diorite.role"]),
        ('labels.deposit_type = "skarn"', ["labels.deposit_type"]),
        ("labels.age_ma = [10, 20]", ["labels.age_ma"]),
        ("permissive = []", ["permissive"]),
    ],
)
def test_another_model_does_not_say_what_the_shipped_one_says(region, text, keys):
    """Its ranges were about the model as it is shipped; a notice says so."""
    loaded = overriding(region, "iocg", text)
    assert loaded.deposit_model("iocg").deposit_model.ranges == ""
    about = {
        "model": "iocg",
        "keys": [f"override.iocg.{key}" for key in keys],
        "words": ["ranges"],
    }
    assert left_out_words(loaded, ["iocg"]) == [Notice("words-left-out", "note", about)]


@pytest.mark.parametrize(
    "text",
    [
        "evidence.diorite.weight = 2",
        'evidence.diorite.where = { class = ["diorite"] }',
        "evidence.diorite.coarsest_m = 500",
        "targets.step = 1",
        'estimator.name = "logistic"',
        "labels.least = 3",
    ],
)
def test_the_same_model_still_says_it(region, text):
    """A weight, the classes of one's own map, another estimator."""
    loaded = overriding(region, "iocg", text)
    shipped = load_deposit_model("iocg").deposit_model
    assert loaded.deposit_model("iocg").deposit_model.ranges == shipped.ranges
    assert left_out_words(loaded, ["iocg"]) == []


def test_what_the_override_says_itself_is_said(region):
    """Words beside the keys that change the model."""
    loaded = overriding(
        region,
        "iocg",
        'permissive = []\ndeposit_model = { ranges = "my own", caution = "Mind the cover." }',
    )
    entry = loaded.deposit_model("iocg").deposit_model
    assert (entry.ranges, entry.caution) == ("my own", "Mind the cover.")
    assert left_out_words(loaded, ["iocg"]) == []


def test_check_says_it(region):
    """Where the model is the region's."""
    text = 'labels.age_ma = [5, 60]\nestimator.name = "fuzzy"'
    text += "\nevidence.domeyko.membership = { full = 1, none = 9 }"
    overriding(region, "porphyry_copper", text)
    codes = [notice.code for notice in prospector.check(region).notices]
    assert codes.count("words-left-out") == 1
