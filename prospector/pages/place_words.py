"""Where an area lies, in words: its own name, the deposits that it holds, or the nearest named place."""

from __future__ import annotations

from prospector.numerals import fixed
from prospector.runs.overview import Area, Place
from prospector.words.language import Language

FARTHEST_TOWN_KM = 100.0
"""A town farther off is another valley's."""

TOUCHING_KM = 0.05
"""A place this near the edge of an area lies in it: its distance would read 0.0 km."""


def area_name(area: Area, words: Language) -> str:
    """Return what an area is called by; its id where nothing near it has a name.

    Examples
    --------
    >>> from prospector.words.language import language
    >>> place = Place("Chuquicamata", 12.3, 2.0, "Calama")
    >>> area = Area("PCU-1", "porphyry_copper", "Cu", 1, "", place, 99.0, 30.0, {}, {}, (), (), "", None)
    >>> area_name(area, language("en")), area_name(area, language("es"))
    ('12 km north of Chuquicamata, Calama', '12 km al norte de Chuquicamata, Calama')
    """
    if area.name:
        return area.name
    if area.known:
        first, *others = area.known
        around = (
            words.say("Around {place} and {n} more", place=first, n=len(others))
            if others
            else words.say("Around {place}", place=first)
        )
        return _with_unit(around, area.place, first, words)
    if area.other and area.other_km is not None and area.other_km < TOUCHING_KM:
        around = words.say("Around {place}", place=area.other)
        return _with_unit(around, area.place, area.other, words)
    where = whereabouts(area.place, words)
    return _with_unit(where, area.place, area.place.name, words) if where else area.target_id


def whereabouts(place: Place, words: Language) -> str:
    """Return how far and in which direction an area lies from a named place; "" where none is near."""
    if not place.name or place.km is None or place.bearing is None:
        return ""
    if place.km < TOUCHING_KM:
        return words.say("Around {place}", place=place.name)
    distance = words.number(place.km, 1 if place.km < 10 else 0)
    wind = _winds(words, distance=distance, place=place.name)
    return wind[round(place.bearing / 45) % len(wind)]


def _winds(words: Language, *, distance: str, place: str) -> list[str]:
    """Return the phrase of each of eight winds, clockwise from north."""
    say, holes = words.say, {"distance": distance, "place": place}
    return [
        say("{distance} km north of {place}", **holes),
        say("{distance} km north-east of {place}", **holes),
        say("{distance} km east of {place}", **holes),
        say("{distance} km south-east of {place}", **holes),
        say("{distance} km south of {place}", **holes),
        say("{distance} km south-west of {place}", **holes),
        say("{distance} km west of {place}", **holes),
        say("{distance} km north-west of {place}", **holes),
    ]


def _with_unit(where: str, place: Place, named: str, words: Language) -> str:
    """Return a place with its commune, its country or its nearest town, where that says more."""
    unit = place.commune or words.told(place.country) or place.town
    if unit and unit in where:
        return where
    return where if not unit or unit == named else f"{where}, {unit}"


def beside(area: Area, words: Language) -> str:
    """Return the known deposits that an area holds or touches, else the nearest, and one of another type.

    Examples
    --------
    >>> from prospector.words.language import language
    >>> place = Place("Lagunas", 74.0, 90.0, "Pica")
    >>> area = Area(
    ...     "EXC-1", "exotic_copper", "Cu", 1, "", place, 99.0, 30.0, {}, {}, (), (), "Mina Sur", 138.2,
    ...     other="Ujina", other_km=3.2, other_label="Porphyry copper",
    ... )
    >>> beside(area, language("en"))
    'Ujina (porphyry copper), 3 km; of its kind Mina Sur, 138 km'
    """
    if area.known:
        names = words.names("; ".join(area.known[:2])).replace("; ", ", ")
        rest = len(area.known) - 2
        return words.say("{names} and {n} more", names=names, n=rest) if rest > 0 else names
    if not area.nearest or area.nearest_km is None:
        return words.say("none known")
    name, km = words.names(area.nearest), fixed(area.nearest_km, 0)
    own = words.say("{name}, {km} km", name=name, km=km)
    if not area.other or area.other_km is None:
        return own
    label = words.told(area.other_label)
    other = f"{words.names(area.other)} ({label[:1].lower()}{label[1:]})"
    return words.say(
        "{other}; of its kind {own}",
        other=words.say("{name}, {km} km", name=other, km=fixed(area.other_km, 0))
        if area.other_km >= TOUCHING_KM
        else words.say("{name} inside", name=other),
        own=own,
    )
