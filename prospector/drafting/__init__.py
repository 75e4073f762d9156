"""Draft a region from the files at hand; every guess is marked as a guess."""

from prospector.drafting.add import Addition, add_layers
from prospector.drafting.init import Draft, init_region

__all__ = ["Addition", "Draft", "add_layers", "init_region"]
