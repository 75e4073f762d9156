"""Results of commands about a region or a run, as lines of text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prospector.numerals import fixed, measure, percentile, signed
from prospector.pages.lines import notice_lines
from prospector.pages.target_lines import legend, target_lines
from prospector.runs.overview import areas_of
from prospector.words.language import language
from prospector.words.short_skill import short_skill

if TYPE_CHECKING:
    from prospector.runs.explain import Explanation
    from prospector.runs.portfolio import Portfolio
    from prospector.runs.run import Run
    from prospector.runs.score_polygons import ScoredPolygons

FIRST = 10
"""Targets or polygons of each deposit model that are printed."""


def written_lines(files: tuple[Path, Path]) -> Iterator[str]:
    """Give where a table was written."""
    package, table = files
    yield f"\nWritten: {package} (for GIS software) and {table} (for a spreadsheet)."


def exported_lines(files: Sequence[Path]) -> Iterator[str]:
    """Give each file that was written of a run."""
    yield "Written:"
    yield from (f"  {file}" for file in files)


def polygon_lines(scored: ScoredPolygons) -> Iterator[str]:
    """Give how the first polygons of each deposit model stand."""
    for row in scored.table.groupby("deposit_model", sort=False).head(FIRST).to_dict("records"):
        yield f"  {row['deposit_model']}  polygon {row['polygon']}: {_place(row)}"
    yield from notice_lines(scored.notices)


def _place(row: dict[Any, Any]) -> str:
    """Return in words how a polygon stands under a deposit model."""
    if row["score"] != row["score"]:
        return "not scored: outside the permissive ground, or evidence missing"
    ranked = isinstance(row["rank"], int)
    place = f"rank {row['rank']}" if ranked else "no rank, less than a tenth is scored"
    return (
        f"{place}, score {fixed(row['score'], 3)}, percentile {percentile(row['percentile'])}, "
        f"{fixed(row['target_ha'], 0)} ha inside targets"
    )


def portfolio_lines(ordered: Portfolio, run: Run) -> Iterator[str]:
    """Give the first targets in the order that was asked for, after how many each model has."""
    yield ordered.words
    counts = ordered.targets["deposit_model"].value_counts(sort=False)
    yield "; ".join(f"{name}: {count} targets" for name, count in counts.items())
    first = ordered.targets.head(FIRST)
    words = language("en")
    yield from target_lines(run, areas_of(run, first), first["portfolio_rank"].tolist(), words)
    yield from (f"  {line}" for line in legend(words))


def explanation_lines(
    explanation: Explanation, run: Run, longitude: float, latitude: float
) -> Iterator[str]:
    """Give the evidence of one deposit model at a place, as lines."""
    yield f"{explanation.label} at {longitude}, {latitude}"
    if explanation.score != explanation.score:
        yield "  not scored: outside the permissive ground or the units, or evidence missing"
        return
    yield f"  score {fixed(explanation.score, 3)}, percentile {percentile(explanation.percentile)}"
    for row in explanation.rows:
        within = "within " if row.unresolved else ""
        partly = "" if row.all_schematic else "partly "
        mark = f" ({partly}schematic)" if row.schematic else ""
        yield (
            f"  {signed(row.contribution)}  {row.label} {within}{measure(row.value, row.unit)}{mark}"
        )
    if explanation.unlike is not None:
        dissimilarity, threshold = explanation.unlike
        where = "inside" if dissimilarity <= threshold else "OUTSIDE"
        yield (
            f"  {where} the area of applicability: dissimilarity {fixed(dissimilarity, 3)}, "
            f"threshold {fixed(threshold, 3)}"
        )
    name = explanation.deposit_model
    skill, labels, words = run.skill(name), run.evidence_labels(name), language("en")
    yield f"  {short_skill(skill, words, labels)}"
