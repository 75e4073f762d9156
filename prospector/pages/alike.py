"""Tables of a page whose columns say one thing: said once, in a sentence below the table."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

from prospector.words.language import Language

LEAST_ROWS = 3
"""Of a table of so many rows, its head one of them, no single column is folded: it takes no room."""

WHOLE = ("colspan", 'class="whole"')
"""Signs of tables that stay as they are."""

TABLE = re.compile(r"<table\b[^>]*>.*?</table>", re.DOTALL)
ROW = re.compile(r"(<tr\b[^>]*>)(.*?)(</tr>)", re.DOTALL)
CELL = re.compile(r"<(th|td)\b[^>]*>.*?</\1>", re.DOTALL)
CAPTION = re.compile(r"<caption[^>]*>(.*?)</caption>", re.DOTALL)
TAG = re.compile(r"<[^>]*>")


def with_alike_folded(page: str, words: Language) -> str:
    """Return a page whose tables lack the columns that are all one value, with a sentence for those.

    Examples
    --------
    >>> from prospector.words.language import language
    >>> rows = "".join(f"<tr><td>{n}</td><td>held</td></tr>" for n in ("A", "B"))
    >>> table = f"<table><thead><tr><th>n</th><th>state</th></tr></thead><tbody>{rows}</tbody></table>"
    >>> print(with_alike_folded(table, language("en")))
    <p>state: held, in each of: A; B.</p>
    """
    return TABLE.sub(lambda found: _folded(found[0], words), page)


def _folded(table: str, words: Language) -> str:
    """Return a table without its columns of one value, with a sentence that says them.

    Where nothing but what names the rows is left, the sentence stands alone.
    """
    rows = [[cell[0] for cell in CELL.finditer(row[2])] for row in ROW.finditer(table)]
    if any(sign in table for sign in WHOLE) or "<thead" not in table:
        return table
    if len({len(row) for row in rows}) != 1 or len(rows) < LEAST_ROWS:
        return table
    head, *body = rows
    alike = [i for i in range(1, len(head)) if len({row[i] for row in body}) == 1]
    naming = next((i for i, cell in enumerate(body[0]) if cell.startswith("<th")), 0)
    rest = [i for i in range(naming + 1, len(head)) if i not in alike]
    if not alike or (rest and len(rows) == LEAST_ROWS):
        return table
    parts = "; ".join(f"{_text(head[i])}: {_text(body[0][i]) or '-'}" for i in alike)
    if not rest:
        return _sentence(table, [row[naming] for row in body], parts, words)
    said = escape(words.say("The same in every row: {parts}.", parts="{parts}"))
    sentence = said.replace("{parts}", Markup(parts))  # noqa: S704 - escaped where it was rendered
    folded = ROW.sub(lambda row: row[1] + _without(row[2], alike) + row[3], table)
    return f'{folded}<p class="small">{sentence}</p>'


def _sentence(table: str, names: list[str], parts: str, words: Language) -> str:
    """Return what a table says of all its rows alike, after its caption."""
    caption = CAPTION.search(table)
    start = f"<b>{_text(caption[1])}.</b> " if caption else ""
    listed = "; ".join(map(_text, names))
    said = escape(words.say("{parts}, in each of: {names}.", parts="{parts}", names="{names}"))
    sentence = said.replace("{names}", Markup(listed))  # noqa: S704 - escaped where it was rendered
    return f"<p>{start}{sentence.replace('{parts}', Markup(parts))}</p>"  # noqa: S704


def _without(row: str, columns: list[int]) -> str:
    """Return the cells of a row but for some columns."""
    cells = [cell[0] for cell in CELL.finditer(row)]
    return "".join(cell for i, cell in enumerate(cells) if i not in columns)


def _text(cell: str) -> str:
    """Return the text of a cell, escaped as it stands."""
    return " ".join(TAG.sub(" ", cell).split())
