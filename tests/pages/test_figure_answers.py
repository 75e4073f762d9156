"""Under every figure of the report stands a sentence that answers its question, made from its numbers."""

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from prospector.pages import figure_answers
from prospector.pages.figure_answers import curves_answer, null_answer, spread_answer
from prospector.pages.findings import Findings
from prospector.pages.pictures import Standing
from prospector.pages.report import report_page
from prospector.runs.run import open_run
from prospector.validation.record import Capture
from prospector.words.language import language

FIGURE = re.compile(r"<figure.*?</figure>", re.DOTALL)
ANSWER = re.compile(r'<strong class="answer">([^<]+)</strong>')


def with_all_figures(run):
    """The findings of a run as a long one has them: a learning curve, and replicas."""
    for figures in run.record["deposit_models"].values():
        if figures["skill"]["measured"] is not None:
            figures["skill"]["learning_curve"] = [
                {"n_trained": 7.0, "auc": 0.64, "spread": 0.01},
                {"n_trained": 28.0, "auc": 0.76, "spread": 0.02},
            ]
    findings = Findings(run)
    for found in findings.models.values():
        moved = {"percentile_mean": found.targets["percentile"], "percentile_spread": 0.4}
        found.__dict__["targets"] = found.targets.assign(**moved, top_tenth_share=1.0)
    return findings


@pytest.mark.parametrize("code", ["en", "es"])
@pytest.mark.parametrize("fixture", ["planted_run", "atacama_run"])
def test_every_figure_of_the_report_has_its_answer(fixture, code, request):
    """Maps, curves, bars and dots, of every deposit model; no sentence stands under two figures."""
    findings = with_all_figures(open_run(request.getfixturevalue(fixture)))
    figures = FIGURE.findall(report_page(findings, language(code)))
    answers = [ANSWER.findall(figure) for figure in figures]
    assert len(figures) >= 7
    assert [
        figure[:80] for figure, own in zip(figures, answers, strict=True) if len(own) != 1
    ] == []
    texts = [own[0] for own in answers]
    assert [text for text in texts if not re.search(r"\d", text)] == []
    assert len(set(texts)) == len(texts)


def test_no_phrase_of_the_answers_is_left_in_english():
    """Each has its Spanish."""
    source = Path(figure_answers.__file__).read_text("utf-8")
    said = {json.loads(text) for text in re.findall(r'words\.say\(\s*("[^"]+")\s*[,)]', source)}
    assert len(said) > 10
    assert [text for text in said if text not in language("es").phrases] == []


def test_the_answers_follow_the_numbers(planted_run):
    """The same figure with other numbers says another thing."""
    en, own = language("en"), open_run(planted_run).skill("porphyry_copper").measured

    def with_auc(value):
        return replace(own, auc=replace(own.auc, value=value, null_p95=0.6))

    def with_caught(share):
        best = replace(own.in_best_twentieth, value=share)
        return replace(own, captures=(Capture(0.05, best),))

    beside = {"n": 19, "null": "shifted deposits", "as_good": 0, "auc": "", "p95": ""}
    assert null_answer(beside, with_auc(0.8), en).endswith("0 did as well: more than chance.")
    assert null_answer(beside, with_auc(0.6), en).endswith("chance is not ruled out.")
    assert "30 % fall in the best 5 %" in curves_answer(with_caught(0.3), en)
    assert "12 % fall in the best 5 %" in curves_answer(with_caught(0.12), en)
    still = np.array([90.0, 80.0])
    steady = spread_answer(Standing(["1", "2"], still, still, np.array([0.1, 0.2])), en)
    assert steady.startswith("2 of 2")


def test_words_of_the_trade_are_explained_before_they_are_used(planted_run, page_of):
    """AUC, null and p: on the pages before the explanation none of them stands."""
    for code, explained, trade in (
        ("en", "How to read the figures", r"\bAUC\b|\bnull\b|\bp 0"),
        ("es", "Cómo leer las cifras", r"\bAUC\b|\bnulo\b|\bp 0"),
    ):
        text = page_of(report_page(Findings(open_run(planted_run)), language(code))).text
        assert re.search(trade, text.split(explained)[0]) is None
        assert re.search(trade, text.split(explained)[1]) is not None
