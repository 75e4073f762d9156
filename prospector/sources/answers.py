"""Read the answer of a service: data, an error message, or a web page instead of data."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection
from typing import Any, TypeVar
from urllib.parse import urlsplit

from prospector.errors import SourceError
from prospector.printable import printable
from prospector.sources.http import Answer

LONGEST_REASON = 300
ATTEMPTS = 3
"""For an answer that comes without its end, however whole the connection calls it."""

FEWEST_OF_LONG = 20
"""Rows of a page: where fewer take too long, it is not for their number."""

Whole = TypeVar("Whole")


class BrokenError(SourceError):
    """An answer that ends before its end: another attempt may bring it whole."""


class RefusedError(SourceError):
    """A service refuses a question.

    Parameters
    ----------
    code
        Of HTTP, or what stands in its place within the answer.
    """

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


def json_of(answer: Answer) -> dict[str, Any]:
    """Return the object of an answer in JSON.

    Raises
    ------
    RefusedError
        The service says that it does not answer, by its status or within the answer.
    SourceError
        The answer is a web page, or no JSON object.
    """
    try:
        tables = json.loads(answer.text())
    except (ValueError, RecursionError):
        tables = None
    if isinstance(tables, dict) and "error" in tables:
        raise _refused(answer, tables["error"])
    refuse_status(answer)
    if not isinstance(tables, dict):
        broken = answer.body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
        kind = BrokenError if broken and tables is None else SourceError
        raise kind(f"{place_of(answer)}: {_what_came(answer)}. Try again later.")
    return tables


def whole_answer(ask: Callable[[], Whole]) -> Whole:
    """Return what an answer holds, asked for again where it came without its end.

    Parameters
    ----------
    ask
        Asks and reads; raises BrokenError where the answer ends before its end.
    """
    for _ in range(ATTEMPTS - 1):
        try:
            return ask()
        except BrokenError:
            continue
    return ask()


def smaller(size: int, error: SourceError, *, also: Collection[int] = ()) -> int:
    """Return half of a page's size, where a service failed that may be able to give fewer rows.

    It is a quarter where the answer was too long, for each attempt takes long.

    Parameters
    ----------
    size
        Rows that were asked for.
    error
        How the service failed.
    also
        Codes of a refusal that mean so too, besides 413 and 500.

    Raises
    ------
    SourceError
        The error itself, where it says something else or one row is too many already.

    Examples
    --------
    >>> smaller(500, RefusedError("x", 500))
    250
    """
    if isinstance(error, RefusedError) and error.code not in (413, 500, *also):
        raise error
    if isinstance(error, RefusedError):
        least, part = 2, 2
    else:
        least, part = FEWEST_OF_LONG, 4
    if size < least:
        raise error
    return size // part


def refuse_status(answer: Answer) -> None:
    """Raise RefusedError where the status is not that of data."""
    if answer.status != 200:
        raise RefusedError(
            f"{place_of(answer)}: the service answers {answer.status} ({_what_came(answer)}). "
            "Check the source's address, or try again later.", answer.status,
        )  # fmt: skip


def refuse_web_page(answer: Answer) -> None:
    """Raise SourceError where a web page came in place of data."""
    if is_web_page(answer):
        raise SourceError(f"{place_of(answer)}: {_what_came(answer)}. Try again later.")


def is_web_page(answer: Answer) -> bool:
    """Whether an answer is a web page, whatever it says of itself."""
    head = answer.body[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith((b"<!doctype html", b"<html"))


def place_of(answer: Answer) -> str:
    """Return host and path of where an answer came from, without the question."""
    parts = urlsplit(answer.url)
    return printable(f"{parts.hostname}{parts.path}")


def _what_came(answer: Answer) -> str:
    text = answer.text()
    if is_web_page(answer):
        title = re.search(r"<title[^>]*>(.*?)</title", text[:20_000], re.IGNORECASE | re.DOTALL)
        return f"a web page instead of data{_quoted(title[1]) if title else ''}"
    if not text.strip():
        return "an empty answer"
    return f"not the data that were requested{_quoted(re.sub('<[^>]*>', ' ', text[:2000]))}"


def _quoted(text: str) -> str:
    words = " ".join(text.split())[:LONGEST_REASON]
    return f": '{printable(words)}'" if words else ""


def _refused(answer: Answer, error: Any) -> RefusedError:
    """Return the error that a service states within its answer."""
    table = error if isinstance(error, dict) else {"message": error}
    code = table.get("code")
    details = table.get("details") or []
    parts = [table.get("message") or "", *(details if isinstance(details, list) else [details])]
    words = ". ".join(dict.fromkeys(str(part).strip().rstrip(".") for part in parts if part))
    number = code if isinstance(code, int) else answer.status if answer.status != 200 else 500
    return RefusedError(
        f"{place_of(answer)}: the service refuses ({number}){_quoted(words)}. Check the source's "
        "address and fields, or try again later.", number,
    )  # fmt: skip
