"""Units that people write behind numbers or in the names of columns, and what turns one into another."""

from __future__ import annotations

import re

_UNITS: dict[str, dict[str, float]] = {
    "content": {
        "ppm": 1.0, "g/t": 1.0, "ppb": 1e-3, "%": 1e4, "\u2030": 1e3, "mg/kg": 1.0, "ug/g": 1.0,
        "ug/kg": 1e-3, "ng/g": 1e-3, "g/kg": 1e3, "oz/t": 34.285714,
    },
    "content of a liquid": {"mg/l": 1.0, "g/l": 1e3, "ug/l": 1e-3},
    "area": {"m2": 1e-6, "ha": 1e-2, "km2": 1.0, "acre": 0.0040468564224},
    "length": {"mm": 1e-3, "cm": 1e-2, "m": 1.0, "km": 1e3, "ft": 0.3048},
    "depth in a year": {"mm/y": 1.0},
    "age": {"ka": 1e-3, "Ma": 1.0, "Ga": 1e3},
    "mass": {"t": 1.0, "kt": 1e3, "Mt": 1e6},
    "voltage": {"V": 1.0, "kV": 1e3},
    "people": {"inhabitants": 1.0},
}  # fmt: skip
"""Units by what they measure, each with how many times the first of size 1 it is."""

_SPELLINGS = {
    "%": ("pct", "percent", "perc", "porc", "porciento", "por ciento", "wt%", "wt.%", "wt %", "% peso"),
    "g/t": ("gpt", "gr/t", "g/tonne", "g/ton", "g/tn", "gt"),
    "oz/t": ("opt", "oz/st", "oz/ton"),
    "ha": ("has", "hect", "hectare", "hectares", "hectarea", "hectareas"),
    "km2": ("km^2", "sq km", "sqkm", "km cuadrados"),
    "m2": ("m^2", "sq m", "sqm"),
    "acre": ("acres", "ac"),
    "m": ("mts", "mt.", "metre", "metres", "meter", "meters", "metro", "metros", "msnm", "m.s.n.m.", "masl"),
    "mm/y": ("mm/yr", "mm/year", "mm/a", "mm/ano", "mm/a\u00f1o"),
    "km": ("kms", "kilometros", "kilometres", "kilometers"),
    "ft": ("feet", "foot", "pies"),
    "Ma": ("myr", "mya", "m.a.", "m.y.", "my"),
    "ka": ("kyr", "k.a."),
    "Ga": ("gyr", "g.a."),
    "t": ("ton", "tons", "tonne", "tonnes", "tonelada", "toneladas"),
    "Mt": ("mton", "million tonnes", "million t", "millones de toneladas"),
    "inhabitants": ("hab", "hab.", "habitantes", "people", "personas"),
}  # fmt: skip

_NAMES = {
    **{name.casefold(): name for units in _UNITS.values() for name in units},
    **{spelling: name for name, spellings in _SPELLINGS.items() for spelling in spellings},
}
_MEASURES = {name: measure for measure, units in _UNITS.items() for name in units}
_PLAIN = str.maketrans({"\u00b2": "2", "\u00b5": "u", "\u03bc": "u", "\u00e1": "a", "\u00f3": "o"})
_ELEMENTS = {"V", "Ga", "t"}
"""Ends of names that say something else as well: vanadium, gallium."""


def unit_named(text: str) -> str | None:
    """Return the unit that a text spells; None where it spells none that is known.

    Examples
    --------
    >>> [unit_named(text) for text in ("PPM", "\u00b5g/g", "hect\u00e1reas", "km\u00b2", "gossan")]
    ['ppm', 'ug/g', 'ha', 'km2', None]
    """
    plain = " ".join(text.casefold().translate(_PLAIN).split())
    return _NAMES.get(plain) or _NAMES.get(plain.rstrip(".")) or _NAMES.get(plain.replace(" ", ""))


def unit_of_column(name: str) -> str:
    """Return the unit that the name of a column ends in; '' where it ends in none.

    Examples
    --------
    >>> [unit_of_column(name) for name in ("cu_ppm", "Cu (%)", "au_g_t", "AREA_HA", "rain_mm_y", "V", "name")]
    ['ppm', '%', 'g/t', 'ha', 'mm/y', '', '']
    """
    words = re.findall(r"[^\W_]+\d?|%", name)
    ends = ["/".join(words[-2:]), words[-1]] if len(words) > 1 else []
    units = [unit_named(end) for end in ends]
    return next((unit for unit in units if unit and unit not in _ELEMENTS), "")


def factor(unit: str, wanted: str) -> float | None:
    """Return what turns a number of one unit into one of another; None where nothing does.

    Examples
    --------
    >>> factor("%", "ppm"), factor("m2", "ha"), factor("ppm", "mg/l")
    (10000.0, 0.0001, None)
    """
    if unit == wanted:
        return 1.0
    measure = _MEASURES.get(unit)
    if measure is None or measure != _MEASURES.get(wanted):
        return None
    return float(f"{_UNITS[measure][unit] / _UNITS[measure][wanted]:.12g}")


def is_content(unit: str) -> bool:
    """Whether a unit is that of an assay, which cannot be negative.

    Examples
    --------
    >>> is_content("ppb"), is_content("m")
    (True, False)
    """
    return _MEASURES.get(unit, "").startswith("content")
