"""A run, a back-test and a comparison of estimators as lines of text, for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from prospector.errors import Notice
from prospector.numerals import percentile
from prospector.pages.skill_rows import baseline_words
from prospector.validation.record import Skill
from prospector.words.language import language, sentence
from prospector.words.skill import auc_words, gains, skill_line
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
        skill, labels = run.skill(name), run.evidence_labels(name)
        yield from skill_lines(skill, labels)
        if skill.stated is not None:
            yield f"  {stated_line(skill.stated, labels, language('en'))}"
        if figures.get("stability") is not None:
            yield f"  {stability_line(figures['stability'], language('en'))}"
        yield from _past(figures["backtests"])
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
    yield "  AUC in spatial blocks (95 %) | its null's mean, 95th percentile, p | without schematic"
    for row in comparison.table().to_dict("records"):
        skill = comparison.skills[row["estimator"]]
        if skill.untested is not None:
            yield f"  {row['estimator']:20s} not tested: {sentence(skill.untested)}"
            continue
        taken = "kept" if row["seconds"] != row["seconds"] else f"{row['seconds']:.0f} s"
        plain = (
            f"{row['auc_without_schematic']:.2f} | {row['null_mean_without_schematic']:.2f}, "
            f"{row['null_p95_without_schematic']:.2f}, "
            f"p {row['p_without_schematic']:.2f}"
            if row["auc_without_schematic"] is not None
            else "none"
        )
        yield (
            f"  {row['estimator']:20s} {row['auc_blocked']:.2f} ({row['low']:.2f}-{row['high']:.2f}) "
            f"| {row['null_mean']:.2f}, {row['null_p95']:.2f}, p {row['p']:.2f} of "
            f"{row['n_null']} nulls | {plain}; {taken}"
        )
        if not row["demonstrated"]:
            yield f"  {'':20s} {skill_line(skill, language('en'), comparison.labels)}"
    for baseline in next(iter(comparison.skills.values())).baselines[1:]:
        what = baseline_words(baseline, comparison.labels, language("en"))
        yield f"  {baseline.name:28s} {baseline.auc.value:.2f} in {baseline.auc.split} (baseline: {what})"


def _past(backtests: list[dict[str, Any]]) -> Iterator[str]:
    """Give, in a line, how many finds would have stood in the best twentieth by each back-test."""
    lines = []
    for test in backtests:
        told = []
        for group in test["groups"][1:]:
            best = [capture for capture in group["captures"] if capture["area"] == 0.05]
            caught = f", {best[0]['captured'] * group['n']:.0f} in the best 5 %" if best else ""
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
    measured, plain = skill.measured, skill.without_schematic
    if measured is None:
        return
    gained = [] if skill.demonstrated or skill.follows else list(gains(skill, words))
    if plain is not None and plain != measured:
        gained.append(f"without schematic evidence: {auc_words(plain, words)}")
    if gained:
        yield f"  {'; '.join(gained)}"
    caught = measured.in_best_twentieth
    yield (
        f"  held-out deposits: {caught.value:.0%} in the best 5 % (null's 95th percentile "
        f"{caught.null_p95:.0%}), blocks of {measured.block_size_m / 1000:g} km, W "
        f"{measured.wasserstein_m / 1000:.0f} km; random folds (interpolation, optimistic): AUC "
        f"{measured.auc_random.value:.2f}"
    )
