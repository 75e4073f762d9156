"""Layers: files with a role, read as values in the region's CRS, every choice noticed."""

from prospector.layers.features import UNPLACED
from prospector.layers.reader import read_layers
from prospector.layers.roles import ACCESS_ROLES, EXCLUDED, EXCLUSION_ROLES, ROLES, Role
from prospector.layers.values import AnyLayer, Layers, VectorLayer

__all__ = [
    "ACCESS_ROLES",
    "EXCLUDED",
    "EXCLUSION_ROLES",
    "ROLES",
    "UNPLACED",
    "AnyLayer",
    "Layers",
    "Role",
    "VectorLayer",
    "read_layers",
]
