"""What a repeated run shows on the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from prospector.runs.differences import Difference, Files

MOST_FILES = 12
"""Names of files in a list; the rest is counted."""

LONGEST_VALUE = 80


def rerun_lines(
    files: Files, differences: Sequence[Difference], *, same: bool, places: tuple[str, str]
) -> Iterator[str]:
    r"""Give whether a repeated run is the same, which of its files are not, and which inputs differ.

    Parameters
    ----------
    files
        Which do.
    differences
        Every input that differs.
    same
        Whether all files hold the same bytes.
    places
        Names for the run and its repetition.

    Examples
    --------
    >>> files = Files(("run.json",), (), (), ())
    >>> print(*rerun_lines(files, [], same=True, places=("out/a", "")), sep="\n")
    out/a: the same. Files written again: 1, all identical.
    """
    run, kept = places
    compared = len(files.same) + len(files.changed)
    if same:
        yield f"{run}: the same. Files written again: {compared}, all identical."
    else:
        yield f"{run}: not the same. {len(files.changed)} of {compared} files differ."
    yield from _listed("Different", files.changed)
    yield from _listed("Only in the repetition", files.only_after)
    yield from _listed("Only in the run, added later or no longer written", files.only_before)
    if differences:
        yield "Inputs that differ (in the run, now):"
        yield from (f"  {difference_line(difference)}" for difference in differences)
    elif not same:
        yield (
            "All recorded inputs are the same. The difference comes from the processor, the "
            "operating system, or a library that is not recorded."
        )
    if kept:
        yield f"The repetition is in {kept}."


def difference_line(difference: Difference) -> str:
    """Return an input that differs, with its value before and now, as a line.

    Examples
    --------
    >>> difference_line(Difference("key", "region.cell_size_m", 1000.0, 2000.0))
    'region file, key region.cell_size_m: 1000.0, now 2000.0'
    >>> difference_line(Difference("file", "faults.dbf", "a" * 64, "b" * 64, "layers.faults.file"))
    'file faults.dbf (layers.faults.file): content changed (SHA-256 aaaaaaaa, now bbbbbbbb)'
    """
    name, before, after = difference.name, difference.before, difference.after
    if difference.kind == "file":
        of = f" ({difference.of})" if difference.of else ""
        return f"file {name}{of}: {_content(before, after)}"
    if difference.kind == "code":
        return f"code of prospector: {before[:8]}, now {after[:8]}"
    what = {
        "key": "region file, key",
        "source": "SOURCES.toml,",
        "model": "deposit model, key",
        "option": "option",
        "version": "version of",
    }[difference.kind]
    return f"{what} {name}: {_value(before)}, now {_value(after)}"


def _content(before: str | None, after: str | None) -> str:
    if before is None:
        return "is new"
    if after is None:
        return "is gone"
    return f"content changed (SHA-256 {before[:8]}, now {after[:8]})"


def _value(value: Any) -> str:
    text = "not there" if value is None else str(value)
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 3]}..."


def _listed(what: str, names: Sequence[str]) -> Iterator[str]:
    if names:
        more = f" and {len(names) - MOST_FILES} more" if len(names) > MOST_FILES else ""
        yield f"{what}: {', '.join(names[:MOST_FILES])}{more}."
