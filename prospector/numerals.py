"""Numbers as text: one rule for each quantity, the same here and in the page's script.

The script's rules stand in map/page/numbers.js; tests/page/numbers.json holds cases for both.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal

LOG_UNIT = "ln("
"""How the unit of a logarithm begins: ln(ppm)."""

EXACT = Context(prec=400)
"""Digits enough for every number that a float can hold."""

MOST_INFLATED = 1000
"""A variance inflation is written no higher: beyond it, it measures little but rounding."""


def fixed(value: float, decimals: int) -> str:
    """Return a number with so many decimals; a half goes away from zero.

    Examples
    --------
    >>> fixed(0.125, 2), fixed(-2.5, 0), fixed(1.005, 2)
    ('0.13', '-3', '1.01')
    """
    if not math.isfinite(value):
        return f"{value}"
    places = Decimal(1).scaleb(-decimals)
    return f"{Decimal(repr(float(value))).quantize(places, ROUND_HALF_UP, EXACT):f}"


def signed(value: float) -> str:
    """Return a contribution or a gain: with its sign and two decimals.

    Examples
    --------
    >>> signed(1.5), signed(-0.305)
    ('+1.50', '-0.31')
    """
    return f"{'' if math.copysign(1, value) < 0 else '+'}{fixed(value, 2)}"


def decimals_apart(value: float, other: float) -> int:
    """Return the decimals that tell two figures apart: two, or up to four where two would tie.

    Examples
    --------
    >>> decimals_apart(0.93, 0.65), decimals_apart(0.852, 0.849), decimals_apart(0.8462, 0.8457)
    (2, 3, 4)
    """
    return next((n for n in (2, 3, 4) if fixed(value, n) != fixed(other, n)), 2)


def figure(value: float) -> str:
    """Return a value as people write it: three figures, whole numbers above a hundred.

    Examples
    --------
    >>> figure(3159.7), figure(10.04), figure(0.3395)
    ('3160', '10', '0.34')
    """
    if not math.isfinite(value) or value == 0:
        return f"{value:.3g}"
    if abs(value) >= 100:
        return fixed(value, 0)
    rounded = Context(prec=3, rounding=ROUND_HALF_UP).create_decimal(Decimal(float(value)))
    text = f"{rounded:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def logarithm_of(unit: str) -> str:
    """Return the unit of the natural logarithm of a value.

    Examples
    --------
    >>> logarithm_of("ppm"), logarithm_of("")
    ('ln(ppm)', 'ln')
    """
    return f"{LOG_UNIT}{unit})" if unit else "ln"


def is_logarithm(unit: str) -> bool:
    """Return whether values of a unit are logarithms of a quantity whose own unit is known.

    Examples
    --------
    >>> is_logarithm("ln(ppm)"), is_logarithm("ln"), is_logarithm("km")
    (True, False, False)
    """
    return unit.startswith(LOG_UNIT) and unit.endswith(")")


def unit_measured(unit: str) -> str:
    """Return the unit that a quantity was measured in, of one on a log scale; others as they are.

    Examples
    --------
    >>> unit_measured("ln(ppm)"), unit_measured("km")
    ('ppm', 'km')
    """
    return unit[len(LOG_UNIT) : -1] if is_logarithm(unit) else unit


def own_unit(value: float, unit: str) -> tuple[float, str]:
    """Return a value on a log scale, of unit ln(...), in the unit that it was measured in; others as is.

    Examples
    --------
    >>> own_unit(0.0, "ln(ppm)"), own_unit(3.0, "km")
    ((1.0, 'ppm'), (3.0, 'km'))
    """
    if is_logarithm(unit):
        with contextlib.suppress(OverflowError):
            return math.exp(value), unit_measured(unit)
    return value, unit


def measure(value: float, unit: str) -> str:
    """Return a value with its unit, as people write it; one on a log scale in its own unit.

    Examples
    --------
    >>> measure(6.69, "ln(ppm)"), measure(9.4, "km"), measure(0.3395, "")
    ('804 ppm', '9.4 km', '0.34')
    """
    own, of = own_unit(float(value), unit)
    return f"{figure(own)} {of}".rstrip()


def percent(share: float) -> str:
    """Return a share of 1 as a whole percentage, without the sign: a trace is not 0, nearly all not 100.

    Examples
    --------
    >>> percent(0.004), percent(0.5), percent(0.999)
    ('<1', '50', '>99')
    """
    if 0 < share < 0.01:
        return "<1"
    if 0.99 < share < 1:
        return ">99"
    return fixed(share * 100, 0)


def inflation(value: float) -> str:
    """Return a variance inflation with one decimal; from `MOST_INFLATED` on only that it is more.

    Examples
    --------
    >>> inflation(10.14), inflation(1e6)
    ('10.1', '>1000')
    """
    return f">{MOST_INFLATED}" if value >= MOST_INFLATED else fixed(value, 1)


def percentile_tenths(value: float) -> float:
    """Return a percentile as a multiple of 0.1 that is no higher than it is.

    Examples
    --------
    >>> percentile_tenths(99.96), percentile_tenths(0.3)
    (99.9, 0.3)
    """
    return math.floor(value * 10) / 10 if math.isfinite(value) else value


def percentile(value: float) -> str:
    """Return a percentile with one decimal, never higher than it is: 99.96 is no 100.0.

    Examples
    --------
    >>> percentile(99.96), percentile(99.7)
    ('99.9', '99.7')
    """
    return fixed(percentile_tenths(value), 1)


def area(square_km: float, unit: str = "") -> str:
    """Return an area with as many digits as its size deserves: below 1 km2 in hectares.

    Parameters
    ----------
    square_km
        In km2.
    unit
        What stands after square kilometres; nothing in a column that is headed so.

    Examples
    --------
    >>> area(4.25), area(1234.4, "km2"), area(0.0064, "km2"), area(0.0002)
    ('4.3', '1234 km2', '0.6 ha', '<0.1 ha')
    """
    if 0 < square_km < 1:
        hectares = square_km * 100
        return f"{fixed(hectares, int(hectares < 10)) if hectares >= 0.05 else '<0.1'} ha"
    decimals = 1 if 0 < square_km < 10 else 0
    return f"{fixed(square_km, decimals)} {unit}".rstrip()


def least_or_most_area(square_km: float, unit: str = "") -> str:
    """Return a bound of areas as people write it: three figures, below 1 km2 in hectares.

    Examples
    --------
    >>> least_or_most_area(25.0, "km2"), least_or_most_area(0.0064, "km2")
    ('25 km2', '0.64 ha')
    """
    if 0 < square_km < 1:
        return f"{figure(square_km * 100)} ha"
    return f"{figure(square_km)} {unit}".rstrip()


def kilometres(km: float) -> str:
    """Return a distance in kilometres: below 10 km with one decimal, never nothing where there is some.

    Examples
    --------
    >>> kilometres(23.4), kilometres(8.16), kilometres(0.02), kilometres(0.0)
    ('23', '8.2', '<0.1', '0')
    """
    if 0 < km < 0.05:
        return "<0.1"
    return fixed(km, 1 if 0 < km < 10 else 0)


def length(metres: float) -> str:
    """Return a length with its unit, to two figures.

    Examples
    --------
    >>> length(44478.0), length(5560.0), length(500.0), length(0.5)
    ('44 km', '5.6 km', '500 m', '0.5 m')
    """
    value, unit = (metres / 1000, "km") if metres >= 1000 else (metres, "m")
    rounded = Context(prec=2, rounding=ROUND_HALF_UP).create_decimal(Decimal(float(value)))
    text = f"{rounded:f}"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text} {unit}"


def tonnage(megatonnes: float) -> str:
    """Return a tonnage with its unit, to three figures: in Mt, below 1 Mt in kt, below 1 kt in t.

    Examples
    --------
    >>> tonnage(1080.627), tonnage(0.163379), tonnage(0.000105), tonnage(0.0)
    ('1081 Mt', '163 kt', '105 t', '0 t')
    """
    if megatonnes >= 1:
        return f"{figure(megatonnes)} Mt"
    return (
        f"{figure(megatonnes * 1000)} kt"
        if megatonnes >= 0.001
        else f"{figure(megatonnes * 1e6)} t"
    )


def resolutions(
    stated: Sequence[tuple[str, float | None]], *, not_stated: str = "not stated", point: str = "."
) -> str:
    """Return what several things resolve, in metres, coarsest first, in one line.

    Examples
    --------
    >>> resolutions([("elevation", 90.0), ("crust", 44478.0), ("volcanoes", None)])
    'crust 44 km, elevation 90 m; not stated: volcanoes'
    """
    known = sorted({(-metres, name) for name, metres in stated if metres is not None})
    unknown = sorted({name for name, metres in stated if metres is None})
    lengths = [f"{name} {length(-metres).replace('.', point)}" for metres, name in known]
    parts = [", ".join(lengths)] if known else []
    if unknown:
        parts.append(f"{not_stated}: {', '.join(unknown)}")
    return "; ".join(parts)


def whole_percent(share: float) -> int:
    """Return a share in per cent, all and nothing only where it is so: one figure in table and notice.

    Examples
    --------
    >>> [whole_percent(share) for share in (0.9999, 1.0, 0.0001, 0.3146)]
    [99, 100, 1, 31]
    """
    percent = round(100 * share)
    return min(max(percent, 1), 99) if 0 < share < 1 else percent


def rounded_percent(share: float) -> float:
    """Return a share in percent, to a tenth; all and nothing only where it is so.

    Examples
    --------
    >>> [rounded_percent(share) for share in (0.00001, 0.126, 0.99999, 1.0)]
    [0.1, 12.6, 99.9, 100.0]
    """
    percent = round(100.0 * float(share), 1)
    return min(max(percent, 0.1), 99.9) if 0 < share < 1 else percent


SIGNIFICANT = 12
"""Figures that a number keeps in a file, where no rule is made for its column."""

DECIMALS: dict[str, int] = {
    "share": 6,
    "score": 6,
    "probability": 6,
    "percentile": 3,
    "km2": 3,
    "km": 2,
    "ha": 4,
    "longitude": 7,
    "latitude": 7,
}
"""A word of a column's name -> decimals that its figures keep in tables and files."""


def decimals_of(column: str) -> int | None:
    """Return the decimals that a column's figures keep; None where no rule is made for it.

    Examples
    --------
    >>> [decimals_of(name) for name in ("open_share", "share_of_target", "town_km", "age_ma")]
    [6, 6, 2, None]
    """
    words = column.lower().split("_")
    return next((decimals for word, decimals in DECIMALS.items() if word in words), None)


def rounded(figures: Sequence[float], column: str) -> list[float]:
    """Return the figures of a column as tables and files hold them: no digit that says nothing.

    Examples
    --------
    >>> rounded([0.05662713300785013], "open_share"), rounded([1 / 3], "aridity")
    ([0.056627], [0.333333333333])
    """
    decimals = decimals_of(column)
    if decimals is None:
        return [float(f"{figure:.{SIGNIFICANT}g}") for figure in figures]
    return [round(float(figure), decimals) for figure in figures]
