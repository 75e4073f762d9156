"""Matplotlib figures as SVG to put into a page: the same bytes each time, no script."""

from __future__ import annotations

import io
import re
import warnings
from typing import Any

import matplotlib as mpl
from markupsafe import Markup, escape
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from prospector.gis.palette import INK, MUTED

SETTINGS: dict[Any, Any] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 8.0,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "hatch.linewidth": 0.6,
    "legend.frameon": False,
    "path.simplify_threshold": 0.5,
    "svg.fonttype": "none",
    "svg.hashsalt": "prospector",
    "text.color": INK,
    "text.parse_math": False,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
}
"""Text stays text and is never read as a formula: a name with a dollar sign stays a name."""

NOTHING: dict[str, Any] = {"Creator": None, "Date": None, "Format": None, "Type": None}


_DROPPED = r"<!--.*?-->\n?|<metadata>.*?</metadata>\n?|<defs>\s*<style.*?</style>\s*</defs>\n?"
"""What matplotlib writes and a page does not need, its own style for all of the page among it."""


def new_axes(width_in: float, height_in: float) -> tuple[Figure, Axes]:
    """Return a figure with one pair of axes."""
    with mpl.rc_context(SETTINGS):
        figure = Figure(figsize=(width_in, height_in), layout="constrained")
        return figure, figure.add_subplot()


def as_svg(figure: Figure, key: str, alt: str) -> Markup:
    """Return a figure as an SVG element with a text for those who do not see it.

    Parameters
    ----------
    figure
        A figure of matplotlib.
    key
        Name of the picture in its page: ids within the picture begin with it.
    alt
        What the picture shows, in words; escaped here.
    """
    written = io.StringIO()
    with mpl.rc_context(SETTINGS), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")  # drawn as an empty box
        figure.savefig(written, format="svg", metadata=NOTHING)
    drawn = written.getvalue()
    text = drawn[drawn.index("<svg") :]
    text = re.sub(_DROPPED, "", text, flags=re.DOTALL)
    text = re.sub(r"<[^>]*>", lambda tag: _mended(tag[0], key), text)
    width = f'style="max-width: {figure.get_figwidth():.2f}in"'
    text = re.sub(r"<svg[^>]*?viewBox", f'<svg role="img" {width} viewBox', text, count=1)
    text = text.replace("<svg ", f'<svg aria-label="{escape(alt)}" ', 1)
    return Markup(text)  # noqa: S704 - matplotlib escapes the text that it writes


def _mended(tag: str, key: str) -> str:
    """Return a tag whose ids are the picture's own and whose coordinates have two decimals."""
    for pattern, put in (
        (r'\bid="', f'id="{key}-'),
        (r'href="#', f'href="#{key}-'),
        (r"url\(#", f"url(#{key}-"),
        (r"(\d\.\d\d)\d+", r"\1"),
        (r" ?\n", " "),
        (r"'DejaVu Sans', sans-serif", "'DejaVu Sans', Verdana, Arial, sans-serif"),
    ):
        tag = re.sub(pattern, put, tag)
    return tag
