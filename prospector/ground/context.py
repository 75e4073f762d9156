"""Roles of places where people have worked: no deposit model may use them as evidence."""

from __future__ import annotations

from collections.abc import Sequence

from prospector.errors import ModelError, Reason
from prospector.layers.roles import CONTEXT_ROLES


def refuse_context(place: str, label: str, roles: Sequence[str], *, what: str) -> None:
    """Raise ModelError where an evidence, or a condition of permissive ground, reads such places."""
    context = [role for role in roles if role in CONTEXT_ROLES]
    if context:
        raise ModelError(
            f"{place}: role '{context[0]}' is context, not rock: plants and projects are where "
            f"deposits are known. Remove the {what}.",
            Reason("evidence-of-context", label=label, role=context[0]),
        )
