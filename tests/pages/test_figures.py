"""The figures of the report as axes of a notebook."""

import matplotlib as mpl
import pytest

import prospector
from prospector.errors import OutputError
from prospector.validation.record import Skill

mpl.use("agg")


@pytest.fixture(autouse=True)
def _closed():
    """No figure is left open."""
    yield
    mpl.pyplot.close("all")


def texts(axes):
    """All that a figure says."""
    axes.figure.canvas.draw()
    return [text.get_text() for text in axes.figure.findobj(mpl.text.Text) if text.get_text()]


def test_skill_is_drawn_beside_its_nulls(planted_screening, planted_run):
    """The same from a screening and from its run; on axes that are given, too; in Spanish."""
    skill = planted_screening["porphyry_copper"].skill
    axes = prospector.plot_nulls(skill)
    auc = f"{skill.measured.auc.value:.2f}"
    assert auc in texts(axes)
    again = prospector.plot_nulls(prospector.open_run(planted_run).skill("porphyry_copper"))
    assert texts(again) == texts(axes)
    _, given = mpl.pyplot.subplots()
    assert prospector.plot_nulls(skill, given, language="es") is given
    assert "réplicas" in texts(given)


def test_capture_and_held_out_deposits_are_drawn(planted_screening):
    """Three curves and chance; a row for each deposit."""
    ranking = planted_screening["porphyry_copper"]
    assert len(prospector.plot_capture(ranking.skill).get_lines()) == 4
    axes = prospector.plot_held_out(ranking.deposits)
    held_out = ranking.deposits["percentile_out_of_fold"].notna()
    assert len(axes.get_yticks()) == held_out.sum() > 30


def test_the_score_is_drawn_with_targets_and_deposits(planted_screening, planted_run):
    """From a screening as from its run, in kilometres of the region's CRS."""
    for source in (planted_screening, prospector.open_run(planted_run)):
        axes = prospector.plot_score(source, "porphyry_copper")
        assert len(axes.get_images()) == 1
        assert len(axes.collections) >= 2
        west, east = axes.get_xlim()
        assert 390 < west < east < 610


def test_the_learning_curve_is_drawn(planted_full):
    """Of a whole run; a quick one has none."""
    skill = planted_full["porphyry_copper"].skill
    axes = prospector.plot_learning_curve(skill)
    assert len(axes.containers[0][0].get_xdata()) == len(skill.learning_curve)


def test_what_was_not_measured_is_not_drawn(planted_screening):
    """It says why."""
    quick = planted_screening["porphyry_copper"]
    for draw in (prospector.plot_nulls, prospector.plot_capture):
        with pytest.raises(OutputError, match="No deposit was held out"):
            draw(Skill(3, 2))
    with pytest.raises(OutputError, match="Screen without quick"):
        prospector.plot_learning_curve(quick.skill)
    with pytest.raises(OutputError, match="none has a percentile"):
        prospector.plot_held_out(quick.deposits.assign(percentile_out_of_fold=None))


def test_replicas_are_drawn(planted_full, planted_screening):
    """A row for each target of a whole run; a quick one has none."""
    targets = planted_full["porphyry_copper"].targets
    axes = prospector.plot_replicas(targets)
    assert len(axes.get_yticks()) == len(targets) > 0
    with pytest.raises(OutputError, match="This run has no replicas"):
        prospector.plot_replicas(planted_screening["porphyry_copper"].targets)


def test_an_effect_is_drawn(planted_run):
    """With the deposits below; of an evidence that is there."""
    run = prospector.open_run(planted_run)
    axes = prospector.plot_effect(run, "porphyry_copper", "domeyko", language="es")
    assert len(axes.get_lines()) == 3
    with pytest.raises(OutputError, match="no fitted effect of evidence 'faults'"):
        prospector.plot_effect(run, "porphyry_copper", "faults")
    with pytest.raises(OutputError, match="no deposit model 'iron'"):
        prospector.plot_effect(run, "iron", "domeyko")


def test_a_backtest_that_was_not_made_is_refused(planted_run):
    """The planted region names no year."""
    run = prospector.open_run(planted_run)
    with pytest.raises(OutputError, match="not tested on 1990"):
        prospector.plot_backtest(run, "porphyry_copper", 1990)
