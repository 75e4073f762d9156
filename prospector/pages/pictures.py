"""Charts of a report: skill beside its null, folds, deposits held out, targets over the replicas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

import matplotlib as mpl
import numpy as np
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, PercentFormatter

from prospector.gis.palette import AGAINST, FOR, INK, MUTED
from prospector.grid import BoolArray, FloatArray
from prospector.pages.drawing import SETTINGS, as_svg, new_axes
from prospector.validation.record import Curves, LearningPoint
from prospector.words.language import Language

NULL_COLOURS = ("#b9c3cc", "#7fb8b0", "#d9c48f")
REAL, HELD_OUT = "#440154", "#d9962b"
NAMED_AT_MOST = 40
"""More deposits than this are drawn without their names."""

SIGNS_AT_MOST = 400
"""More signs than this are drawn as an image."""

TICKS = 300
"""Places that a tick below an effect may have."""


@dataclass(frozen=True, eq=False)
class Measured:
    """One figure of skill with the nulls that it stands beside.

    Parameters
    ----------
    label
        Which evidence it is of.
    nulls
        AUC of every replicate by kind of null.
    """

    label: str
    auc: float
    interval: Sequence[float]
    nulls: Mapping[str, Sequence[float]]


def null_svg(rows: Sequence[Measured], language: Language, *, key: str, alt: str) -> Markup:
    """Return the AUC of each row on the distribution of its nulls, with their 95th percentile."""
    with mpl.rc_context(SETTINGS):
        figure, first = new_axes(6.6, 1.55 * len(rows) + 0.35)
        first.remove()
        panels = figure.subplots(len(rows), 1, sharex=True, squeeze=False)[:, 0]
        for panel, row in zip(panels, rows, strict=True):
            draw_null(panel, row, language)
        panels[-1].set_xlabel(
            language.say("AUC in spatial blocks: 0.5 is a coin toss, 1 is perfect")
        )
        panels[-1].xaxis.set_major_formatter(_decimals(language, 1))
        panels[0].legend(loc="upper left", fontsize=7, handlelength=1.2)
        return as_svg(figure, key, alt)


def draw_null(panel: Axes, row: Measured, language: Language) -> None:
    """Draw the AUC of a row on the distribution of its nulls, with their 95th percentile."""
    edges = np.linspace(0, 1, 41).tolist()
    for colour, (kind, values) in zip(NULL_COLOURS, row.nulls.items(), strict=False):
        label = language.say("chance: {kind}", kind=language.told(kind))
        panel.hist(values, edges, color=colour, alpha=0.75, histtype="stepfilled", label=label)
    top = panel.get_ylim()[1] * 1.35
    panel.set_ylim(0, top)
    every = [row.auc, *row.interval, *(auc for values in row.nulls.values() for auc in values)]
    panel.set_xlim(min(0.2, np.floor(min(every) * 10) / 10), 1.0)
    p95 = max(float(np.quantile(values, 0.95)) for values in row.nulls.values())
    panel.axvline(
        p95,
        0,
        0.86,
        color=INK,
        linewidth=1.0,
        linestyle=(0, (4, 2)),
        label=language.say("95th percentile of the stricter random test"),
    )
    panel.plot(row.interval, [0.8 * top] * 2, color=REAL, linewidth=1.2, marker="|", markersize=6)
    panel.axvline(
        row.auc,
        0,
        0.86,
        color=REAL,
        linewidth=2.2,
        label=language.say("this model, with its 95 % interval"),
    )
    panel.annotate(
        language.number(row.auc, 2), (row.auc, 0.87 * top), ha="center", va="bottom",
        color=REAL, fontsize=8.5, weight="bold",
    )  # fmt: skip
    panel.set_title(row.label, loc="left", fontsize=8.5, weight="bold", color=INK)
    panel.set_ylabel(language.say("replicates"))


@dataclass(frozen=True, eq=False)
class Split:
    """One split: places in metres, and which of them are held out."""

    deposits_at: FloatArray
    background_at: FloatArray
    held_out: BoolArray
    background_held_out: BoolArray


def folds_svg(split: Split, language: Language, *, key: str, alt: str) -> Markup:
    """Return one split as a map: ground and deposits that train, and those that are held out."""
    reach = split.background_at.max(axis=0) - split.background_at.min(axis=0)
    with mpl.rc_context(SETTINGS):
        width = float(np.clip(3.6 * reach[0] / reach[1], 1.8, 4.5))
        figure, axes = new_axes(width, 3.9)
        for out, colour in ((False, "#dfe5ea"), (True, "#f0d2a0")):
            chosen = split.background_at[split.background_held_out == out]
            axes.scatter(chosen[:, 0], chosen[:, 1], s=2.2, c=colour, linewidths=0, rasterized=True)
        for out, colour, marker, label in (
            (False, INK, "o", language.say("deposit that trains")),
            (True, AGAINST, "D", language.say("deposit held out")),
        ):
            chosen = split.deposits_at[split.held_out == out]
            axes.scatter(
                chosen[:, 0],
                chosen[:, 1],
                s=20,
                c=colour,
                marker=marker,
                edgecolors="white",
                linewidths=0.7,
                label=label,
                rasterized=len(chosen) > SIGNS_AT_MOST,
            )
        axes.set_aspect("equal")
        axes.set_axis_off()
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, 0.02), fontsize=7, handletextpad=0.2)
        figure.set_dpi(150)
        return as_svg(figure, key, alt)


def held_out_svg(
    names: Sequence[str], percentile: FloatArray, language: Language, *, key: str, alt: str
) -> Markup:
    """Return the percentile that each deposit reaches when it is held out, best first.

    Above forty deposits they are counted in steps of five percentiles, without names.
    """
    with mpl.rc_context(SETTINGS):
        figure, axes = new_axes(3.6, held_out_height_in(len(names)))
        draw_held_out(axes, names, percentile, language)
        return as_svg(figure, key, alt)


def held_out_height_in(count: int) -> float:
    """Return how high the picture of so many deposits is, in inches."""
    return 2.6 if count > NAMED_AT_MOST else 0.5 + 0.11 * count


def draw_held_out(
    axes: Axes, names: Sequence[str], percentile: FloatArray, language: Language
) -> None:
    """Draw the percentile that each deposit reaches when it is held out, best first."""
    if len(names) > NAMED_AT_MOST:
        axes.hist(percentile, list(range(0, 101, 5)), color=FOR, edgecolor="white")
        axes.set_ylabel(language.say("deposits"))
    else:
        order = np.argsort(percentile, kind="stable")
        rows = np.arange(len(names))
        axes.hlines(rows, 0, percentile[order], color="#d5dce2", linewidth=1.2, zorder=1)
        axes.scatter(percentile[order], rows, s=16, c=FOR, zorder=2)
        axes.set_yticks(rows, [short(names[i]) for i in order], fontsize=6.5)
        axes.set_ylim(-0.8, len(names) - 0.2)
        axes.tick_params(axis="y", length=0)
    axes.axvline(50, color=MUTED, linewidth=0.9, linestyle=(0, (2, 2)))
    axes.axvspan(95, 100, color=FOR, alpha=0.13, linewidth=0)
    axes.set_xlim(0, 101)
    axes.set_xlabel(language.say("percentile"))


def short(name: str, letters: int = 24) -> str:
    """Return a name as a chart has room for it."""
    return name if len(name) <= letters else f"{name[: letters - 1]}…"


@dataclass(frozen=True, eq=False)
class Curve:
    """The share of deposits caught in the best share of the ground, both 0-1, ascending."""

    label: str
    area: FloatArray
    caught: FloatArray
    colour: str
    dash: tuple[float, ...] = ()


def rates(known: Curves, language: Language) -> list[Curve]:
    """Return the prediction rate, held out, its null and the success rate."""
    say, area = language.say, np.asarray(known.area_share)
    parts = (
        (say("success rate (fit)"), known.success_rate_fit, AGAINST, (4, 2)),
        (say("95th percentile of chance"), known.prediction_rate_null_p95, MUTED, (1, 1)),
        (say("prediction rate (held out)"), known.prediction_rate_held_out, FOR, ()),
    )
    return [
        Curve(label, area, np.asarray(values), colour, dash)
        for label, values, colour, dash in parts
    ]


def curves_svg(curves: Sequence[Curve], language: Language, *, key: str, alt: str) -> Markup:
    """Return the curves of capture against chance."""
    with mpl.rc_context(SETTINGS):
        figure, axes = new_axes(3.1, 2.9)
        draw_curves(axes, curves, language)
        return as_svg(figure, key, alt)


def draw_curves(axes: Axes, curves: Sequence[Curve], language: Language) -> None:
    """Draw curves of capture against chance."""
    axes.plot(
        [0, 1],
        [0, 1],
        color=MUTED,
        linewidth=0.9,
        linestyle=(0, (2, 2)),
        label=language.say("chance"),
    )
    for curve in curves:
        style = (0, curve.dash) if curve.dash else "-"
        axes.step(
            curve.area,
            curve.caught,
            where="post",
            color=curve.colour,
            linewidth=1.7,
            linestyle=style,
            label=curve.label,
        )
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1.02)
    axes.set_aspect("equal")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    axes.set_xlabel(language.say("share of the ground, best first"))
    axes.set_ylabel(language.say("share of the deposits caught"))
    axes.legend(loc="lower right", fontsize=7)


@dataclass(frozen=True, eq=False)
class Standing:
    """Targets in this run and over the replicas, in percentiles."""

    labels: Sequence[str]
    percentile: FloatArray
    mean: FloatArray
    spread: FloatArray


def spread_svg(standing: Standing, language: Language, *, key: str, alt: str) -> Markup:
    """Return each target's percentile beside its mean over the replicas, with one deviation."""
    with mpl.rc_context(SETTINGS):
        figure, axes = new_axes(6.6, spread_height_in(len(standing.labels)))
        draw_spread(axes, standing, language)
        return as_svg(figure, key, alt)


