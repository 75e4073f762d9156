"""A run, a back-test and a comparison of estimators as lines of text, for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from prospector.errors import Notice
from prospector.numerals import percentile
from prospector.pages.skill_rows import COIN, baseline_words
from prospector.validation.baselines import TO_BEAT
from prospector.validation.record import Figure, Measurement, Skill
from prospector.words.language import language, sentence
from prospector.words.skill import skill_line
from prospector.words.stability import stability_line
from prospector.words.stated import stated_line

if TYPE_CHECKING:
    from prospector.learning.backtesting import BacktestOf
    from prospector.runs.run import Run
    from prospector.screening.trials import ComparisonOf


def notice_lines(notices: Iterable[Notice]) -> Iterator[str]:
    """Give the notices, gravest first, after how many there are."""
    ordered = sorted(notices)
    yield f"\nNotices: {len(ordered)}"
    for notice in ordered:
        yield f"  {notice.level:8s} {sentence(notice)}"


def run_lines(run: Run) -> Iterator[str]:
    """Give a run's notices, then for each deposit model how far to believe it and its first targets."""
    yield from notice_lines(run.notices)
    targets = run.targets
    for name in run.deposit_models:
        figures = run.record["deposit_models"][name]
        model = figures["model"]["deposit_model"]
        yield f"\n{model['label']}: {figures['n_targets']} targets"
        skill = run.skill(name)
        yield f"  {skill_line(skill, language('en'))}"
        if skill.stated is not None:
            labels = [evidence["label"] for evidence in figures["evidence"]]
            yield f"  {stated_line(skill.stated, labels, language('en'))}"
        if figures.get("stability") is not None:
            yield f"  {stability_line(figures['stability'], language('en'))}"
        yield from _measured(skill)
        yield from _baselines(skill)
        yield from _otherwise(skill)
        yield from _past(figures["backtests"])
        yield from _independence(figures["weights_of_evidence"])
        if model["caution"]:
            yield f"  {model['caution']}"
        for row in targets[targets["deposit_model"] == name].head(10).to_dict("records"):
            known = (
                f", known: {row['known_names']}" if row["known_deposits"] else ", no known deposit"
            )
            named = f" {row['name']}" if row["name"] else ""
            yield (
                f"  {row['rank']:3d}  {row['target_id']}{named}  score {row['score']:.3f}  "
                f"{row['area_km2']:.0f} km2{known}"
            )
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
            f"{row['nearest_km']:.0f} km from a training deposit"
        )
    for group in found.groups:
        if not group.n:
            yield f"  {group.ground}: none"
            continue
        caught = ", ".join(
            f"{capture.captured:.0%} in the best {capture.area:.0%} ({capture.low:.0%}-{capture.high:.0%})"
            for capture in group.captures
        )
        auc = "no AUC below ten" if group.auc is None else f"AUC {group.auc:.2f}"
        yield f"  {group.ground}, {group.n}: {caught}; {auc}"


def comparison_lines(comparison: ComparisonOf) -> Iterator[str]:
    """Give a line for each estimator beside its null, then the baselines."""
    yield f"\n{comparison.model.deposit_model.label}"
    yield "  AUC in spatial blocks (95 %) | its null's 95th percentile, p | without schematic"
    for row in comparison.table().to_dict("records"):
        skill = comparison.skills[row["estimator"]]
        if skill.untested is not None:
            yield f"  {row['estimator']:20s} not tested: {sentence(skill.untested)}"
            continue
        taken = "kept" if row["seconds"] != row["seconds"] else f"{row['seconds']:.0f} s"
        plain = (
            f"{row['auc_without_schematic']:.2f} | {row['null_p95_without_schematic']:.2f}, "
            f"p {row['p_without_schematic']:.2f}"
            if row["auc_without_schematic"] is not None
            else "none"
        )
        yield (
            f"  {row['estimator']:20s} {row['auc_blocked']:.2f} ({row['low']:.2f}-{row['high']:.2f}) "
            f"| {row['null_p95']:.2f}, p {row['p']:.2f} of {row['n_null']} nulls | {plain}; {taken}"
        )
        if not row["demonstrated"]:
            yield f"  {'':20s} no demonstrated skill"
    for baseline in next(iter(comparison.skills.values())).baselines[1:]:
        what = baseline_words(baseline, comparison.labels, language("en"))
        yield f"  {baseline.name:28s} {baseline.auc.value:.2f} (baseline: {what})"


