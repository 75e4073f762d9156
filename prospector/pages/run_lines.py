"""The end of a screening on the terminal: notices, skill, targets and what to open."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from prospector.pages.inventory_lines import inventory_lines
from prospector.pages.lines import wrapped
from prospector.pages.target_lines import legend, target_lines
from prospector.runs.overview import areas_of
from prospector.words.language import Language, language
from prospector.words.short_skill import short_skill
from prospector.words.stability import stability_line
from prospector.words.together import by_level

if TYPE_CHECKING:
    from prospector.runs.run import Run

FIRST = 10
"""Targets of each deposit model that are printed."""


def run_lines(run: Run, *, width: int | None = None) -> Iterator[str]:
    """Give a run's notices, then the skill and first targets of each deposit model, then its limits.

    Parameters
    ----------
    run
        A run that is reopened; its language is that of the lines.
    width
        Columns at which sentences are broken; None leaves each on one line, for `grep`.
    """
    words = language(run.record["language"])
    yield from run_notice_lines(run, words, width)
    for name in run.deposit_models:
        yield from _model_lines(run, name, words, width)
    if len(run.targets):
        yield ""
        for line in legend(words):
            yield from wrapped("  ", line, width)
    listed = inventory_lines(run.record, words)
    yield from ["", *listed] if listed else []
    yield ""
    for sentence in _standing(run, words):
        yield from wrapped("", sentence, width)


def run_notice_lines(run: Run, words: Language, width: int | None) -> Iterator[str]:
    """Give the notices by level, gravest first: problems whole, cautions in a line each, notes counted.

    A caution longer than its line is cut; the report and run.json hold every sentence whole.
    """
    yield f"\n{words.say('Notices: {n}', n=len(run.notices))}"
    for level, count, kinds in by_level(run.notices, words):
        if level == "note":
            yield f"  {words.levels(level, count)}"
            continue
        yield f"  {words.levels(level, count)}"
        for kind in kinds:
            for line in kind.lines:
                yield from wrapped("    ", line, width) if level == "problem" else _cut(line, width)
    if run.notices:
        where = words.say("All of them, in whole sentences: end of {file}", file="report.html")
        yield from wrapped("  ", f"{where}.", width)


def _cut(line: str, width: int | None) -> Iterator[str]:
    """Give a sentence on one line, cut where it is longer than that."""
    room = None if width is None else width - 4
    yield f"    {line if room is None else textwrap.shorten(line, room, placeholder=' ...')}"


def _model_lines(run: Run, name: str, words: Language, width: int | None) -> Iterator[str]:
    """Give a deposit model's number of targets, its skill in a sentence, and the first targets."""
    figures, targets = run.record["deposit_models"][name], run.targets
    label = words.told(figures["model"]["deposit_model"]["label"])
    yield f"\n{words.say('{label}: {n} targets', label=label, n=figures['n_targets'])}"
    yield from wrapped("  ", short_skill(run.skill(name), words, run.evidence_labels(name)), width)
    if figures.get("stability") is not None:
        yield from wrapped("  ", stability_line(figures["stability"], words), width)
    first = targets[targets["deposit_model"] == name].sort_values("rank").head(FIRST)
    yield from target_lines(run, areas_of(run, first), first["rank"].tolist(), words)


def _standing(run: Run, words: Language) -> Iterator[str]:
    """Give what every output says, the resolution of the evidence as a range."""
    record = run.record
    standing = words.standing(
        [(row["evidence"], row["resolution_m"]) for row in record["resolution"]],
        record["grid"]["cell_size_m"],
        record["tenure_as_of"],
    )
    known = [row["resolution_m"] for row in record["resolution"] if row["resolution_m"]]
    resolution = standing.resolution
    yield standing.reporting
    if len(known) == len(record["resolution"]) > 1:
        resolution = words.say(
            "The evidence resolves {finest} to {coarsest} (each layer: report.html). Cells of {size} m "
            "do not add detail to it.",
            finest=words.length(min(known)),
            coarsest=words.length(max(known)),
            size=f"{record['grid']['cell_size_m']:g}",
        )
    yield resolution
    yield standing.tenure


def screened_lines(folder: Path, words: Language, *, kept: bool) -> Iterator[str]:
    """Give what a run folder holds, whether it was there already, and last which file to open."""
    if kept:
        again = words.say("Nothing has changed since this run was written (--force runs it again).")
        yield f"\n{again}"
    yield f"\n{words.say('Written to {folder}:', folder=folder)}"
    for file, what in (
        ("overview.html", words.say("the answer on two sheets")),
        ("report.html", words.say("skill, methods, cautions, limits and all notices")),
        ("prospects.qgz", words.say("the layers, styled, for QGIS")),
        ("run.json", words.say("every choice and figure")),
    ):
        yield f"  {file:15s}{what}"
    yield words.say("Open {file} in a browser (it needs no internet).", file=folder / "map.html")
