"""How much of each sheet is empty in a PDF that Chromium wrote: what it draws, read from its operators."""

import re
import zlib

OBJECT = re.compile(rb"(\d+) 0 obj\s*(.*?)endobj", re.DOTALL)
TOKEN = re.compile(rb"\[.*?\]|<[^>]*>|\((?:\\.|[^)\\])*\)|/[^\s/\[<(]+|[^\s\[<(/]+", re.DOTALL)
NUMBER = re.compile(rb"[-+]?\d*\.?\d+")
PAINTS = {b"f", b"F", b"f*", b"S", b"s", b"B", b"B*", b"b", b"b*"}
CORNERS = {b"m", b"l", b"c"}
SHOWN = {b"Tj": (), b"TJ": (), b"Do": ((0, 0), (1, 1))}
"""What shows something, and at which places of its own square; text at the place that was set."""


def emptiness(printed: bytes, *, top: float = 13 / 297, bottom: float = 16 / 297) -> list[float]:
    """Return for each page which share of the height between its margins lies below the last mark."""
    objects = {int(number): body for number, body in OBJECT.findall(printed)}
    pages = [body for body in objects.values() if re.search(rb"/Type\s*/Page\b", body)]
    return [_empty_below(_content(page, objects), _height(page), top, bottom) for page in pages]


def _height(page: bytes) -> float:
    return float(re.search(rb"/MediaBox\s*\[\S+ \S+ \S+ ([\d.]+)", page)[1])


def _content(page: bytes, objects: dict[int, bytes]) -> bytes:
    head, _, rest = objects[int(re.search(rb"/Contents (\d+)", page)[1])].partition(b"stream")
    raw = rest.lstrip(b"\r\n").rpartition(b"endstream")[0]
    return zlib.decompress(raw) if b"FlateDecode" in head else raw


def _empty_below(content: bytes, height: float, top: float, bottom: float) -> float:
    foot, head = height * bottom, height * (1 - top)
    marks = [up for up in _marks(content) if foot <= up <= head]
    return (min(marks, default=head) - foot) / (head - foot)


def _marks(content: bytes):
    """Give the heights, in points above the sheet's foot, of all that is painted."""
    matrix, kept, path, numbers, text = (1, 0, 0, 1, 0, 0), [], [], [], (0, 0)
    for token in TOKEN.findall(content):
        if NUMBER.fullmatch(token):
            numbers.append(float(token))
        elif token == b"q":
            kept.append(matrix)
        elif token == b"Q":
            matrix = kept.pop()
        elif token == b"cm":
            matrix = _times(numbers[-6:], matrix)
        elif token == b"Tm":
            text = tuple(numbers[-2:])
        elif token in SHOWN:
            yield from (_up(at, matrix) for at in (SHOWN[token] or (text,)))
        elif token in PAINTS or token == b"n":
            yield from path if token in PAINTS else ()
            path = []
        else:
            path += _corners(token, numbers, matrix)
        if token.isalpha():
            numbers = []


def _corners(token, numbers, matrix):
    """Return the heights of what an operator adds to a path; nothing for others."""
    if token == b"re":
        left, low, wide, high = numbers[-4:]
        return [_up((left, low), matrix), _up((left + wide, low + high), matrix)]
    return [_up(numbers[-2:], matrix)] if token in CORNERS else []


def _times(inner, outer):
    a, b, c, d, e, f = inner
    A, B, C, D, E, F = outer
    return (
        a * A + b * C, a * B + b * D, c * A + d * C, c * B + d * D, e * A + f * C + E, e * B + f * D + F,
    )  # fmt: skip


def _up(at, matrix):
    return at[0] * matrix[1] + at[1] * matrix[3] + matrix[5]
