"""Tables of docs/law_and_lists.md: made from the data that they show.

``python tests/region/law_tables.py`` renews them in the page.
"""

import re
from pathlib import Path

from prospector.region.commodities import commodities, commodity_word
from prospector.region.critical import critical_lists, flags
from prospector.region.legal import all_notes

PAGE = Path(__file__).parents[2] / "docs" / "law_and_lists.md"
STATUS = {
    "listed": "yes", "not_seen": "not seen", "group_a": "A", "group_b": "B", "group_c": "C",
}  # fmt: skip


def notes_table():
    """Return a row for each legal note."""
    yield "| country | in short | commodities | where | date | grade | first source |"
    yield "|---|---|---|---|---|---|---|"
    for note in all_notes():
        but = f" but {', '.join(note.but_not)}" if note.but_not else ""
        what = ", ".join(note.commodities) or f"all{but}"
        where = "; ".join([*note.salars, *note.provinces]) or "the whole country"
        source = f"[{note.source.split(';')[0]}]({note.url})"
        cells = (note.country, note.brief.en, what, where, note.date, note.grade, source)
        yield f"| {' | '.join(cells)} |"


def lists_table():
    """Return a row for each list of critical minerals."""
    yield "| list | date | grade | what |"
    yield "|---|---|---|---|"
    for critical in critical_lists():
        what = f"[{critical.title.en}]({critical.sources[0]})"
        yield f"| `{critical.name}` | {critical.date} | {critical.grade} | {what} |"


def flags_table():
    """Return a row for each commodity that a list says something of."""
    lists = critical_lists()
    yield f"| commodity | {' | '.join(critical.label.en for critical in lists)} |"
    yield f"|---|{'---|' * len(lists)}"
    for name in commodities():
        if any(name in critical.status for critical in lists):
            cells = " | ".join(_cell(flag) for flag in flags(name))
            yield f"| {commodity_word(name)} ({name}) | {cells} |"


def _cell(flag):
    status = STATUS.get(flag.status, flag.status)
    return f"{status} ({flag.detail.en})" if flag.detail.en else status


TABLES = {"notes": notes_table, "lists": lists_table, "flags": flags_table}


def renewed(page):
    """Return the page with its tables made anew."""
    for name, table in TABLES.items():
        made = "\n".join([f"<!-- {name} -->", *table(), "<!-- end -->"])
        page = re.sub(
            f"<!-- {name} -->.*?<!-- end -->", lambda _, made=made: made, page, flags=re.DOTALL
        )
    return page


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text("utf-8")), encoding="utf-8")
