"""Cautions beside a deposit model's figures: whether anything was learned, and its own caution."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prospector.words.language import Language


def model_caution(entry: Mapping[str, Any], words: Language, *, learned: bool) -> str:
    """Return the sentences to say of a deposit model; "" where there is nothing to say.

    Parameters
    ----------
    entry
        The table ``deposit_model``.
    words
        Language of the sentences.
    learned
        Whether the estimator that was used learned from deposits, whatever the model says of itself.

    Examples
    --------
    >>> from prospector.words.language import language
    >>> entry = {"caution": "Outlines are schematic.", "ranges": "after Sillitoe 2003"}
    >>> model_caution(entry, language("en"), learned=True)
    'Outlines are schematic.'
    >>> model_caution(entry, language("en"), learned=False)[:58]
    'Memberships are stated; nothing was learned from deposits.'
    """
    sentences = []
    if not learned:
        sentences.append(words.say("Memberships are stated; nothing was learned from deposits."))
    if entry.get("ranges") and not learned:
        ranges = words.told(entry["ranges"]).rstrip(".")
        sentences.append(words.say("Ranges: {ranges}.", ranges=ranges))
    if entry["caution"]:
        sentences.append(words.told(entry["caution"]))
    return " ".join(sentences)
