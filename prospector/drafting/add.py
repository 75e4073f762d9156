"""Add a file to a region: look at it, guess its role, read it once, then write its table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from prospector.drafting.clues import guessed_by
from prospector.drafting.drafted import (
    DraftLayer,
    draft_layer,
    name_of,
    refuse_untaken,
    with_role_taken,
)
from prospector.drafting.init import file_in_region
from prospector.drafting.looks import RASTER, Look, looks_of
from prospector.drafting.making import Made
from prospector.drafting.names import free_name
from prospector.drafting.stated import Stated, stated_columns
from prospector.drafting.trial import entry_of, short_reason
from prospector.errors import LayerError, RegionError
from prospector.evidence import roles_read
from prospector.layers import read_layers
from prospector.layers.roles import roles_of_region
from prospector.region.editing import add_table
from prospector.region.region_file import Region, load_region
from prospector.region.region_tables import LayerEntry
from prospector.region.spelling import did_you_mean
from prospector.region.toml_values import NAME, validated


@dataclass(frozen=True)
class Addition:
    """What was added to a region.

    Parameters
    ----------
    file
        Its region.toml.
    copied
        How many files were copied into its folder.
    """

    file: Path
    layers: tuple[DraftLayer, ...]
    copied: int


def add_layers(
    region: str | Path,
    file: str | Path,
    *,
    role: str | None = None,
    name: str | None = None,
    layer: str | None = None,
    crs: str | None = None,
    columns: Sequence[str] = (),
    deposit_type: str | None = None,
    copy: bool = True,
) -> Addition:
    """Add the layers of a file to region.toml, comments and order kept, and return what was guessed.

    Parameters
    ----------
    region
        Folder of the region, or its region.toml.
    file
        What holds the layers.
    role
        What it is for, in place of a guess.
    name
        Of its table ``[layers.NAME]``.
    layer
        Of a file that holds several: the one that is added.
    crs
        Of a file that states none, or one that cannot be right.
    columns
        ``"OUR=THEIRS"``: the column of the file that holds what we call so.
    deposit_type
        Of all deposits, in place of a column.
    copy
        Whether a file from elsewhere is copied into the region's folder.

    Raises
    ------
    RegionError
        The name is there already, or is none; the role is unknown, or cannot be guessed.
    LayerError
        The file cannot be read as a layer of the region.
    """
    loaded, path = load_region(region), Path(file)
    _refuse_words(loaded, role, name)
    if not path.exists():
        raise RegionError(f"{path}: no such file. Check its name.")
    stated = Stated(crs, stated_columns(columns), deposit_type)
    looks = _usable(path, looks_of(path.absolute(), layer=layer, stated=stated))
    if len(looks) > 1 and (role or name):
        parts = ", ".join(look.layer or f"band {look.band}" for look in looks)
        raise RegionError(
            f"{path} holds several layers ({parts}). Choose the one to add, e.g. --layer "
            f"{looks[0].layer or 1}."
        )
    drafts: list[DraftLayer] = []
    for look in looks:
        _refuse_twice(loaded, look, name)
        taken = [*loaded.layers, *(draft.name for draft in drafts)]
        draft = draft_layer(look, name or free_name(name_of(look), taken), role=role, stated=stated)
        drafts.append(_one_of_its_role(loaded, drafts, draft, asked=role is not None))
    refuse_untaken(stated, drafts)
    added = [_readable(loaded, draft) for draft in drafts if draft.used or len(drafts) == 1]
    if not added:
        raise RegionError([f"{path}: none of its layers can be added.", *map(_why_not, drafts)])
    return Addition(loaded.file, tuple(added), _write(loaded, added, copy=copy))


def _refuse_words(region: Region, role: str | None, name: str | None) -> None:
    roles = roles_of_region(region)
    if role is not None and role not in roles:
        raise RegionError(
            f"--role {role}: unknown role. {did_you_mean(role, roles)}Use one of: "
            f"{', '.join(roles)}."
        )
    if name is not None and not NAME.fullmatch(name):
        raise RegionError(
            f"--name {name}: must be lower-case letters, digits and _, beginning with a letter. "
            "Use e.g. mapped_faults."
        )
    if name in region.layers:
        raise RegionError(
            f"{region.file}: layer '{name}' already exists. Choose another --name, or edit that "
            "layer."
        )


def _usable(path: Path, looks: Sequence[Look]) -> list[Look]:
    usable = [look for look in looks if look.geometry]
    if not usable:
        raise LayerError(
            [look.problem for look in looks]
            or f"{path} holds no layer. Give a file with features, or a raster."
        )
    return usable


def _refuse_twice(region: Region, look: Look, name: str | None) -> None:
    """Raise RegionError where a layer of the region is that part of that file, and no name is given."""
    for other, entry in region.layers.items():
        same_file = (region.folder / entry.file).resolve() == look.path.resolve()
        if same_file and (entry.layer, entry.band) == (look.layer, look.band) and name is None:
            raise RegionError(
                f"{region.file}: {look.path.name} is already in it, as layer '{other}'. To add it "
                "once more, give another --name."
            )


def _one_of_its_role(
    region: Region, drafts: Sequence[DraftLayer], draft: DraftLayer, *, asked: bool
) -> DraftLayer:
    """Return a layer whose role no other raster has, where it was guessed."""
    roles = [entry.role for entry in region.layers.values()] + [str(other.role) for other in drafts]
    if asked or draft.look.geometry != RASTER or draft.role == "surface" or draft.role not in roles:
        return draft
    return with_role_taken(draft)


def _why_not(draft: DraftLayer) -> str:
    others = f" It could be: {', '.join(draft.others)}." if draft.others else ""
    return f"{draft.name}: {draft.left_out}.{others}"


def _readable(region: Region, draft: DraftLayer) -> DraftLayer:
    """Return a layer once it was read in the region.

    Raises
    ------
    RegionError, LayerError
        It has no role, or cannot be read.
    """
    if not draft.used:
        raise RegionError(f"{draft.look.path.name}: {_why_not(draft)} Give its role with --role.")
    entry = validated(LayerEntry, entry_of(draft), region.file, prefix=f"layers.{draft.name}")
    alone = region.model_copy(update={"layers": {draft.name: entry}})
    try:
        read_layers(alone, region.grid(), deposit_models=region.model_names, roles_of=roles_read)
    except LayerError as error:
        raise LayerError(f"{short_reason(error, draft)}.") from error
    return draft


def _write(region: Region, drafts: Sequence[DraftLayer], *, copy: bool) -> int:
    with Made() as made:
        files = [file_in_region(draft, region.folder, made, copy=copy) for draft in drafts]
        for draft, file in zip(drafts, files, strict=True):
            values = {"role": draft.role, "file": file, **draft.values}
            comments = {**draft.comments, **_guessed(draft)}
            add_table(region.file, ("layers", draft.name), values, comments=comments)
        return len(made.files)


def _guessed(draft: DraftLayer) -> dict[str, str]:
    if draft.because is None:
        return {}
    others = f"; could also be: {', '.join(draft.others)}" if draft.others else ""
    return {"role": f"{guessed_by(draft.because)}{others}"}
