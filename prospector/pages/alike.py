"""Table columns with one value in all rows: stated once, in a sentence below the table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup, escape

from prospector.words.language import Language

LEAST_ROWS = 3
"""Of a table of so many rows, its head one of them, no single column is folded: it takes no room."""


@dataclass(frozen=True)
class Cell:
    """A cell of a table as a template wrote it.

    Parameters
    ----------
    tag
        th or td.
    attributes
        Of the tag, as a page has them.
    content
        What stands in it, escaped.
    """

    tag: str
    attributes: str
    content: Markup

    @property
    def html(self) -> Markup:
        """The cell as a page has it."""
        return _tagged(self.tag, self.attributes, self.content)

    @property
    def text(self) -> str:
        """Its text without tags, in one line."""
        return _text(self.content)


@dataclass(eq=False)
class Table:
    """A table that a template fills cell by cell; `html` writes it without its columns of one value.

    Parameters
    ----------
    language
        Language of the sentence for those.
    attributes
        Of the tag, as a page has them.

    Examples
    --------
    >>> from prospector.words.language import language
    >>> table = Table(language("en"))
    >>> for row in (("n", "state"), ("A", "held"), ("B", "held")):
    ...     _ = table.row()
    ...     for text in row:
    ...         _ = table.td(caller=lambda text=text: Markup(text))
    >>> print(table.html())
    <p>state: held, in each of: A; B.</p>
    """

    language: Language
    attributes: str = ""
    rows: list[list[Cell]] = field(default_factory=list)
    title: Markup = field(default_factory=Markup)

    def caption(self, *, caller: Callable[[], Markup]) -> str:
        """Take what a template writes as the table's caption."""
        self.title = caller()
        return ""

    def row(self) -> str:
        """Begin a row; the first one is the head."""
        self.rows.append([])
        return ""

    def th(self, attributes: str = "", *, caller: Callable[[], Markup]) -> str:
        """Take what a template writes as the next cell, which names its row or column."""
        self.rows[-1].append(Cell("th", attributes, caller()))
        return ""

    def td(self, attributes: str = "", *, caller: Callable[[], Markup]) -> str:
        """Take what a template writes as the next cell."""
        self.rows[-1].append(Cell("td", attributes, caller()))
        return ""

    def html(self) -> Markup:
        """Return the table as a page has it, with a sentence for the columns that are all one value.

        Where nothing but what names the rows is left, the sentence stands alone.
        """
        if len({len(row) for row in self.rows}) != 1 or len(self.rows) < LEAST_ROWS:
            return self._without(())
        head, *body = self.rows
        alike = [i for i in range(1, len(head)) if len({row[i] for row in body}) == 1]
        naming = next((i for i, cell in enumerate(body[0]) if cell.tag == "th"), 0)
        rest = [i for i in range(naming + 1, len(head)) if i not in alike]
        if not alike or (rest and len(self.rows) == LEAST_ROWS):
            return self._without(())
        parts = "; ".join(f"{head[i].text}: {body[0][i].text or '-'}" for i in alike)
        if not rest:
            return self._sentence([row[naming].text for row in body], parts)
        said = self.language.say("The same in every row: {parts}.", parts=parts)
        return self._without(alike) + Markup('<p class="small">{}</p>').format(said)

    def _sentence(self, names: Sequence[str], parts: str) -> Markup:
        """Return what the table says of all its rows alike, after its caption."""
        start = Markup("<b>{}.</b> ").format(_text(self.title)) if self.title else ""
        said = self.language.say(
            "{parts}, in each of: {names}.", parts=parts, names="; ".join(names)
        )
        return Markup("<p>{}{}</p>").format(start, said)

    def _without(self, columns: Sequence[int]) -> Markup:
        """Return the table but for some columns."""
        rows = [
            _tagged("tr", "", Markup().join(c.html for i, c in enumerate(row) if i not in columns))
            for row in self.rows
        ]
        caption = _tagged("caption", "", self.title) if self.title else Markup()
        head, body = Markup().join(rows[:1]), Markup("\n").join(rows[1:])
        parts = (caption, _tagged("thead", "", head), _tagged("tbody", "", body))
        return _tagged("table", self.attributes, Markup("\n").join(part for part in parts if part))


def _tagged(tag: str, attributes: str, content: Markup) -> Markup:
    """Return what stands in a tag; tag and attributes are a template's own."""
    start = f"<{tag} {attributes}>" if attributes else f"<{tag}>"
    return Markup(start) + escape(content) + Markup(f"</{tag}>")  # noqa: S704 - a template's own


def _text(content: Markup) -> str:
    """Return what a page says, without its tags, in one line."""
    return Markup(str(content).replace("<", " <")).striptags()  # noqa: S704 - tags go
