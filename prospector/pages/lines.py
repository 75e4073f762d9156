"""Notices, a back-test and a comparison of estimators as lines of text, for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from prospector.errors import Notice
from prospector.numerals import decimals_apart, fixed, percent, percentile
from prospector.pages.skill_rows import baseline_words
from prospector.words.language import language, sentence
from prospector.words.short_skill import short_skill
from prospector.words.together import by_level

if TYPE_CHECKING:
    from prospector.learning.backtesting import BacktestOf
    from prospector.screening.trials import ComparisonOf


def notice_lines(notices: Iterable[Notice], *, width: int | None = None) -> Iterator[str]:
    r"""Give the notices by level, gravest first, those of one kind in one sentence.

    Parameters
    ----------
    notices
        In any order.
    width
        Columns at which sentences are broken; None leaves each on one line, for `grep`.

    Examples
    --------
    >>> repaired = [Notice("geometries-repaired", "note", {"layer": name}, 2) for name in ("a", "b")]
    >>> print(*notice_lines(repaired), sep="\n")
    <BLANKLINE>
    Notices: 2
      2 notes
        Layer 'a'; 'b': 2 invalid geometries repaired.
    """
    for start, text in notice_rows(notices):
        yield from wrapped(start, text, width)


def notice_rows(notices: Iterable[Notice]) -> Iterator[tuple[str, str]]:
    """Give the lines of `notice_lines` in two parts: what stands before the sentence, and the sentence."""
    every, words = list(notices), language("en")
    yield f"\nNotices: {len(every)}", ""
    for level, count, kinds in by_level(every, words):
        yield f"  {words.levels(level, count)}", ""
        for kind in kinds:
            yield from (("    ", line) for line in kind.lines)


def wrapped(start: str, text: str, width: int | None) -> Iterator[str]:
    """Give a text behind a start, broken at a width with its further lines below one another.

    Examples
    --------
    >>> list(wrapped("- ", "one two", 6)), list(wrapped("- ", "one two", None))
    (['- one', '  two'], ['- one two'])
    """
    if width is None or not text:
        yield start + text
        return
    yield from textwrap.wrap(
        text, width, initial_indent=start, subsequent_indent=" " * len(start),
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip


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
        auc = "no AUC (fewer than ten)" if group.auc is None else f"AUC {fixed(group.auc, 2)}"
        yield f"  {group.ground}, {group.n}: {caught}; {auc}"


def comparison_lines(comparison: ComparisonOf) -> Iterator[str]:
    """Give a line for each estimator beside its null, then the baselines."""
    yield f"\n{comparison.model.deposit_model.label}"
    yield (
        "  AUC in spatial blocks (95 %) | random rankings: mean, 95th percentile, p | without "
        "schematic"
    )
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
            f"  {row['estimator']:20s} {auc} ({low}-{high}) | {null} of {row['n_null']} random | "
            f"{plain}; {taken}"
        )
        if not row["demonstrated"]:
            yield f"  {'':20s} {short_skill(skill, language('en'), comparison.labels)}"
    for baseline in next(iter(comparison.skills.values())).baselines[1:]:
        what = baseline_words(baseline, comparison.labels, language("en"))
        auc = f"{fixed(baseline.auc.value, 2)} in {baseline.auc.split}"
        yield f"  {baseline.name:28s} {auc} (baseline: {what})"


def _beside_null(auc: float, mean: float, p95: float, p: float) -> tuple[str, str]:
    """Return an AUC, and its null's mean and 95th percentile with p."""
    decimals = decimals_apart(auc, p95)
    return fixed(auc, decimals), f"{fixed(mean, 2)}, {fixed(p95, decimals)}, p {fixed(p, 2)}"
