"""Concessions and bound ground: who holds what, what is open, what is not known."""
