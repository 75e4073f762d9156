"""A run, a back-test and a comparison of estimators as lines of text, for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from prospector.errors import Notice
from prospector.numerals import decimals_apart, fixed, length, percent, percentile
from prospector.pages.inventory_lines import inventory_lines
from prospector.pages.skill_rows import baseline_words
from prospector.pages.target_lines import LEGEND, target_lines
from prospector.runs.overview import areas_of
from prospector.validation.record import Skill
from prospector.words.cautions import model_caution
from prospector.words.language import language, sentence
from prospector.words.skill import auc_words, gains, skill_line
from prospector.words.stability import stability_line
from prospector.words.stated import stated_line
from prospector.words.together import by_level

FIRST = 10
"""Targets of each deposit model that are printed."""

if TYPE_CHECKING:
    from prospector.learning.backtesting import BacktestOf
    from prospector.runs.run import Run
    from prospector.screening.trials import ComparisonOf


def notice_lines(notices: Iterable[Notice]) -> Iterator[str]:
    r"""Give the notices by level, gravest first, those of one kind in one line, after how many there are.

    Examples
    --------
    >>> repaired = [Notice("geometries-repaired", "note", {"layer": name}, 2) for name in ("a", "b")]
    >>> print(*notice_lines(repaired), sep="\n")
    <BLANKLINE>
    Notices: 2
      2 notes
        Layer 'a'; 'b': 2 invalid geometries repaired.
    """
    yield from map("".join, notice_rows(notices))


def notice_rows(notices: Iterable[Notice]) -> Iterator[tuple[str, str]]:
    """Give the lines of `notice_lines` in two parts: what stands before the sentence, and the sentence."""
    every = list(notices)
    yield f"\nNotices: {len(every)}", ""
    for level, count, kinds in by_level(every, language("en")):
        yield f"  {count} {level if count == 1 else f'{level}s'}", ""
        for kind in kinds:
            yield "    ", kind.sentence


def run_lines(run: Run) -> Iterator[str]:
    """Give a run's notices, then for each deposit model how far to believe it and its first targets."""
    yield from notice_lines(run.notices)
    targets = run.targets
    for name in run.deposit_models:
        figures = run.record["deposit_models"][name]
        model = figures["model"]["deposit_model"]
        yield f"\n{model['label']}: {figures['n_targets']} targets"
        skill, labels = run.skill(name), run.evidence_labels(name)
        yield from skill_lines(skill, labels)
        if skill.stated is not None:
            yield f"  {stated_line(skill.stated, labels, language('en'))}"
        if figures.get("stability") is not None:
            yield f"  {stability_line(figures['stability'], language('en'))}"
        yield from _past(figures["backtests"])
        caution = model_caution(model, language("en"), learned=skill.reason is None)
        if caution:
            yield f"  {caution}"
        first = targets[targets["deposit_model"] == name].sort_values("rank").head(FIRST)
        yield from target_lines(run, areas_of(run, first), first["rank"].tolist())
    yield from LEGEND if len(targets) else ()
    listed = inventory_lines(run.record)
    yield from ["", *listed] if listed else []
    yield ""
    yield from run.record["sentences"]


def backtest_lines(backtest: BacktestOf) -> Iterator[str]:
    """Give where each later discovery would have stood, then each kind of ground together."""
    found = backtest.found
    dated = f"{found.n_training} deposits train ({found.n_undated} undated: {found.undated})"
    yield f"\n{backtest.model.deposit_model.label}, found before {found.before}: {dated}"
    yield "  percentile it would have had (by distance to known deposits alone)"
    for row in backtest.table().to_dict("records"):
        yield (
            f"  {row['year']}  {row['name']}: {percentile(row['percentile'])} "
            f"({percentile(row['percentile_by_distance'])}), {row['ground']}, "
            f"{fixed(row['nearest_km'], 0)} km from a training deposit"
        )
    for group in found.groups:
        if not group.n:
            yield f"  {group.ground}: none"
            continue
        caught = ", ".join(
            f"{percent(capture.captured)}% in the best {percent(capture.area)}% "
            f"({percent(capture.low)}%-{percent(capture.high)}%)"
            for capture in group.captures
        )
        auc = "no AUC below ten" if group.auc is None else f"AUC {fixed(group.auc, 2)}"
        yield f"  {group.ground}, {group.n}: {caught}; {auc}"


