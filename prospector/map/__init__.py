"""The interactive map in one file."""
