"""Which classes, colours and labels the layers of a run have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from itertools import pairwise

from prospector.gis.palette import (
    CLASS_BREAKS,
    COLOURS,
    CONTEXT,
    INK,
    MUTED,
    OTHERS,
    TENURE,
)
from prospector.gis.styles import Column, Labels, Renderer, Shape, ShownClass, Symbol
from prospector.words.language import NAMELESS, Language

GRADUATED = ("targets", "scored_units")
"""Layers whose features are told apart by percentile."""

TOLD_APART: dict[str, tuple[str, ...]] = {
    "concessions": ("tenure_class",),
    "open_ground": ("tenure_class",),
    "deposits": ("deposit_type",),
    "protected": ("class", "category", "designation"),
    "administrative": ("country", "region"),
    "geology": ("class", "rock_class", "unit", "code", "lithology"),
    "intrusions": ("class", "rock_class", "unit", "lithology"),
    "tailings": ("resource",),
}
"""Columns by which the features of a layer are told apart: the first that it has."""

MOST_CLASSES = 24
"""With more classes than this nobody can tell colours apart."""

MANY = (
    "#8dd3c7", "#bebada", "#fb8072", "#80b1d3", "#fdb462", "#b3de69", "#d9a5c8", "#c0b090", "#bc80bd",
    "#ccebc5", "#e5c45c", "#9fb8ad",
)  # fmt: skip
"""Colours in turn for areas that tile the ground."""

MARKERS = {
    "deposits": "diamond", "volcanoes": "triangle", "towns": "square", "ports": "square", "wells": "circle",
    "tailings": "square", "domes": "triangle",
}  # fmt: skip

NAMED_POINTS = ("towns", "ports", "volcanoes")
NEAR = 2_500_000
"""The scale from which on deposits and salars are named: before that they would crowd the targets."""


def percentile_labels(words: Language) -> list[str]:
    """Return how each class of the percentile is called.

    Examples
    --------
    >>> from prospector.words.language import language
    >>> percentile_labels(language("en"))[-1]
    'percentile 99 to 100'
    """
    return [
        words.say("percentile {low} to {high}", low=f"{low:g}", high=f"{high:g}")
        for low, high in pairwise(CLASS_BREAKS)
    ]


def renderer_of(
    layer: str, shape: Shape, values: Mapping[str, Sequence[str]], words: Language
) -> Renderer | None:
    """Return how the features of a layer are told apart; None for a table without shapes.

    Parameters
    ----------
    layer
        Name of the layer in prospects.gpkg.
    shape
        Point, line or polygon.
    values
        The values that occur in each column by which they may be told apart.
    words
        Language of the sentences.
    """
    if shape == "table":
        return None
    if layer in GRADUATED:
        return _graduated(layer, words)
    for column in TOLD_APART.get(layer, ()):
        if column in values and 0 < len(values[column]) <= MOST_CLASSES:
            return _categorised(layer, shape, column, values[column], words)
    return Renderer("single", (ShownClass("", symbol_of(layer, shape, colour_of(layer))),))


def _graduated(layer: str, words: Language) -> Renderer:
    opacity = 0.85 if layer == "targets" else 0.7
    width_mm = 0.35 if layer == "targets" else 0.15
    classes = [
        ShownClass(label, Symbol("polygon", colour, INK, opacity, width_mm), low, high)
        for label, colour, (low, high) in zip(
            percentile_labels(words), COLOURS, pairwise(CLASS_BREAKS), strict=True
        )
    ]
    return Renderer("graduated", tuple(classes), "percentile")


def _categorised(
    layer: str, shape: Shape, column: str, values: Sequence[str], words: Language
) -> Renderer:
    if column == "tenure_class":
        values = [value for value in TENURE if value in values]
        colours = [TENURE[value] for value in values]
    elif layer == "deposits":
        colours = [(CONTEXT["deposits"], *OTHERS)[place % 6] for place in range(len(values))]
    elif layer == "protected":
        colours = [_shade(colour_of(layer), place, len(values)) for place in range(len(values))]
    else:
        colours = [MANY[place % len(MANY)] for place in range(len(values))]
    classes = [
        ShownClass(words.value(value), symbol_of(layer, shape, colour), value=value)
        for value, colour in zip(values, colours, strict=True)
    ]
    rest = ShownClass(words.say("other or not stated"), symbol_of(layer, shape, MUTED))
    return Renderer("categorised", (*classes, rest), column)


def _shade(colour: str, place: int, count: int) -> str:
    """Return a colour, paler the later its class."""
    part = 0.6 * place / max(count - 1, 1)
    channels = [int(colour[start : start + 2], 16) for start in (1, 3, 5)]
    return "#" + "".join(f"{round(channel + (255 - channel) * part):02x}" for channel in channels)


def colour_of(layer: str) -> str:
    """Return the colour of a layer: that of its role on the map."""
    order = sum(layer.encode())
    return CONTEXT.get(layer, OTHERS[order % len(OTHERS)])


def symbol_of(layer: str, shape: Shape, colour: str) -> Symbol:
    """Return how a feature of a layer is drawn in a colour: soberly, so that targets stand out."""
    if shape == "line":
        width_mm = 0.5 if layer == "faults" else 0.26
        return Symbol("line", colour, width_mm=width_mm, dashed=layer in ("borders", "faults"))
    if shape == "point":
        size_mm = {"deposits": 2.4, "wells": 1.2, "tailings": 1.4, "volcanoes": 2.0}.get(layer, 1.8)
        return Symbol(
            "point", colour, "#ffffff", width_mm=0.2, size_mm=size_mm,
            marker=MARKERS.get(layer, "circle"),
        )  # fmt: skip
    if layer == "land":
        return Symbol("polygon", "#efece4", None)
    if layer in ("administrative", "basins"):
        return Symbol("polygon", colour, colour, 0.12, 0.2)
    if layer in ("geology", "intrusions"):
        return Symbol("polygon", colour, None, 0.7)
    return Symbol(
        "polygon", colour, colour, 0.4, 0.25, dashed=layer in ("indigenous", "border_zone")
    )


PLACE_OF_TARGET = 'coalesce("place", "target_id")'
"""The expression for what a target is called by, in the language of the run."""

LETTERS = 60
"""Letters of a name that a label shows at most."""


def labels_of(layer: str, shape: Shape, columns: Sequence[str]) -> Labels | None:
    """Return what stands beside the features of a layer; None where nothing does."""
    if layer == "targets":
        place = f"""concat("rank", '. ', {_short(PLACE_OF_TARGET)})"""
        return Labels(
            place,
            shape,
            8.0,
            INK,
            bold=True,
            priority=10,
            falling=0.2,
            beside=True,
            line_letters=30,
        )
    if "name" not in columns:
        return None
    name = _short('"name"')
    if layer in ("salars", "faults"):
        return Labels(name, shape, 7.0, CONTEXT[layer], priority=2, from_scale=NEAR)
    if layer == "deposits":
        return Labels(name, shape, 6.5, CONTEXT[layer], priority=2, from_scale=NEAR)
    return Labels(name, shape, 7.0, MUTED, priority=3) if layer in NAMED_POINTS else None


def _short(name: str) -> str:
    """Return the expression of a name that is cut where it is longer than a label may be."""
    return f"if(length({name}) > {LETTERS}, concat(left({name}, {LETTERS - 1}), '…'), {name})"


def display_of(
    layer: str, columns: Sequence[str], models: Mapping[str, str], words: Language
) -> str:
    """Return the expression that names a feature of a layer in a list; `models` are labels by name."""
    if layer == "targets":
        return f"""concat({_model(models)}, ' ', "rank", '. ', {PLACE_OF_TARGET})"""
    if layer == "scored_units":
        percentile = words.label("percentile")
        return f"""concat({_model(models)}, ', {percentile} ', round("percentile", 1))"""
    names = ("name", "register_name", "fault_system", "class", "concession_id", "register_id")
    known = [f"""nullif(to_string("{name}"), '')""" for name in names if name in columns]
    return f"coalesce({', '.join([*known, '$id'])})"


def _model(models: Mapping[str, str]) -> str:
    """Return the expression of a deposit model's label."""
    return _in_words("deposit_model", models)


