"""Choose the deposit models of a new region: those that can run, and drafts for its own deposit types."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from prospector.drafting.drafted import DraftLayer
from prospector.drafting.names import legal_name
from prospector.drafting.own_models import (
    LEAST_TO_LEARN,
    MODELS_FOLDER,
    DraftModel,
    Ranges,
    deposit_types,
    draft_model,
)
from prospector.drafting.region_text import Heading
from prospector.drafting.trial import Verdict, as_region, openings, verdicts
from prospector.errors import RegionError
from prospector.region.region_file import Region
from prospector.region.shipped_models import deposit_model_names, load_deposit_model
from prospector.region.spelling import did_you_mean

MOST_DRAFTS = 2
"""Types of deposits for which models are drafted unasked."""


@dataclass(frozen=True)
class Wanted:
    """What was asked for of deposit models; see `init_region`."""

    deposit_models: tuple[str, ...] = ()
    new_model: str | None = None
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Choice:
    """The deposit models of a new region.

    Parameters
    ----------
    entries
        As region.toml lists them.
    because
        Why these.
    verdicts
        What `check` says of them, and of the shipped ones that are left out.
    own
        Those that are to be written.
    """

    entries: tuple[str, ...]
    because: str
    verdicts: tuple[Verdict, ...]
    own: tuple[DraftModel, ...] = ()


@dataclass(frozen=True)
class Ground:
    """What deposit models of a new region stand on: its heading, and layers that can be read."""

    heading: Heading
    layers: tuple[DraftLayer, ...]
    ranges: Ranges
    folder: Path

    def region(self, own: Sequence[DraftModel] = ()) -> Region:
        """Return it as a region with deposit models of its own."""
        return as_region(self.heading, self.layers, self.folder, own)


def choose_models(ground: Ground, wanted: Wanted) -> Choice:
    """Return the deposit models that a new region names.

    Raises
    ------
    RegionError
        A model that is asked for is not shipped, or a host rock is in no class of the geology.
    """
    _refuse_unknown(wanted.deposit_models)
    shipped = openings(ground.region(), wanted.deposit_models or deposit_model_names())
    able = [model for model in shipped if model.reason is None]
    with_deposits = [model.name for model in able if model.deposits]
    drafts = _drafts(ground, with_deposits, wanted)
    usable = with_deposits if with_deposits or drafts else [model.name for model in able]
    named = list(wanted.deposit_models) or usable
    asked = [*(model.name for model in drafts), *named]
    checked = verdicts(ground.region(drafts), asked) if asked else []
    mended = [
        _mended(ground, model, verdict, drafts, wanted)
        for model, verdict in zip(drafts, checked, strict=False)
    ]
    own = tuple(model for model, _ in mended)
    left = [model for model in shipped if model.name not in named]
    said = (*(verdict for _, verdict in mended), *checked[len(own) :], *left)
    if not asked:
        because = "a placeholder: no deposit model can run on these layers yet"
        return Choice((shipped[0].name,), because, said)
    entries = (*(model.file for model in own), *named)
    return Choice(entries, _because(own, named, wanted), said, own)


def _mended(
    ground: Ground,
    model: DraftModel,
    verdict: Verdict,
    drafts: Sequence[DraftModel],
    wanted: Wanted,
) -> tuple[DraftModel, Verdict]:
    """Return a draft that can run: for as many deposits as `check` counts, else with nothing learned."""
    taken = [word for other in drafts if other is not model for word in other.words]
    for deposits in (verdict.deposits, min(verdict.deposits, LEAST_TO_LEARN - 1)):
        if verdict.reason is None:
            break
        again = draft_model(
            model.deposit_type, deposits, ground.layers, ground.ranges, name=model.name,
            hosts=wanted.hosts, taken=taken,
        )  # fmt: skip
        if again is not None and again.text != model.text:
            model = again
            [verdict] = verdicts(ground.region([model]), [model.name])
    return model, verdict


def _because(own: Sequence[DraftModel], named: Sequence[str], wanted: Wanted) -> str:
    if wanted.deposit_models:
        return "as asked for"
    parts = [
        f"{model.file} drafted for {model.deposits} deposits of type '{model.deposit_type}'"
        for model in own
    ]
    parts += ["shipped models that can run and have known deposits"] if named else []
    return f"guessed: {'; '.join(parts)}"


def _refuse_unknown(names: Sequence[str]) -> None:
    for name in names:
        if name not in deposit_model_names():
            known = deposit_model_names()
            raise RegionError(
                f"--deposit-model {name}: not a shipped deposit model. "
                f"{did_you_mean(name, known)}Available: {', '.join(known)}. To draft your own: "
                f"--new-model {legal_name(name)}."
            )


def _drafts(ground: Ground, able: Sequence[str], wanted: Wanted) -> list[DraftModel]:
    """Return drafts: the one that is asked for, else those for types that no model that can run is about."""
    drafts: list[DraftModel] = []
    there = [file.stem for file in sorted((ground.folder / MODELS_FOLDER).glob("*.toml"))]
    for deposit_type, count, name in _types(ground.layers, able, wanted):
        model = draft_model(
            deposit_type, count, ground.layers, ground.ranges, name=name, hosts=wanted.hosts,
            taken=[*there, *(word for other in drafts for word in other.words)],
        )  # fmt: skip
        drafts += [] if model is None else [model]
    return drafts


def _types(
    layers: Sequence[DraftLayer], able: Sequence[str], wanted: Wanted
) -> Iterator[tuple[str, int, str | None]]:
    """Give the types of deposits to draft a model for: type, number, and a name where one is asked for."""
    types = deposit_types(layers)
    if wanted.new_model is not None:
        asked = legal_name(wanted.new_model, otherwise="model")
        of_name = [pair for pair in types if legal_name(pair[0]) == asked]
        deposit_type, count = next(iter([*of_name, *types]), (wanted.new_model, 0))
        yield deposit_type, count, wanted.new_model
        return
    if wanted.deposit_models:
        return
    covered = {load_deposit_model(name).labels.deposit_type for name in able}
    others = [pair for pair in types if pair[0] not in covered]
    enough = [pair for pair in others if pair[1] >= LEAST_TO_LEARN][:MOST_DRAFTS]
    if not enough and not able:
        enough = others[:1] or [("favourable ground", 0)]
    for deposit_type, count in enough:
        yield deposit_type, count, None
