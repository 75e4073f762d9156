"""Memory that this process has freed, back to the operating system."""

from __future__ import annotations

import ctypes
import sys


def give_back() -> None:
    """Give back what the C library keeps of freed memory, where it is one that can (glibc).

    Between steps of unlike needs it keeps a sixth of what a large screening holds: many small geometries that
    are gone lie between few that are not.
    """
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
