"""Sentences and phrases of each language, by code."""
