"""A region of your own, drafted from the files at hand: what is guessed says so."""

from prospector.drafting.add import Addition, add_layers
from prospector.drafting.init import Draft, init_region

__all__ = ["Addition", "Draft", "add_layers", "init_region"]