def _in_words(column: str, shown: Mapping[str, str]) -> str:
    """Return the expression of what stands for the code of a column; the code where nothing does."""
    pairs = ", ".join(f"{_quoted(code)}, {_quoted(name)}" for code, name in shown.items())
    return f"""coalesce(map_get(map({pairs}), "{column}"), "{column}")"""


def _quoted(text: str) -> str:
    """Return a text as expressions of QGIS write it.

    Examples
    --------
    >>> _quoted("Chile's")
    "'Chile''s'"
    """
    escaped = text.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


IN_TIPS = {
    "targets": (
        "percentile", "score", "area_km2", "known_names", "evidence_for", "evidence_against", "holders",
        "flags", "tenure_as_of",
    ),
    "concessions": ("holder", "kind", "state", "tenure_class", "date", "area_ha"),
    "deposits": ("deposit_type", "commodities", "age_text", "status", "source"),
    "open_ground": ("deposit_model", "rank", "tenure_class", "area_ha", "percentile", "tenure_as_of"),
    "scored_units": ("score",),
    "tailings": ("resource", "deposit_kind", "deposit_status", "tonnage_mt", "operator"),
    "salars": ("lithium_status", "regime", "regime_source", "outline_source"),
}  # fmt: skip
"""Columns that a map tip shows, of the layers that have more to say than a name."""

FIGURES = ("percentile", "score", "area_km2", "area_ha", "tonnage_mt")
NAMES = ("holder", "holders", "known_names")
"""Columns of map tips whose cells are figures, and names."""


def tip_of(
    layer: str, columns: Sequence[Column], models: Mapping[str, str], words: Language
) -> str:
    """Return what QGIS shows over a feature of a layer, as HTML with expressions."""
    known = {column.name: column for column in columns}
    name = f"<b>[% {_escaped(display_of(layer, list(known), models, words))} %]</b>"
    shown = [known[column] for column in IN_TIPS.get(layer, ()) if column in known]
    rows = [
        f"<tr><td>{escape(one.alias)}</td><td>[% {_escaped(_value(one, words))} %]</td></tr>"
        for one in shown
    ]
    return f"{name}<table>{''.join(rows)}</table>" if rows else name


def _value(column: Column, words: Language) -> str:
    """Return the expression of a cell as it is read: codes in words, figures with the language's mark."""
    text = f"""coalesce(to_string("{column.name}"), '')"""
    if column.shown:
        return f"""coalesce({_in_words(column.name, column.shown)}, '')"""
    if column.name in FIGURES and words.point != ".":
        return f"replace({text}, '.', '{words.point}')"
    for name in NAMELESS if column.name in NAMES else ():
        text = f"replace({text}, {_quoted(name)}, {_quoted(words.name(name))})"
    return text


def _escaped(expression: str) -> str:
    """Return the expression of a text that HTML does not take for its own."""
    return f"replace(replace({expression}, '&', '&amp;'), '<', '&lt;')"
