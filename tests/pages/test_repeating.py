"""The command that a report prints asks for what was asked, by the command line's own account."""

import shlex
import sys

import pytest

import prospector.writing
from prospector.cli.commands import main
from prospector.gis.formats import formats_of_run
from prospector.options import Options
from prospector.pages.report import command as repeating


@pytest.fixture
def asked_by(monkeypatch, capsys):
    """What the command line asks of `screen_into` for a command, which is not run."""

    def ask(text):
        asked = {}

        def kept(region, _out, **options):
            asked.update(options, region=region)
            raise KeyboardInterrupt

        monkeypatch.setattr(prospector.writing, "screen_into", kept)
        monkeypatch.setattr(sys, "argv", shlex.split(text))
        with pytest.raises((SystemExit, KeyboardInterrupt)):
            main()
        assert asked, capsys.readouterr().err
        return asked

    return ask


def record_of(options, *, language="en", outputs=None):
    """Return what a record holds of how it was asked for."""
    return {
        "region": {"name": "atacama", "cell_size_m": 1000.0},
        "grid": {"cell_size_m": options.cell_size_m or 1000.0},
        "parameters": options.as_record(),
        "language": language,
        "outputs": outputs or {"formats": None, "basemap": None},
    }


def test_the_command_asks_for_all_that_was_asked(asked_by):
    """Models by name, commodities, estimator, cells, seed, switches, language, formats and base map."""
    options = Options(
        estimator="fuzzy", seed=7, quick=True, outside_applicability=True, stability=True,
        commodities=("litio",), deposit_models=("lithium_brine", "iocg"), cell_size_m=2000.0,
    )  # fmt: skip
    outputs = {"formats": list(formats_of_run("kmz")), "basemap": "opentopomap"}
    asked = asked_by(repeating(record_of(options, language="es", outputs=outputs)))
    given = options.as_record()
    assert str(asked["region"]) == "layers/atacama"
    assert [word for text in asked["commodities"] for word in text.split(",")] == ["litio"]
    for key in ("deposit_models", "estimator", "cell_size_m", "seed", "quick", "stability"):
        assert asked[key] == given[key], key
    assert asked["outside_applicability"] is True
    assert (asked["language"], asked["basemap"]) == ("es", "opentopomap")
    assert formats_of_run(asked["formats"]) == tuple(outputs["formats"])


def test_the_command_says_nothing_that_was_not_asked(asked_by):
    """The plain command, but for the seed."""
    text = repeating(record_of(Options()))
    assert text == "prospector screen layers/atacama --seed 0"
    asked = asked_by(text)
    assert (asked["deposit_models"], asked["formats"], asked["basemap"]) == (None, None, None)
