"""Registers of a region listed beside its targets: stated facts, access and tenure, but no score."""
