"""Places where people have worked: they stand where deposits are known, so no deposit model may read them."""

from __future__ import annotations

from collections.abc import Sequence

from prospector.errors import ModelError, Reason
from prospector.layers.roles import CONTEXT_ROLES


def refuse_context(place: str, label: str, roles: Sequence[str], *, what: str) -> None:
    """Raise ModelError where an evidence, or a condition of permissive ground, reads such places."""
    context = [role for role in roles if role in CONTEXT_ROLES]
    if context:
        raise ModelError(
            f"{place}: role '{context[0]}' is context, not rock: plants and projects stand where deposits "
            f"are known. Remove the {what}.",
            Reason("evidence-of-context", label=label, role=context[0]),
        )