def spread_height_in(count: int) -> float:
    """Return how high a picture of so many targets is, in inches."""
    return 0.75 + 0.19 * count


def draw_spread(axes: Axes, standing: Standing, language: Language) -> None:
    """Draw each target's percentile beside its mean over the replicas, with one deviation."""
    labels, percentile, mean, spread = (
        standing.labels,
        standing.percentile,
        standing.mean,
        standing.spread,
    )
    rows = np.arange(len(labels))[::-1]
    axes.errorbar(
        mean, rows, xerr=[np.minimum(spread, mean), np.minimum(spread, 100 - mean)],
        fmt="o", color=FOR, markersize=4.5, elinewidth=1.3, capsize=2.5,
        label=language.say("mean of 30 replicas and one standard deviation"),
    )  # fmt: skip
    axes.scatter(
        percentile,
        rows,
        marker="|",
        s=60,
        c=AGAINST,
        linewidths=1.8,
        zorder=3,
        label=language.say("this run"),
    )
    axes.set_yticks(rows, labels, fontsize=7)
    axes.set_ylim(-0.7, len(labels) - 0.3)
    low = min(float(np.nanmin(mean - spread)), float(np.nanmin(percentile)))
    axes.set_xlim(max(0.0, np.floor(low - 0.5)), 100.3)
    axes.xaxis.set_major_formatter(
        FuncFormatter(lambda value, _: f"{value:g}".replace(".", language.point))
    )
    axes.set_xlabel(language.say("percentile among all scored ground"))
    axes.grid(axis="x", color="#e3e8ec", linewidth=0.6)
    axes.tick_params(axis="y", length=0)
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2, fontsize=7)