def comparison_lines(comparison: ComparisonOf) -> Iterator[str]:
    """Give a line for each estimator beside its null, then the baselines."""
    yield f"\n{comparison.model.deposit_model.label}"
    yield "  AUC in spatial blocks (95 %) | its null's mean, 95th percentile, p | without schematic"
    for row in comparison.table().to_dict("records"):
        skill = comparison.skills[row["estimator"]]
        if skill.untested is not None:
            yield f"  {row['estimator']:20s} not tested: {sentence(skill.untested)}"
            continue
        taken = "kept" if row["seconds"] != row["seconds"] else f"{fixed(row['seconds'], 0)} s"
        low, high = fixed(row["low"], 2), fixed(row["high"], 2)
        auc, null = _beside_null(row["auc_blocked"], row["null_mean"], row["null_p95"], row["p"])
        plain = "none"
        if row["auc_without_schematic"] is not None:
            names = ("auc", "null_mean", "null_p95", "p")
            plain = " | ".join(_beside_null(*(row[f"{name}_without_schematic"] for name in names)))
        yield (
            f"  {row['estimator']:20s} {auc} ({low}-{high}) | {null} of {row['n_null']} nulls | "
            f"{plain}; {taken}"
        )
        if not row["demonstrated"]:
            yield f"  {'':20s} {skill_line(skill, language('en'), comparison.labels)}"
    for baseline in next(iter(comparison.skills.values())).baselines[1:]:
        what = baseline_words(baseline, comparison.labels, language("en"))
        auc = f"{fixed(baseline.auc.value, 2)} in {baseline.auc.split}"
        yield f"  {baseline.name:28s} {auc} (baseline: {what})"


def _beside_null(auc: float, mean: float, p95: float, p: float) -> tuple[str, str]:
    """Return an AUC, and its null's mean and 95th percentile with p."""
    decimals = decimals_apart(auc, p95)
    return fixed(auc, decimals), f"{fixed(mean, 2)}, {fixed(p95, decimals)}, p {fixed(p, 2)}"


def _past(backtests: list[dict[str, Any]]) -> Iterator[str]:
    """Give, in a line, how many finds would have stood in the best twentieth by each back-test."""
    lines = []
    for test in backtests:
        told = []
        for group in test["groups"][1:]:
            best = [capture for capture in group["captures"] if capture["area"] == 0.05]
            caught = (
                f", {fixed(best[0]['captured'] * group['n'], 0)} in the best 5 %" if best else ""
            )
            told.append(f"{group['n']} on {group['ground']}{caught}")
        lines.append(
            f"{test['n_training']} deposits known before {test['before']} train; found since: "
            f"{', '.join(told)}"
        )
    if lines:
        yield f"  back-test: {'; '.join(lines)}"


def skill_lines(skill: Skill, labels: Sequence[str]) -> Iterator[str]:
    """Give the verdict on a skill and what stands beside it, in three lines at most."""
    words = language("en")
    yield f"  {skill_line(skill, words, labels)}"
    measured, plain = skill.measured, skill.without_some_schematic
    if measured is None:
        return
    gained = [] if skill.demonstrated or skill.follows else list(gains(skill, words))
    if plain is not None:
        gained.append(f"without schematic evidence: {auc_words(plain, words)}")
    if gained:
        yield f"  {'; '.join(gained)}"
    caught = measured.in_best_twentieth
    yield (
        f"  held-out deposits: {percent(caught.value)}% in the best 5 % (null's 95th percentile "
        f"{percent(caught.null_p95 or 0.0)}%), blocks of {measured.block_size_m / 1000:g} km, "
        f"distance mismatch {length(measured.wasserstein_m)} (0 = as far as in real use); random folds "
        f"(interpolation, optimistic): AUC {fixed(measured.auc_random.value, 2)}"
    )
