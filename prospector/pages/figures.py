"""The figures of a report for a notebook: each draws on axes, those given or its own, and returns them."""

from __future__ import annotations

import geopandas as gpd
import matplotlib as mpl
import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from prospector.errors import OutputError
from prospector.gis.palette import AGAINST, INK
from prospector.pages.chapter_pictures import effects_of, past_of
from prospector.pages.drawing import SETTINGS
from prospector.pages.findings import Findings, ModelFindings
from prospector.pages.pictures import (
    Measured,
    Standing,
    draw_curves,
    draw_effect,
    draw_held_out,
    draw_learning,
    draw_null,
    draw_past,
    draw_spread,
    held_out_height_in,
    rates,
    spread_height_in,
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

    Returns
    -------
    matplotlib.axes.Axes
        Those drawn on.

    Raises
    ------
    OutputError
        Nothing was held out, so there is no figure beside a null.

    Examples
    --------
    >>> import prospector
    >>> run = prospector.open_run("out/hills")
    >>> prospector.plot_nulls(run.skill("porphyry_copper")).get_xlabel()[:3]
    'AUC'
    """
    words, measured = words_of(language), _measured(skill)
    nulls = {null.kind: null.aucs for null in measured.nulls}
    row = Measured(
        words.say("All evidence"), measured.auc.value, measured.auc.interval or (), nulls
    )
    with mpl.rc_context(SETTINGS):
        axes = axes or _new_axes(6.6, 2.1)
        draw_null(axes, row, words)
        axes.set_xlabel(words.say("AUC in spatial blocks: 0.5 is a coin toss, 1 is perfect"))
        axes.legend(loc="upper left", fontsize=7, handlelength=1.2)
    return axes


def plot_capture(skill: Skill, axes: Axes | None = None, *, language: str = "en") -> Axes:
    """Draw the share of the deposits caught against the share of the ground, and return the axes.

    Parameters
    ----------
    skill, axes, language
        As `plot_nulls` takes them.

    Returns
    -------
    matplotlib.axes.Axes
        Those drawn on.

    Raises
    ------
    OutputError
        Nothing was held out.

    Examples
    --------
    >>> import prospector
    >>> run = prospector.open_run("out/hills")
    >>> len(prospector.plot_capture(run.skill("porphyry_copper")).lines) > 1
    True
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

    Returns
    -------
    matplotlib.axes.Axes
        Those drawn on.

    Raises
    ------
    OutputError
        It was not taken, as in a quick run.

    Examples
    --------
    >>> import prospector
    >>> prospector.plot_learning_curve(prospector.open_run("out/hills").skill("porphyry_copper"))
    Traceback (most recent call last):
    ...
    prospector.errors.OutputError: This run has no learning curve. Screen without quick=True.
    """
    if not skill.learning_curve:
        raise OutputError("This run has no learning curve. Screen without quick=True.")
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

    Returns
    -------
    matplotlib.axes.Axes
        Those drawn on.

    Raises
    ------
    OutputError
        No deposit was held out.

    Examples
    --------
    >>> import prospector
    >>> run = prospector.open_run("out/hills")
    >>> len(prospector.plot_held_out(run.deposits).get_yticklabels())
    39
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
    deposit_model
        Name of one that was ranked.
    axes, language
        As `plot_nulls` takes them.

    Returns
    -------
    matplotlib.axes.Axes
        Those drawn on.

    Examples
    --------
    >>> import prospector
    >>> run = prospector.open_run("out/hills")
    >>> prospector.plot_score(run, "porphyry_copper").get_aspect()
    1.0
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


def plot_replicas(
    targets: gpd.GeoDataFrame, axes: Axes | None = None, *, language: str = "en"
) -> Axes:
    """Draw how far the percentile of each target moves over the replicas, and return the axes.

    Parameters
    ----------
    targets
        Those of one deposit model: ``ranking.targets``, or rows of ``run.targets``.
    axes, language
        As `plot_nulls` takes them.

    Returns
    -------
    matplotlib.axes.Axes
        Those drawn on.

    Raises
    ------
    OutputError
        No replica was made, as in a quick run.

    Examples
    --------
    >>> import prospector
    >>> prospector.plot_replicas(prospector.open_run("out/hills").targets)
    Traceback (most recent call last):
    ...
    prospector.errors.OutputError: This run has no replicas. Screen without quick=True, ...
    """
    spread = targets[targets["percentile_mean"].notna()]
    if spread.empty:
        raise OutputError(
            "This run has no replicas. Screen without quick=True, with a model that learns."
        )
    standing = Standing(
        [f"{row.rank}  {row.name or row.target_id}" for row in spread.itertuples(index=False)],
        *(
            spread[column].to_numpy(dtype=float)
            for column in ("percentile", "percentile_mean", "percentile_spread")
        ),
    )
    with mpl.rc_context(SETTINGS):
        axes = axes or _new_axes(6.6, spread_height_in(len(spread)))
        draw_spread(axes, standing, words_of(language))
    return axes


def plot_effect(
    run: Run, deposit_model: str, evidence: str, axes: Axes | None = None, *, language: str = "en"
) -> Axes:
    """Draw how the log-odds of the score move with one evidence, and return the axes.

    Parameters
    ----------
    run
        A run that is reopened.
    deposit_model
        Name of one that was ranked.
    evidence
        Its name in the deposit model, e.g. ``"fault_distance"``.
    axes, language
        As `plot_nulls` takes them.

    Returns
    -------
    matplotlib.axes.Axes
        Those drawn on.

    Raises
    ------
    OutputError
        Nothing was learned on such an evidence.

    Examples
    --------
    >>> import prospector
    >>> run = prospector.open_run("out/hills")
    >>> prospector.plot_effect(run, "porphyry_copper", "domeyko").get_xlabel() != ""
    True
    """
    words, found = words_of(language), _findings(run, deposit_model)
    label = next((known["label"] for known in found.evidence if known["name"] == evidence), None)
    drawn = next((e for e in effects_of(found, words) if e.label == words.told(label or "")), None)
    if label is None or drawn is None:
        names = ", ".join(known["name"] for known in found.evidence)
        raise OutputError(
            f"'{deposit_model}' has no fitted effect of evidence '{evidence}'. Its evidence: "
            f"{names}."
        )
    with mpl.rc_context(SETTINGS):
        axes = axes or _new_axes(3.4, 2.4)
        draw_effect(axes, drawn, words)
        axes.set_ylabel(words.say("log-odds"), fontsize=7)
    return axes


def plot_backtest(
    run: Run, deposit_model: str, before: int, axes: Axes | None = None, *, language: str = "en"
) -> Axes:
    """Draw where deposits found since a year would have stood by those known before, and return the axes.

    Parameters
    ----------
    run
        A run that is reopened, of a region with `backtest_years`.
    deposit_model
        Name of one that was ranked.
    before
        The year.
    axes, language
        As `plot_nulls` takes them.

    Returns
    -------
    matplotlib.axes.Axes
        Those drawn on.

    Raises
    ------
    OutputError
        There is no back-test of that year.

    Examples
    --------
    >>> import prospector
    >>> run = prospector.open_run("out/hills")
    >>> prospector.plot_backtest(run, "porphyry_copper", 1990)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    prospector.errors.OutputError: 'porphyry_copper' was not tested on 1990. Its years: none. ...
    """
    tests = {test["before"]: test for test in _findings(run, deposit_model).figures["backtests"]}
    if before not in tests:
        years = ", ".join(map(str, tests)) or "none"
        raise OutputError(
            f"'{deposit_model}' was not tested on {before}. Its years: {years}. Set them with "
            "backtest_years in region.toml."
        )
    past, words = past_of(tests[before]), words_of(language)
    with mpl.rc_context(SETTINGS):
        axes = axes or _new_axes(4.4, 0.95 + 0.16 * len(past.labels))
        draw_past(axes, past, range(len(past.labels)), words)
        axes.set_yticks(range(len(past.labels)), past.labels, fontsize=6.5)
        axes.set_ylim(len(past.labels) - 0.3, -0.7)
    return axes


def _findings(run: Run, deposit_model: str) -> ModelFindings:
    models = Findings(run).models
    if deposit_model not in models:
        raise OutputError(
            f"The run has no deposit model '{deposit_model}'. It has: {', '.join(models)}."
        )
    return models[deposit_model]


def _in_km(table: gpd.GeoDataFrame, crs: str) -> gpd.GeoSeries:
    """Return outlines or points in kilometres of a projection."""
    shapes = table.geometry.to_crs(crs)
    return gpd.GeoSeries(shapes.affine_transform([0.001, 0, 0, 0.001, 0, 0]).to_numpy())


def _measured(skill: Skill) -> Measurement:
    if skill.measured is None:
        raise OutputError(
            "No deposit was held out, so there is no figure to draw. The reason is in "
            "skill.untested."
        )
    return skill.measured


def _new_axes(width_in: float, height_in: float) -> Axes:
    """Return axes that a notebook shows."""
    _, axes = plt.subplots(figsize=(width_in, height_in), layout="constrained")
    return axes
