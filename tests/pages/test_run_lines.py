"""What `screen` prints when it is done: gravest first, short, within the terminal, in the run's language."""

from pathlib import Path

import pytest

from prospector.pages.run_lines import run_lines, run_notice_lines, screened_lines
from prospector.runs.run import open_run
from prospector.words.language import language
from prospector.words.together import by_level

CODES = ("en", "es")


@pytest.fixture
def run(atacama_run):
    return open_run(atacama_run)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("width", [60, 80, 100])
def test_no_line_is_wider_than_the_terminal(run, code, width):
    """Tables of targets keep their 80 columns."""
    run.record["language"] = code
    lines = list(run_lines(run, width=width))
    assert max(map(len, lines)) <= max(width, 80)
    assert len(list(run_lines(run))) < len(lines)


@pytest.mark.parametrize("code", CODES)
def test_notices_stand_by_level_gravest_first_with_their_counts(run, code):
    """Problems are whole, each caution has a line, notes are a count; the end says where all are."""
    words = language(code)
    lines = list(run_notice_lines(run, words, 80))
    levels = by_level(run.notices, words)
    counts = [f"  {words.levels(level, count)}" for level, count, _ in levels]
    assert len(counts) == 3
    first, second, third = map(lines.index, counts)
    assert first < second < third == len(lines) - 2
    (_, _, problems), (_, _, cautions), _ = levels
    told = " ".join(line.strip() for line in lines[first + 1 : second])
    assert all(line in told for kind in problems for line in kind.lines)
    assert third - second - 1 == sum(len(kind.lines) for kind in cautions)
    assert "report.html" in lines[-1]
    piped = list(run_notice_lines(run, words, None))
    assert [line for kind in cautions for line in kind.lines if f"    {line}" not in piped] == []


def test_each_deposit_model_has_its_skill_in_four_lines_at_most(run):
    """Between its head and its table of targets, at 80 columns."""
    lines = list(run_lines(run, width=80))
    tables = [at for at, line in enumerate(lines) if line.lstrip().startswith("target  ")]
    heads = [max(at for at in range(table) if lines[at].endswith(" targets")) for table in tables]
    assert len(heads) == len(run.deposit_models)
    assert all(1 <= table - head - 1 <= 4 for head, table in zip(heads, tables, strict=True))
    assert all("AUC" in lines[head + 1] or "Not learned" in lines[head + 1] for head in heads)


@pytest.mark.parametrize("code", CODES)
def test_the_last_line_says_which_file_to_open(code):
    """And the lines before it what else there is."""
    lines = list(screened_lines(Path("out/norte"), language(code), kept=False))
    assert str(Path("out/norte/map.html")) in lines[-1]
    assert lines[-1].startswith({"en": "Open ", "es": "Abra "}[code])
    assert not [line for line in lines[:-1] if "map.html" in line]


def test_a_spanish_run_is_spanish_on_the_terminal(run):
    """No English word that a line of it begins with is left."""
    run.record["language"] = "es"
    text = "\n".join([*run_lines(run), *screened_lines(Path("o"), language("es"), kept=True)])
    assert "Avisos: " in text
    assert "Nada ha cambiado" in text
    for word in ("Notices", "targets", "Skill", "chance", "Missing", "Written", "Open ", "tenure"):
        assert word not in text