def _figure(auc: Figure) -> str:
    """Return an AUC beside its null."""
    low, high = auc.interval or (float("nan"), float("nan"))
    return (
        f"AUC {auc.value:.2f} ({low:.2f}-{high:.2f}), null's 95th percentile {auc.null_p95:.2f}, "
        f"p {auc.p:.2f} of {auc.n_null} nulls"
    )


def _independence(weights: dict[str, Any] | None) -> Iterator[str]:
    """Give whether the evidences say the same, where something was learned."""
    if weights is None:
        return
    test, holds = weights["independence"], weights["posterior_is_probability"]
    yield (
        f"  evidence {'is' if holds else 'is NOT'} conditionally independent: weights of evidence "
        f"expect {test['expected_deposits']:.1f} deposits, ratio {test['omnibus_ratio']:.2f}, "
        f"p {test['p_value']:.2f} (Agterberg and Cheng 2002)"
    )


def _past(backtests: list[dict[str, Any]]) -> Iterator[str]:
    """Give, for each back-test, how many finds would have stood in the best twentieth."""
    for test in backtests:
        told = []
        for group in test["groups"][1:]:
            best = [capture for capture in group["captures"] if capture["area"] == 0.05]
            caught = f", {best[0]['captured'] * group['n']:.0f} in the best 5 %" if best else ""
            told.append(f"{group['n']} on {group['ground']}{caught}")
        yield (
            f"  back-test: {test['n_training']} deposits known before {test['before']} train; "
            f"found since: {'; '.join(told)}"
        )


def _measured(skill: Skill) -> Iterator[str]:
    """Give the blocks with their W, and what is reached without schematic evidence."""
    measured, plain = skill.measured, skill.without_schematic
    if measured is None:
        return
    yield (
        f"  spatial blocks of {measured.block_size_m / 1000:g} km, W {measured.wasserstein_m / 1000:.0f} "
        "km (0: tested deposits lie as far from those that train as the ground does)"
    )
    if plain is not None:
        yield (
            f"  without schematic evidence: AUC {plain.auc.value:.2f} "
            f"(null's 95th percentile {plain.auc.null_p95:.2f}, p {plain.auc.p:.3f})"
        )


def _baselines(skill: Skill) -> Iterator[str]:
    for baseline in skill.baselines:
        if baseline.name in TO_BEAT:
            low, high = baseline.gain_interval
            yield (
                f"  {baseline.name}, in two splits: AUC {baseline.auc.value:.2f}; "
                f"the model gains {baseline.gain:+.2f} ({low:+.2f} to {high:+.2f})"
            )


def _otherwise(skill: Skill) -> Iterator[str]:
    """Give the skill by other folds, estimators, shares of the ground and draws."""
    for division in skill.divisions:
        if division.untested is not None:
            yield f"  {division.folds}: not tested, {sentence(division.untested)}"
        elif division.auc is not None:
            coin = division.auc.interval is not None and division.auc.interval[0] <= COIN
            yield f"  {division.folds}, {division.n_tested} tested: {_figure(division.auc)}" + (
                ": no better than a coin" if coin else ""
            )
    for row in skill.estimators:
        if row.untested is not None:
            yield f"  in short, {row.estimator}: not tested, {sentence(row.untested)}"
        elif row.auc is not None:
            yield f"  in short, {row.estimator}: {_figure(row.auc)}"
    if skill.measured is not None:
        yield from _held_out(skill.measured)


def _held_out(measured: Measurement) -> Iterator[str]:
    """Give the captures, the draws of the background and random folds."""
    caught = ", ".join(
        f"{capture.captured.value:.0%} in the best {capture.area_share:.0%} "
        f"(null {capture.captured.null_p95:.0%})"
        for capture in measured.captures
    )
    yield f"  held-out deposits: {caught}"
    if len(measured.draws) > 1:
        aucs = [draw.value for draw in measured.draws]
        yield f"  by draw of the background: AUC {min(aucs):.2f} to {max(aucs):.2f}"
    yield f"  random folds (interpolation, optimistic): AUC {measured.auc_random.value:.2f}"
