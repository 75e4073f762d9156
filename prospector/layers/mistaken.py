"""Files that are another thing than their ending says: packed ones, web pages, pointers to the real file."""

from __future__ import annotations

PACKED = {
    b"PK\x03\x04": "zip", b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\xfd7zXZ": "xz", b"7z\xbc\xaf": "7z",
    b"Rar!": "rar", b"\x28\xb5\x2f\xfd": "zstd",
}  # fmt: skip
"""How packed files begin."""

OLD_WORKBOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
POINTER = b"version https://git-lfs"
PAGES = (b"<!doctype html", b"<html", b"<head", b"<?xml version='1.0' encoding='utf-8'?><error")
SERVER_ERROR = b'{"error"'


def mistaken_for(head: bytes) -> str:
    """Return what a file is in place of a layer, and what to do; "" where its begin does not tell.

    Examples
    --------
    >>> mistaken_for(b"<!DOCTYPE html><title>Log in")
    'It is a web page, such as a server sends in place of a file. Download the file again.'
    >>> mistaken_for(b"II*")
    ''
    """
    if head.startswith(OLD_WORKBOOK):
        return "It is a workbook of an old kind. Save the sheet as .xlsx or CSV."
    packed = next((name for mark, name in PACKED.items() if head.startswith(mark)), None)
    plain = b"".join(head.lower().split(b"\xef\xbb\xbf")).lstrip()
    if packed is not None:
        return f"It is packed ({packed}). Unpack it, and name the file that it holds."
    if plain.startswith(POINTER):
        return "It is a pointer of Git LFS. Fetch the file itself, e.g. with git lfs pull."
    if plain.startswith(PAGES):
        return (
            "It is a web page, such as a server sends in place of a file. Download the file again."
        )
    if b"".join(plain.split()).startswith(SERVER_ERROR):
        return "It is a server's error in place of a file. Download the file again."
    return ""
