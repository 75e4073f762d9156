"""What an area is called by, in words: its own name, the deposits that it holds, or the nearest place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from prospector.targets.places import TOUCHING_KM
from prospector.words.language import Language


def place_name(
    words: Language,
    *,
    name: str = "",
    inside: Sequence[str] = (),
    nearest: str = "",
    km: float | None = None,
    bearing: float | None = None,
    unit: str = "",
) -> str:
    """Return what an area is called by; "" where nothing near it has a name.

    Parameters
    ----------
    words
        Language of the sentences.
    name
        Its own, which goes before all else.
    inside
        Deposits that it holds.
    nearest, km, bearing
        The nearest named place, how far off in km and in which direction in degrees.
    unit
        Administrative unit, or whatever says more of where it lies.

    Examples
    --------
    >>> from prospector.words.language import language
    >>> place_name(language("en"), nearest="Chuquicamata", km=12.3, bearing=2.0, unit="Calama")
    '12 km north of Chuquicamata, Calama'
    >>> place_name(language("es"), inside=["El Abra", "Conchi"])
    'En torno a El Abra y 1 más'
    """
    if name:
        return name
    if inside:
        first, *others = inside
        around = (
            words.say("Around {place} and {n} more", place=first, n=len(others))
            if others
            else words.say("Around {place}", place=first)
        )
        return with_unit(around, first, unit)
    where = whereabouts(nearest, km, bearing, words)
    return with_unit(where, nearest, unit) if where else ""


def whereabouts(place: str, km: float | None, bearing: float | None, words: Language) -> str:
    """Return how far and in which direction an area lies from a named place; "" where none is near."""
    if not place or km is None or bearing is None:
        return ""
    if km < TOUCHING_KM:
        return words.say("Around {place}", place=place)
    distance = words.kilometres(km)
    wind = _WINDS[round(bearing / 45) % len(_WINDS)]
    return wind(words.say, {"distance": distance, "place": place})


_WINDS: tuple[Callable[[Callable[..., str], Mapping[str, str]], str], ...] = (
    lambda say, holes: say("{distance} km north of {place}", **holes),
    lambda say, holes: say("{distance} km north-east of {place}", **holes),
    lambda say, holes: say("{distance} km east of {place}", **holes),
    lambda say, holes: say("{distance} km south-east of {place}", **holes),
    lambda say, holes: say("{distance} km south of {place}", **holes),
    lambda say, holes: say("{distance} km south-west of {place}", **holes),
    lambda say, holes: say("{distance} km west of {place}", **holes),
    lambda say, holes: say("{distance} km north-west of {place}", **holes),
)
"""The phrase of each of eight winds, clockwise from north; only one is made."""


def with_unit(where: str, named: str, unit: str) -> str:
    """Return a place with the unit around it, where the place's own name does not hold it.

    Examples
    --------
    >>> with_unit("12 km north of Alto Calama", "Alto Calama", "Calama")
    '12 km north of Alto Calama'
    >>> with_unit("5 km north of Tok", "Tok", "north")
    '5 km north of Tok, north'
    """
    return where if unit in named else f"{where}, {unit}"