def learning_svg(
    points: Sequence[LearningPoint], language: Language, *, key: str, alt: str
) -> Markup:
    """Return the AUC in one split against the number of deposits that train, with its spread.

    No null stands beside it: that of the headline is of other splits, and of all deposits.
    """
    with mpl.rc_context(SETTINGS):
        figure, axes = new_axes(3.1, 2.3)
        draw_learning(axes, points, language)
        return as_svg(figure, key, alt)


def draw_learning(axes: Axes, points: Sequence[LearningPoint], language: Language) -> None:
    """Draw the AUC in one split against the number of deposits that train, with its spread."""
    trained, auc = [point.n_trained for point in points], [point.auc for point in points]
    axes.errorbar(
        trained, auc, yerr=[point.spread for point in points], fmt="o-", color=FOR,
        markersize=4.5, linewidth=1.4, capsize=2.5,
    )  # fmt: skip
    axes.axhline(0.5, color=MUTED, linewidth=0.9, linestyle=(0, (2, 2)))
    axes.set_xlim(left=0)
    lowest = min(point.auc - point.spread for point in points)
    axes.set_ylim(min(0.45, lowest - 0.02), 1.0)
    axes.yaxis.set_major_formatter(_decimals(language, 1))
    axes.set_xlabel(language.say("deposits that train"))
    axes.set_ylabel(language.say("AUC, one split"))


@dataclass(frozen=True, eq=False)
class Effect:
    """How the score's log-odds move with one evidence, and where the known deposits lie on it."""

    label: str
    unit: str
    values: FloatArray
    effect: FloatArray
    deposits: FloatArray


