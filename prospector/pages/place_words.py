"""Where an area lies, in words: its own name, the deposits that it holds, or the nearest named place."""

from __future__ import annotations

from prospector.runs.overview_values import Area, Place
from prospector.targets.places import TOUCHING_KM
from prospector.words.language import Language
from prospector.words.place_name import place_name
from prospector.words.sentence import within_sentence

FARTHEST_TOWN_KM = 100.0
"""A town farther off is another valley's."""


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
    place, inside = area.place, area.known
    if not inside and area.other and area.other_km is not None and area.other_km < TOUCHING_KM:
        inside = (area.other,)
    unit = place.commune or words.told(place.country) or place.town
    called = place_name(
        words, name=area.name, inside=inside, nearest=place.name, km=place.km, bearing=place.bearing,
        unit=unit,
    )  # fmt: skip
    return called or area.target_id


def whereabouts(place: Place, words: Language) -> str:
    """Return how far and in which direction an area lies from a named place; "" where none is near."""
    return place_name(words, nearest=place.name, km=place.km, bearing=place.bearing)


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
    'Ujina (porphyry copper), 3.2 km; of its kind Mina Sur, 138 km'
    """
    if area.known:
        names = ", ".join(map(words.name, area.known[:2]))
        rest = len(area.known) - 2
        return words.say("{names} and {n} more", names=names, n=rest) if rest > 0 else names
    if not area.nearest or area.nearest_km is None:
        return words.say("none known")
    name, km = words.name(area.nearest), words.kilometres(area.nearest_km)
    own = words.say("{name}, {km} km", name=name, km=km)
    if not area.other or area.other_km is None:
        return own
    label = words.told(area.other_label)
    other = f"{words.name(area.other)} ({within_sentence(label)})"
    return words.say(
        "{other}; of its kind {own}",
        other=words.say("{name}, {km} km", name=other, km=words.kilometres(area.other_km))
        if area.other_km >= TOUCHING_KM
        else words.say("{name} inside", name=other),
        own=own,
    )
