"""A screening as the map's payload: every evidence, its contributions, and the ground it may speak of."""

from dataclasses import replace
from html import escape

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit

from prospector.map.page_script import page_file
from prospector.map.payload import _picture, map_payload
from prospector.map.payload_schema import MapPayload
from prospector.map.static_page import VERDICTS, static_body


@pytest.fixture(scope="module")
def model(planted_screening):
    """The planted region's only deposit model."""
    return map_payload(planted_screening)["models"][0]


def test_contributions_are_those_of_the_ranking_in_order_of_rank(model, planted_screening):
    """One value and one part for each evidence; the strongest part is the one the table names first."""
    ranking = next(iter(planted_screening.rankings.values()))
    labels = [one.label for one in ranking.evidence]
    assert [one["label"] for one in model["evidence"]] == labels
    for target, row in zip(model["targets"], ranking.targets.to_dict("records"), strict=True):
        assert target["target_id"] == row["target_id"]
        strongest = labels[int(np.argmax(np.abs(target["parts"])))]
        both = (row["evidence_for"], row["evidence_against"])
        assert any(text.startswith(strongest) for text in both)


def test_log_odds_are_near_the_sum_of_contributions(model, planted_screening):
    """Between targets, log-odds of the mean score differ as the sums of mean contributions do."""
    ranking = next(iter(planted_screening.rankings.values()))
    score = ranking.targets["score"].to_numpy()
    total = ranking.target_parts.sum(axis=1)
    assert len(score) > 1
    assert np.corrcoef(logit(score), total)[0, 1] > 0.9
    assert ((expit(total) > 0) & (expit(total) < 1)).all()


def test_flags_are_those_of_the_table_of_exclusions(planted_screening):
    """Every role that a target is known to hold, classes together; none for a target without any."""
    table = planted_screening.tenure.exclusions["porphyry_copper"].copy()
    best = table["target_rank"] == 1
    table.loc[best & (table["role"] == "water"), "share"] = 0.25
    held = table[best & (table["role"] == "water")].assign(**{"class": "lagoon"})
    tenure = replace(
        planted_screening.tenure, exclusions={"porphyry_copper": pd.concat([table, held])}
    )
    (model,) = map_payload(replace(planted_screening, tenure=tenure))["models"]
    first, *others = model["targets"]
    assert first["flags"] == [("water", 0.25)]
    assert others
    assert not any(one["flags"] for one in others)


def test_every_evidence_has_a_picture_with_its_ends(model):
    """A small picture, low below high."""
    for one in model["evidence"]:
        assert one["picture"]["png"].startswith("data:image/webp;base64,")
        assert one["low"] < one["high"]


def test_without_a_test_the_applicability_is_said_to_be_unknown(atacama_screening):
    """The salars' memberships are stated: nothing was trained on."""
    lithium = map_payload(atacama_screening)["models"][1]
    assert lithium.get("outside") is None
    assert "not computed" in lithium["outside_words"]
    assert lithium["what_if"]["kind"] == "fuzzy"


def test_the_map_holds_every_notice_in_both_languages(atacama_screening):
    """By code and level, gravest first; the sentence is not looked up by its English."""
    shown = map_payload(atacama_screening)["notices"]
    assert [one["code"] for one in shown] == [one.code for one in atacama_screening.notices]
    assert shown[0]["level"] == "problem"
    assert shown[0]["sentence"].keys() == {"en", "es"}
    assert "not screened" in shown[0]["sentence"]["en"]
    assert "sin evaluar" in shown[0]["sentence"]["es"]


def test_texts_made_of_values_come_in_spanish_by_their_english(atacama_screening):
    """Tenure's date, the accuracy of an evidence, deposits and ranks of a model: made anew, not matched."""
    payload = map_payload(atacama_screening)
    spanish = payload["translations"]["es"]
    assert all(text in spanish for text in payload["sentences"])
    for model in payload["models"]:
        assert all(one["accuracy"] in spanish for one in model["evidence"])
    assert spanish["Known deposits: porphyry copper"] == "Yacimientos conocidos: pórfido cuprífero"
    assert spanish["Porphyry copper: rank"] == "Pórfido cuprífero: orden"
    assert payload["title"] in spanish


@pytest.mark.parametrize(("tolerances_km", "unresolved"), [((10.0,), True), ((2.0,), False)])
def test_the_low_end_of_colours_is_unresolved_where_the_layer_does_not_reach_it(
    planted_screening, tolerances_km, unresolved
):
    """The nearest ground is 10 km off: of a line drawn to within 10 km that is "within"."""
    grid = planted_screening.grid
    values = np.full(grid.shape, 10.0)
    values[0] = 30.0
    picture = _picture(values, grid, tolerances_km)
    assert (picture["low"], picture["low_unresolved"]) == (10.0, unresolved)


def with_skill(screening, **changes):
    """Return a screening of the same with another skill."""
    (name, ranking), *_ = screening.rankings.items()
    skill = replace(ranking.skill, **changes)
    changed = replace(ranking, estimation=replace(ranking.estimation, skill=skill))
    return replace(screening, rankings={name: changed})


def test_the_map_says_which_evidence_follows_the_deposits(planted_screening):
    """With the AUC with and without it, in both languages; the static page says it first."""
    whole = planted_screening.rankings["porphyry_copper"].skill.measured
    without = replace(whole, auc=replace(whole.auc, value=0.512))
    payload = map_payload(
        with_skill(planted_screening, verdict="not judged", follows=(0,), without_following=without)
    )
    [model] = payload["models"]
    label = model["evidence"][0]["label"]
    assert (model["verdict"], model["demonstrated"]) == ("not judged", False)
    said = f"evidence '{label}' follows the deposits (AUC {whole.auc.value:.2f} in spatial blocks"
    assert model["skill_words"].startswith(said)
    assert "AUC 0.51 without it" in model["skill_words"]
    spanish = payload["translations"]["es"][model["skill_words"]]
    assert "sigue a los yacimientos (AUC" in spanish
    assert "AUC 0,51 sin ella" in spanish
    page = static_body(MapPayload.model_validate(payload))
    assert f"<p><b>Not judged:</b> {escape(said)}" in page


@pytest.mark.parametrize("verdict", ["demonstrated", "could not tell", "none seen"])
def test_the_static_page_says_the_verdict_as_the_script_does(planted_screening, verdict):
    """Each name of a verdict stands in the page's script, and so in Spanish."""
    payload = MapPayload.model_validate(map_payload(with_skill(planted_screening, verdict=verdict)))
    name = VERDICTS[verdict]
    assert f"<p><b>{name}</b> AUC " in static_body(payload)
    assert f'"{name}",' in page_file("controls.js")
    assert f'"{name}": "' in page_file("words_es.js")
