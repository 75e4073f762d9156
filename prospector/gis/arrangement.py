"""Where the parts of the printed sheet stand: A4 upright or across, as the region is tall or wide."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

LONG_MM, SHORT_MM = 297.0, 210.0
MARGIN_MM = 10.0
GAP_MM = 5.0
TITLE_TOP_MM = 7.0
TITLE_PT, VERDICT_PT, LIST_PT, SOURCES_PT, NOTICE_PT = 17.0, 8.0, 7.5, 5.5, 8.0
LEAST_TITLE_PT = 9.0
SCALE_MM = 15.0
"""Height of the scale bar and the arrow to the north, side by side."""

COLUMN_MM, LIST_COLUMN_MM = 66.0, 92.0
"""Least width of the column beside the map, without and with the list of targets."""

LISTED = (10, 40)
"""So many targets are listed at least, where there are as many, and at most, where there is room."""

STRETCH = 1.15
"""How much longer than the region a side of the map may be, so that the map fills the sheet."""

LETTER_MM, BOLD_LETTER_MM = 0.185, 0.207
"""Mean width of a letter at one point."""

LINE_MM = 0.42
"""Height of a line of text at one point."""

ROW_MM, HEADING_MM = 4.3, 4.6
"""Height of a symbol of the legend, and of the name of a layer above its symbols."""

Box = tuple[float, float, float, float]
"""Left, top, width and height in millimetres."""


@dataclass(frozen=True)
class Text:
    """What stands on the sheet beside the map.

    Parameters
    ----------
    targets
        A line for each target, the best first, below a line that says how many.
    legend_rows, legend_headings
        Symbols of the legend, and names of layers above their symbols.
    """

    title: str
    verdict: str
    targets: Sequence[str]
    sources: str
    notice: str
    legend_rows: int
    legend_headings: int

    @property
    def legend_mm(self) -> float:
        """Height of the legend."""
        return self.legend_rows * ROW_MM + self.legend_headings * HEADING_MM


@dataclass(frozen=True)
class Arrangement:
    """Where each part of a sheet stands.

    Parameters
    ----------
    page
        Width and height of the sheet in millimetres.
    title_pt
        Size of the letters of the title, in points.
    listed
        How many targets the list has room for.
    """

    page: tuple[float, float]
    title_pt: float
    listed: int
    title: Box
    verdict: Box
    map: Box
    legend: Box
    targets: Box
    sources: Box
    scale: Box
    north: Box
    notice: Box


@dataclass(frozen=True)
class _Sheet:
    """A sheet before anything stands on it: its size, and what stands below the map, not beside it."""

    width: float
    height: float
    list_below: bool
    sources_below: bool

    @property
    def inner(self) -> float:
        """Width between the margins."""
        return self.width - 2 * MARGIN_MM

    @property
    def column(self) -> float:
        """Least width of the column beside the map."""
        return COLUMN_MM if self.list_below else LIST_COLUMN_MM

    @property
    def half(self) -> float:
        """Width of the list below the map: all, or half beside the sources."""
        return (self.inner - GAP_MM) / 2 if self.sources_below else self.inner


def height_mm(text: str, width: float, size_pt: float) -> float:
    """Return how high a text stands in a column, in millimetres.

    Examples
    --------
    >>> round(height_mm("one line", 100, 10), 1), round(height_mm("word " * 40, 100, 10), 1)
    (4.2, 16.8)
    """
    letters = max(int(width / (LETTER_MM * size_pt)), 1)
    lines = sum(max(len(textwrap.wrap(line, letters)), 1) for line in text.split("\n"))
    return lines * LINE_MM * size_pt


def arrange(extent_m: tuple[float, float], text: Text) -> Arrangement:
    """Return where the parts stand on the sheet that shows a region largest.

    Parameters
    ----------
    extent_m
        Width and height of the region in metres.
    text
        What stands beside the map.
    """
    sheets = [
        _Sheet(width, height, *below)
        for width, height in ((SHORT_MM, LONG_MM), (LONG_MM, SHORT_MM))
        for below in ((True, False), (True, True), (False, False))
    ]
    fitting = [sheet for sheet in sheets if _fits(sheet, text)]
    best = max(fitting or sheets, key=lambda sheet: round(_scale(sheet, extent_m, text), 9))
    return _arranged(best, extent_m, text)


def _head_mm(sheet: _Sheet, text: Text) -> float:
    """Return where what is below the head begins."""
    verdict = height_mm(text.verdict, sheet.inner, VERDICT_PT)
    return TITLE_TOP_MM + 8.5 + verdict + 2


def _foot_mm(sheet: _Sheet, text: Text) -> float:
    """Return the height of the foot, with what is left free above it."""
    return height_mm(text.notice, sheet.inner, NOTICE_PT) + 5 + 3


def _list_mm(targets: Sequence[str], width: float) -> float:
    """Return the height of a list of targets."""
    return height_mm("\n".join(targets), width, LIST_PT)


def _least_list(text: Text) -> Sequence[str]:
    return text.targets[: LISTED[0] + 1]


def _body(sheet: _Sheet, text: Text) -> float:
    """Return the height between head and foot."""
    return sheet.height - _head_mm(sheet, text) - _foot_mm(sheet, text)


def _room(sheet: _Sheet, text: Text) -> tuple[float, float]:
    """Return the greatest width and height of the map."""
    below = _below_mm(sheet, text, _least_list(text))
    return sheet.inner - sheet.column - GAP_MM, _body(sheet, text) - below


def _below_mm(sheet: _Sheet, text: Text, targets: Sequence[str]) -> float:
    """Return the height of what stands below the map with so many targets, and of the gap above it."""
    parts = [_list_mm(targets, sheet.half)] if sheet.list_below else []
    if sheet.sources_below:
        parts.append(height_mm(text.sources, sheet.half, SOURCES_PT))
    return max(parts) + GAP_MM if parts else 0.0


def _beside_mm(sheet: _Sheet, text: Text) -> float:
    """Return the height of all that stands beside the map."""
    parts = [text.legend_mm, SCALE_MM]
    if not sheet.sources_below:
        parts.append(height_mm(text.sources, sheet.column, SOURCES_PT))
    if not sheet.list_below:
        parts.append(_list_mm(_least_list(text), sheet.column))
    return sum(parts) + GAP_MM * (len(parts) - 1)


def _fits(sheet: _Sheet, text: Text) -> bool:
    """Return whether the column beside the map has room for all that stands in it."""
    return _beside_mm(sheet, text) <= _room(sheet, text)[1]


def _scale(sheet: _Sheet, extent_m: tuple[float, float], text: Text) -> float:
    """Return how many millimetres of the sheet a metre of the ground has."""
    return min(room / side for room, side in zip(_room(sheet, text), extent_m, strict=True))


def _map_size(sheet: _Sheet, extent_m: tuple[float, float], text: Text) -> tuple[float, float]:
    """Return width and height of the map: the region, and a little more where that fills the sheet."""
    scale, (room_width, room_height) = _scale(sheet, extent_m, text), _room(sheet, text)
    width, height = (side * scale * STRETCH for side in extent_m)
    all_listed = _below_mm(sheet, text, text.targets[: LISTED[1] + 1])
    least = max(height, _beside_mm(sheet, text), _body(sheet, text) - all_listed)
    return min(width, room_width), min(least, room_height)


def _lines(targets: Sequence[str], width: float, height: float) -> int:
    """Return how many targets of a list have room below its first line."""
    most, room = min(len(targets) - 1, LISTED[1]), height + 1e-6
    return next((n for n in range(most, 0, -1) if _list_mm(targets[: n + 1], width) <= room), 0)


def _arranged(sheet: _Sheet, extent_m: tuple[float, float], text: Text) -> Arrangement:
    top, body, foot = _head_mm(sheet, text), _body(sheet, text), _foot_mm(sheet, text)
    map_width, map_height = _map_size(sheet, extent_m, text)
    left = MARGIN_MM + map_width + GAP_MM
    column = sheet.width - MARGIN_MM - left
    bottom = top + map_height
    below = (bottom + GAP_MM, body - map_height - GAP_MM)
    sources_mm = height_mm(text.sources, column, SOURCES_PT)
    sources = (left, bottom - SCALE_MM - GAP_MM - sources_mm, column, sources_mm)
    if sheet.sources_below:
        sources = (MARGIN_MM + sheet.half + GAP_MM, below[0], sheet.half, below[1])
    targets = (MARGIN_MM, below[0], sheet.half, below[1])
    if not sheet.list_below:
        list_top = top + text.legend_mm + GAP_MM
        targets = (left, list_top, column, max(sources[1] - GAP_MM - list_top, 0.0))
    title = (MARGIN_MM, TITLE_TOP_MM, sheet.inner, 8.0)
    title_pt = sheet.inner / (BOLD_LETTER_MM * max(len(text.title), 1))
    return Arrangement(
        page=(sheet.width, sheet.height),
        title_pt=min(max(title_pt, LEAST_TITLE_PT), TITLE_PT),
        listed=_lines(text.targets, *targets[2:]),
        title=title,
        verdict=(MARGIN_MM, TITLE_TOP_MM + 8.5, sheet.inner, top - TITLE_TOP_MM - 8.5),
        map=(MARGIN_MM, top, map_width, map_height),
        legend=(left, top, column, text.legend_mm),
        targets=targets,
        sources=sources,
        scale=(left, bottom - 12, 60, 12),
        north=(left + column - 10, bottom - SCALE_MM, 10, SCALE_MM),
        notice=(MARGIN_MM, sheet.height - foot + 3, sheet.inner, foot - 3),
    )
