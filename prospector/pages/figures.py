"""The figures of a report for a notebook: each draws on axes, those given or its own, and returns them."""

from __future__ import annotations

import geopandas as gpd
import matplotlib as mpl
import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from prospector.errors import OutputError
from prospector.gis.palette import AGAINST, INK
from prospector.pages.drawing import SETTINGS
from prospector.pages.pictures import (
    Measured,
    draw_curves,
    draw_held_out,
    draw_learning,
    draw_null,
    held_out_height_in,
    rates,
)
from prospector.runs.run import Run
from prospector.screening.steps import Screening
from prospector.validation.record import Measurement, Skill
from prospector.words.language import Language
from prospector.words.language import language as words_of

SCORE_COLOURS = "viridis"


def plot_nulls(skill: Skill, axes: Axes | None = None, *, language: str = "en") -> Axes:
    """Draw the AUC of a skill on the distribution of its nulls, and return the axes.

    Parameters
    ----------
    skill
        ``ranking.skill`` of a screening, ``run.skill(name)``, or ``skill`` of what `validate` returns.
    axes
        Where to draw; axes of their own by default.
    language
        ``"en"`` or ``"es"``.

    Raises
    ------
    OutputError
        Nothing was held out, so there is no figure beside a null.
    """
    words, measured = words_of(language), _measured(skill)
    nulls = {null.kind: null.aucs for null in measured.nulls}
    row = Measured(
        words.say("All evidence"), measured.auc.value, measured.auc.interval or (), nulls
    )
    with mpl.rc_context(SETTINGS):
        axes = axes or _new_axes(6.6, 2.1)
        draw_null(axes, row, words)
        axes.set_xlabel(words.say("AUC in spatial blocks: 0.5 is a coin, 1 is perfect"))
        axes.legend(loc="upper left", fontsize=7, handlelength=1.2)
    return axes


def plot_capture(skill: Skill, axes: Axes | None = None, *, language: str = "en") -> Axes:
    """Draw the share of the deposits caught against the share of the ground, and return the axes.

    Parameters
    ----------
    skill, axes, language
        As `plot_nulls` takes them.

    Raises
    ------
    OutputError
        Nothing was held out.
    """
    words, measured = words_of(language), _measured(skill)
    with mpl.rc_context(SETTINGS):
        axes = axes or _new_axes(3.8, 3.6)
        draw_curves(axes, rates(measured.curves, words), words)
    return axes


def plot_learning_curve(skill: Skill, axes: Axes | None = None, *, language: str = "en") -> Axes:
    """Draw the AUC in one split against the number of deposits that train, and return the axes.

    Parameters
    ----------
    skill, axes, language
        As `plot_nulls` takes them.

    Raises
    ------
    OutputError
        It was not taken, as in a quick run.
    """
    if not skill.learning_curve:
        raise OutputError("No learning curve was taken. Screen without quick=True.")
    with mpl.rc_context(SETTINGS):
        axes = axes or _new_axes(3.8, 2.8)
        draw_learning(axes, skill.learning_curve, words_of(language))
    return axes


def plot_held_out(
    deposits: gpd.GeoDataFrame, axes: Axes | None = None, *, language: str = "en"
) -> Axes:
    """Draw the percentile that each known deposit reaches while it is held out, and return the axes.

    Parameters
    ----------
    deposits
        ``ranking.deposits`` of a screening, or those of one deposit model of ``run.deposits``.
    axes, language
        As `plot_nulls` takes them.

    Raises
    ------
    OutputError
        No deposit was held out.
    """
    placed = deposits[deposits["percentile_out_of_fold"].notna()]
    if placed.empty:
        raise OutputError(
            "No deposit was held out, so none has a percentile. Use a model that learns."
        )
    words: Language = words_of(language)
    names = placed["name"].astype(str).map(words.names).tolist()
    with mpl.rc_context(SETTINGS):
        axes = axes or _new_axes(4.2, held_out_height_in(len(names)))
        draw_held_out(axes, names, placed["percentile_out_of_fold"].to_numpy(dtype=float), words)
    return axes


def plot_score(
    source: Screening | Run, deposit_model: str, axes: Axes | None = None, *, language: str = "en"
) -> Axes:
    """Draw the score of a deposit model with targets and known deposits, and return the axes.

    Parameters
    ----------
    source
        A screening, or a run that is reopened.
    axes, language
        As `plot_nulls` takes them.
    """
    words = words_of(language)
    if isinstance(source, Screening):
        ranking = source[deposit_model]
        score, targets, deposits = ranking.score, ranking.targets, ranking.deposits
    else:
        score = source.score(deposit_model)
        targets, deposits = (
            table[table["deposit_model"] == deposit_model]
            for table in (source.targets, source.deposits)
        )
    with mpl.rc_context(SETTINGS):
        axes = axes or _new_axes(5.2, 5.0)
        score.plot(axes, cmap=SCORE_COLOURS, vmin=0, vmax=1)
        for table, style in (
            (targets, {"facecolor": "none", "edgecolor": INK, "linewidth": 1.1}),
            (deposits, {"color": AGAINST, "markersize": 9, "edgecolor": "white", "linewidth": 0.4}),
        ):
            if len(table):
                _in_km(table, source.grid.crs).plot(ax=axes, aspect=None, **style)
        axes.set_xlabel(words.say("easting, km"))
        axes.set_ylabel(words.say("northing, km"))
    return axes


def _in_km(table: gpd.GeoDataFrame, crs: str) -> gpd.GeoSeries:
    """Return outlines or points in kilometres of a projection."""
    shapes = table.geometry.to_crs(crs)
    return gpd.GeoSeries(shapes.affine_transform([0.001, 0, 0, 0.001, 0, 0]).to_numpy())


def _measured(skill: Skill) -> Measurement:
    if skill.measured is None:
        raise OutputError(
            "Nothing was held out, so there is no figure to draw. See skill.untested."
        )
    return skill.measured


def _new_axes(width_in: float, height_in: float) -> Axes:
    """Return axes that a notebook shows."""
    _, axes = plt.subplots(figsize=(width_in, height_in), layout="constrained")
    return axes
