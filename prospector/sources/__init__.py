"""Official services and files: described as data, fetched whole, with date, count, hash and licence."""

from prospector.sources.source import (
    Source,
    SourceLayer,
    load_sources,
    source_named,
    source_names,
    sources_for,
)

__all__ = [
    "Source",
    "SourceLayer",
    "load_sources",
    "source_named",
    "source_names",
    "sources_for",
]
