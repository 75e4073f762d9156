"""Freed memory goes back to the operating system, where its C library can do that."""

import ctypes
import sys
from types import SimpleNamespace

import pytest

from prospector.freed import give_back


def test_another_c_library_is_left_alone(monkeypatch):
    """Nothing is called that it lacks."""
    monkeypatch.setattr(ctypes, "CDLL", lambda _: SimpleNamespace())
    give_back()


@pytest.mark.skipif(sys.platform != "linux", reason="glibc alone keeps what small pieces leave")
def test_glibc_is_asked_for_all_of_it(monkeypatch):
    """No byte is to be kept at the end of its heap."""
    kept = []
    monkeypatch.setattr(ctypes, "CDLL", lambda _: SimpleNamespace(malloc_trim=kept.append))
    give_back()
    assert kept == [0]