def effects_svg(effects: Sequence[Effect], language: Language, *, key: str, alt: str) -> Markup:
    """Return a panel for each evidence, four in a row, on one scale that holds every curve whole.

    Known deposits are ticks below.
    """
    columns = min(4, len(effects))
    rows = -(-len(effects) // columns)
    with mpl.rc_context(SETTINGS):
        figure, first = new_axes(6.6, 0.4 + 1.5 * rows)
        first.remove()
        panels = figure.subplots(rows, columns, sharey=True, squeeze=False).ravel()
        for panel in panels[len(effects) :]:
            panel.set_axis_off()
        for panel, effect in zip(panels, effects, strict=False):
            draw_effect(panel, effect, language)
        every = np.concatenate([effect.effect for effect in effects])
        panels[0].set_ylim(every.min() - 0.3, every.max() + 0.3)
        for panel in panels[::columns]:
            panel.set_ylabel(language.say("log-odds"), fontsize=7)
        return as_svg(figure, key, alt)


def draw_effect(panel: Axes, effect: Effect, language: Language) -> None:
    """Draw how the log-odds of the score move with one evidence; known deposits as ticks below."""
    panel.axhline(0, color=MUTED, linewidth=0.9, linestyle=(0, (2, 2)))
    panel.plot(effect.values, effect.effect, color=FOR, linewidth=1.7)
    ticks = _ticks(effect)
    panel.plot(
        ticks, np.full(len(ticks), 0.03), "|", color=AGAINST, markersize=6,
        transform=panel.get_xaxis_transform(),
    )  # fmt: skip
    panel.set_xlim(effect.values.min(), effect.values.max())
    panel.set_title("\n".join(wrap(effect.label, 24)), loc="left", fontsize=7, color=INK)
    panel.set_xlabel(effect.unit, fontsize=7)
    panel.yaxis.set_major_formatter(_decimals(language, 1))


def _ticks(effect: Effect) -> FloatArray:
    """Return where the known deposits lie on an evidence, in steps too fine to be seen."""
    step = max(float(np.ptp(effect.values)), 1e-12) / TICKS
    known = effect.deposits[np.isfinite(effect.deposits)]
    return np.asarray(np.unique(np.round(known / step)) * step)


@dataclass(frozen=True, eq=False)
class Past:
    """One back-test: deposits found since a year, in the percentiles that they would have had.

    Parameters
    ----------
    labels
        Name and year of each deposit.
    by_distance
        Percentile by nearness to the deposits that were known.
    brownfield
        Whether each lies within 20 km of one of those.
    """

    before: int
    labels: Sequence[str]
    percentile: FloatArray
    by_distance: FloatArray
    brownfield: BoolArray


def backtests_svg(tests: Sequence[Past], language: Language, *, key: str, alt: str) -> Markup:
    """Return a panel for each back-test: deposits in the order given by the first that has them."""
    labels = list(dict.fromkeys(label for test in tests for label in test.labels))
    with mpl.rc_context(SETTINGS):
        figure, first = new_axes(6.6, 0.95 + 0.16 * len(labels))
        first.remove()
        panels = figure.subplots(1, len(tests), sharey=True, squeeze=False)[0]
        for panel, test in zip(panels, tests, strict=True):
            draw_past(panel, test, [labels.index(label) for label in test.labels], language)
        panels[0].set_yticks(range(len(labels)), labels, fontsize=6.5)
        panels[0].set_ylim(len(labels) - 0.3, -0.7)
        handles, names = _legend_of(panels)
        figure.legend(handles, names, loc="outside upper center", ncols=3, fontsize=7)
        return as_svg(figure, key, alt)


def draw_past(panel: Axes, past: Past, rows: Sequence[int], language: Language) -> None:
    """Draw one back-test, each deposit in a row of its own."""
    row = np.array(rows)
    panel.hlines(row, 0, past.percentile, color="#d5dce2", linewidth=1.2, zorder=1)
    panel.scatter(
        past.by_distance, row, marker="|", s=55, c=AGAINST, linewidths=1.6, zorder=2,
        label=language.say("by distance to known deposits only"),
    )  # fmt: skip
    for near, face, label in (
        (False, FOR, language.say("on new ground")),
        (True, "white", language.say("within 20 km of a known deposit")),
    ):
        some = past.brownfield == near
        panel.scatter(
            past.percentile[some], row[some], s=20, facecolors=face, edgecolors=FOR, linewidths=1.2,
            zorder=3, label=label,
        )  # fmt: skip
    panel.axvspan(95, 100, color=FOR, alpha=0.13, linewidth=0)
    panel.axvline(50, color=MUTED, linewidth=0.9, linestyle=(0, (2, 2)))
    panel.set_xlim(0, 102)
    title = language.say("known before {year}", year=past.before)
    panel.set_title(title, loc="left", fontsize=8.5, weight="bold", color=INK)
    panel.set_xlabel(language.say("percentile"))
    panel.tick_params(axis="y", length=0)


def _legend_of(panels: Sequence[Axes]) -> tuple[list[Any], list[str]]:
    """Return one handle for each label of several panels."""
    pairs = [
        pair for panel in panels for pair in zip(*panel.get_legend_handles_labels(), strict=True)
    ]
    named = {str(label): handle for handle, label in pairs}
    return list(named.values()), list(named)


def _decimals(language: Language, decimals: int) -> FuncFormatter:
    return FuncFormatter(lambda value, _: language.number(value, decimals))
