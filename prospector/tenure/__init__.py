"""Concessions and restricted ground: who holds what, what is open, what is unknown."""
