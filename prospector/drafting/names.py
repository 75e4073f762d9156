"""Legal names for layers and regions, made from names of files and folders."""

from __future__ import annotations

from collections.abc import Collection

from prospector.layers.registers import fold

LONGEST = 60


def legal_name(text: str, *, otherwise: str = "layer") -> str:
    """Return a name of small letters, figures and _, a letter first.

    Examples
    --------
    >>> legal_name("Geología base (2021)"), legal_name("50k_faults"), legal_name("地质")
    ('geologia_base_2021', 'layer_50k_faults', 'layer')
    """
    words = fold(text).lower().replace("&", " ").replace("+", " ").split()
    name = "_".join(words)
    if name and not name[0].isalpha():
        name = f"{otherwise}_{name}"
    return name[:LONGEST].strip("_") or otherwise


def free_name(name: str, taken: Collection[str]) -> str:
    """Return a name that is not taken: it gets a number behind it where it is.

    Examples
    --------
    >>> free_name("faults", ["faults", "faults_2"])
    'faults_3'
    """
    number, free = 1, name
    while free in taken:
        number += 1
        behind = f"_{number}"
        free = f"{name[: LONGEST - len(behind)]}{behind}"
    return free
