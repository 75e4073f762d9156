"""Pages from templates: everything that is put in is escaped; no page runs a script."""

from __future__ import annotations

from functools import cache, partial
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from prospector.gis.palette import AGAINST, FOR, PROTECTION, TENURE
from prospector.pages.alike import Table
from prospector.words.language import Language


def render(template: str, language: Language, **values: Any) -> str:
    """Return a page of the house's own templates, in a language.

    In a template ``t`` is a phrase of the house, ``told`` a text made elsewhere in its phrase,
    ``sentence`` a notice or a reason as a sentence, ``level_word`` how grave it is. ``table`` takes cells
    one by one, and writes a table that says a column of one value once.
    """
    page = _environment().get_template(template)
    return page.render(
        language=language,
        t=language.say,
        told=language.told,
        sentence=language.sentence,
        level_word=language.level_word,
        number=language.number,
        unit=language.unit,
        table=partial(Table, language),
        for_colour=FOR,
        against_colour=AGAINST,
        tenure_colours=TENURE,
        protection_colours=PROTECTION,
        **values,
    )


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("prospector.pages", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
