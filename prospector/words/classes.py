"""What classes of tenure and protection are called, in English: phrases that a language may translate."""

from __future__ import annotations

TENURE_WORDS = {
    "unknown": "unknown",
    "held": "held",
    "applied_for": "applied for",
    "reserved": "reserved",
    "vacant": "vacant title",
    "open": "open",
    "lapsed": "lapsed",
    "protected": "protected",
    "not_protected": "not protected",
    "protection_unknown": "unknown",
}
"""In a list of shares, where the heading says whether they are of tenure or of protection."""

PROTECTION_WORDS = {
    "protected": "protected",
    "not_protected": "not protected",
    "protection_unknown": "protection unknown",
}
"""Where nothing beside them says of what they are."""
