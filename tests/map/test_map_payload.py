"""A screening as the map's payload: every evidence, its contributions, and the ground it may speak of."""

import re
from dataclasses import replace
from html import escape

import numpy as np
import pandas as pd
import pytest
from plain_payload import plain_payload
from scipy.special import expit, logit

from prospector.errors import Reason
from prospector.map.page_script import page_file
from prospector.map.payload import _picture
from prospector.map.payload_schema import MapPayload
from prospector.map.static_page import static_body
from prospector.tenure.exclusions import ANY
from prospector.validation.record import NOT_FITTED, VERDICT_WORDS, Capture, Figure, StatedTest
from prospector.words.language import language
from prospector.words.skill import verdict_name
from prospector.words.stated import stated_line


@pytest.fixture(scope="module")
def model(planted_screening):
    """The planted region's only deposit model."""
    return plain_payload(planted_screening)["models"][0]


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
    best = planted_screening.targets["target_id"].iloc[0]
    row = {"target_id": best, "target_rank": 1, "role": "water", "class": ANY, "share": 0.25}
    table = pd.DataFrame([row]).assign(unknown_share=0.75, names="")
    held = table.assign(**{"class": "lagoon"})
    tenure = replace(
        planted_screening.tenure, exclusions={"porphyry_copper": pd.concat([table, held])}
    )
    (model,) = plain_payload(replace(planted_screening, tenure=tenure))["models"]
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
    lithium = plain_payload(atacama_screening)["models"][1]
    assert lithium.get("outside") is None
    assert lithium.get("outside_share") is None
    assert lithium["what_if"]["kind"] == "fuzzy"


def test_the_map_holds_every_notice_in_both_languages(atacama_screening):
    """By code and level, gravest first; the sentence is not looked up by its English."""
    shown = plain_payload(atacama_screening)["notices"]
    assert [one["code"] for one in shown] == [one.code for one in atacama_screening.notices]
    assert shown[0]["level"] == "problem"
    assert shown[0]["sentence"].keys() == {"en", "es"}
    assert "not screened" in shown[0]["sentence"]["en"]
    assert "sin evaluar" in shown[0]["sentence"]["es"]


def test_texts_made_of_values_come_in_spanish_by_their_english(atacama_screening):
    """Tenure's date, the accuracy of an evidence, deposits and ranks of a model: made anew, not matched."""
    payload = plain_payload(atacama_screening)
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
    payload = plain_payload(
        with_skill(planted_screening, verdict="not judged", follows=(0,), without_following=without)
    )
    [model] = payload["models"]
    label = model["evidence"][0]["label"]
    assert (model["verdict"], model["demonstrated"]) == ("not judged", False)
    said = f"evidence layer '{label}' follows the deposits (AUC {whole.auc.value:.2f} in spatial blocks"
    assert model["skill_words"].startswith(said)
    assert "AUC 0.51 without it" in model["skill_words"]
    spanish = payload["translations"]["es"][model["skill_words"]]
    assert "sigue a los yacimientos (AUC" in spanish
    assert "AUC 0,51 sin ella" in spanish
    page = static_body(MapPayload.model_validate(payload))
    assert f"<p><b>Not judged.</b> E{escape(said[1:])}" in page


@pytest.mark.parametrize("verdict", [*VERDICT_WORDS])
def test_the_map_says_the_verdict_as_report_and_terminal_do(planted_screening, verdict):
    """One wording of each verdict, in both languages: the page's script has none of its own."""
    changed = with_skill(planted_screening, verdict=verdict)
    payload = plain_payload(changed)
    [model], spanish = payload["models"], payload["translations"]["es"]
    skill = changed.rankings["porphyry_copper"].skill
    assert model["verdict_name"] == verdict_name(skill, language("en"))
    assert spanish[model["verdict_name"]] == verdict_name(skill, language("es"))
    page = static_body(MapPayload.model_validate(payload))
    assert f"<p><b>{model['verdict_name']}.</b> AUC " in page
    script = page_file("controls.js") + page_file("words_es.js")
    assert model["verdict_name"] not in script
    assert "esempeño" not in script


TESTED = StatedTest(
    "patterns moved over the ground", 28, 1, 0, Figure(0.774, NOT_FITTED, (0.7, 0.84), 0.632, 0.001, 999),
    0.5, (Capture(0.05, Figure(0.45, NOT_FITTED, (0.3, 0.6), 0.21)),),
)  # fmt: skip
UNTESTED = StatedTest(
    "units relabelled in the whole region", 3, 0, 0,
    untested=Reason("too-few-to-test", deposits=3, least=5),
)  # fmt: skip


@pytest.mark.parametrize(
    ("stated", "name", "nombre"),
    [
        (TESTED, "Not learned: memberships tested", "No se aprendió de datos: pertenencias probadas"),
        (
            replace(TESTED, seen=True),
            "Not learned: memberships set with these deposits in view",
            "No se aprendió de datos: pertenencias fijadas con estos yacimientos a la vista",
        ),
        (UNTESTED, "Not learned: memberships not tested", "No se aprendió de datos: pertenencias sin probar"),
    ],
)  # fmt: skip
def test_the_map_shows_how_stated_memberships_were_tested(planted_screening, stated, name, nombre):
    """In the verdict line and, where there are figures, in the rows beside their null."""
    reason = Reason("memberships-stated", deposits=29)
    changed = with_skill(
        planted_screening, reason=reason, stated=stated, measured=None, verdict=None
    )
    payload = plain_payload(changed)
    [model], spanish = payload["models"], payload["translations"]["es"]
    assert (model["verdict_name"], spanish[model["verdict_name"]]) == (name, nombre)
    line = stated_line(stated, changed.rankings["porphyry_copper"].evidence_labels, language("en"))
    assert model["skill_words"] == line
    rows = dict(model["skill_rows"])
    assert rows["Known deposits on scored ground"] == stated.n_tested
    assert ("no independent test" in str(rows.get("Memberships"))) == stated.seen
    assert "Known deposits trained on" not in rows
    figures = [rows.get(key) for key in ("AUC at the known deposits, nothing fitted", "p")]
    shown = ["0.77 (0.70 to 0.84)", "0.001 (n = 999, patterns moved over the ground)"]
    assert figures == (shown if stated.auc else [None, None])
    page = static_body(MapPayload.model_validate(payload))
    assert f"<b>{name}.</b> {escape(line[0].upper() + line[1:])}</p>" in page


def test_every_figure_of_skill_is_spanish_on_the_map(planted_screening):
    """Labels of the rows have a phrase, and numbers the decimal comma."""
    measured = planted_screening.rankings["porphyry_copper"].skill.measured
    payload = plain_payload(
        with_skill(planted_screening, without_schematic=measured, without_following=measured)
    )
    spanish, rows = payload["translations"]["es"], payload["models"][0]["skill_rows"]
    assert len(rows) > 9
    assert [label for label, _ in rows if spanish[label] == label] == ["p"]
    values = [spanish[value] for _, value in rows if isinstance(value, str)]
    assert [value for value in values if re.search(r"\d\.\d", value)] == []
