"""Targets as ranked, explained rows."""
