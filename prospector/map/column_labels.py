"""What a card calls a column of a layer: in plain words, its unit behind a comma."""

from __future__ import annotations

UNITS = {
    "mg_l": "mg/L", "g_l": "g/L", "ug_l": "µg/L", "g_t": "g/t", "mg_kg": "mg/kg", "oz_t": "oz/t",
    "ppm": "ppm", "ppb": "ppb", "percent": "%", "pct": "%", "ka": "ka", "ma": "Ma", "t": "t", "kt": "kt",
    "mt": "Mt", "m2": "m²", "ha": "ha", "km2": "km²", "mm_y": "mm/y", "mm": "mm", "m": "m", "km": "km",
    "kv": "kV", "nt": "nT", "mgal": "mGal",
}  # fmt: skip
"""Units as the names of columns end in them, and as they are written."""

CONTENTS = frozenset({"mg/L", "g/L", "µg/L", "g/t", "mg/kg", "oz/t", "ppm", "ppb", "%"})
"""Units of an assay: what stands before them is an element."""

LONGEST_ELEMENT = 2


def column_label(column: str) -> str:
    """Return the label of a column.

    Examples
    --------
    >>> column_label("li_mg_l"), column_label("age_max_ma"), column_label("fault_system")
    ('Li, mg/L', 'age max, Ma', 'fault system')
    """
    words = column.split("_")
    for length in (2, 1):
        unit = UNITS.get("_".join(words[-length:]).lower())
        if unit is not None and len(words) > length:
            return f"{_measured(words[:-length], unit)}, {unit}"
    return " ".join(words)


def _measured(words: list[str], unit: str) -> str:
    """Return what is measured: an element by its symbol, all else in its words."""
    [first, *rest] = words
    is_element = unit in CONTENTS and first.isalpha() and len(first) <= LONGEST_ELEMENT
    return " ".join([first.capitalize() if is_element else first, *rest])
