"""A first draft of a deposit model for a region's own deposits, with the reason for every choice."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from prospector.drafting.columns import column_for
from prospector.drafting.drafted import DraftLayer
from prospector.drafting.looks import ColumnLook
from prospector.drafting.names import free_name, legal_name
from prospector.drafting.region_text import comment
from prospector.drafting.roles import element_columns
from prospector.errors import RegionError
from prospector.layers.classes import class_word
from prospector.layers.registers import fold
from prospector.region.own_models import OwnModel
from prospector.region.shipped_models import deposit_model_names, shipped_tables
from prospector.region.spelling import as_toml

MODELS_FOLDER = "models"

LEAST_TO_LEARN = 10
"""Deposits of a type from which on the estimator learns."""

FEW_EVIDENCES = 4
"""So many evidences may always be learned from."""

DEPOSITS_AN_EVIDENCE = 5
"""So many deposits bear one evidence more."""

MOST_CLASSES = 2
"""Classes of geology that a model begins with, where no host rocks are named."""

MOST_ELEMENTS = 3

CLASS_COLUMNS = ("lithology", "unit", "code", "age", "formation")
"""Columns that tell rocks apart, the most telling first."""

CLASSES_LISTED = 12

DISTANCES = {
    "faults": ("distance to faults", "faults guide magma and fluid", 1.0, 10.0),
    "intrusions": ("distance to intrusions", "intrusions bring heat, fluid and metal", 1.0, 10.0),
    "domes": ("distance to domes", "domes mark the magma that drove the fluid", 1.0, 10.0),
    "volcanoes": ("distance to volcanoes", "volcanic centres bring heat and fluid", 5.0, 50.0),
    "salars": ("distance to salars", "salars mark closed basins", 0.0, 10.0),
}
"""Role -> label, reason, and the membership in km: full and none."""

SEARCH_M = 20_000
"""Samples farther away say nothing of a cell, unless the model says otherwise."""

Ranges = Mapping[str, tuple[float, float, float]]
"""Layer -> lowest value, median and highest in the region."""


@dataclass(frozen=True)
class DraftModel:
    """A deposit model that is drafted for a region.

    Parameters
    ----------
    file
        Its path from the region's folder.
    deposits
        Deposits of its type in the layers, wherever they lie.
    """

    name: str
    file: str
    text: str
    deposit_type: str
    deposits: int

    @property
    def words(self) -> list[str]:
        """Its name and its code, which no other model may have."""
        return [self.name, str(self.as_own().tables["deposit_model"]["code"])]

    def as_own(self) -> OwnModel:
        """Return it as a model of the region, whose file is not written yet."""
        return OwnModel(name=self.name, tables=tomllib.loads(self.text))


@dataclass(frozen=True)
class _Evidence:
    """One evidence as it is drafted: its lines, and how soon it is wanted where few are allowed."""

    name: str
    lines: tuple[str, ...]


def deposit_types(layers: Sequence[DraftLayer]) -> list[tuple[str, int]]:
    """Return the types of the known deposits with their numbers, the most frequent first."""
    counts: Counter[str] = Counter()
    for layer in layers:
        if not layer.used or layer.role != "deposits":
            continue
        stated = layer.values.get("deposit_type")
        if stated is not None:
            counts[stated] += layer.look.count
            continue
        column = column_for(layer.look, "deposit_type", layer.values.get("columns", {}))
        for word, count in column.words if column is not None else ():
            counts[class_word(word) or word] += count
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def draft_model(
    deposit_type: str,
    deposits: int,
    layers: Sequence[DraftLayer],
    ranges: Ranges,
    *,
    name: str | None = None,
    hosts: Sequence[str] = (),
    taken: Collection[str] = (),
) -> DraftModel | None:
    """Return a deposit model for a type of deposits; None where no layer can be evidence.

    Parameters
    ----------
    deposit_type
        Type of the deposits, as their layer writes it.
    deposits
        How many deposits of the type are known: with ten or more the estimator learns.
    layers
        The layers that may be evidence.
    ranges
        Of the rasters in the region: memberships begin with them.
    name
        Name of the model; made from the type by default.
    hosts
        Words of rocks that host such deposits: their share of a cell becomes evidence.
    taken
        Names and codes of other deposit models.

    Raises
    ------
    RegionError
        A host rock is in no class of the geology.
    """
    chosen = free_name(
        legal_name(name or deposit_type, otherwise="model"), [*taken, *deposit_model_names()]
    )
    learns = deposits >= LEAST_TO_LEARN
    evidence = list(
        _evidence([layer for layer in layers if layer.used], ranges, hosts, learns=learns)
    )
    if not evidence:
        return None
    lines = [
        "# Drafted by `prospector init`: a starting point. Remove evidence that does not fit your "
        "deposits.",
        "",
        *_head(chosen, deposit_type, taken, learns=learns),
        *_conditions(layers),
        *(line for item in evidence for line in (*item.lines, "")),
        *_estimator(evidence, deposits, learns=learns),
        "",
        "[targets]",
        "lowest_percentile = 95",
        "highest_percentile = 99.9",
        "step = 0.1",
        "",
    ]
    return DraftModel(
        chosen, f"{MODELS_FOLDER}/{chosen}.toml", "\n".join(lines), deposit_type, deposits
    )


def _head(name: str, deposit_type: str, taken: Collection[str], *, learns: bool) -> Iterator[str]:
    label = name.replace("_", " ")
    how = "learned from the known deposits" if learns else "by stated memberships, nothing learned"
    yield "[deposit_model]"
    yield f"name = {as_toml(name)}"
    yield f"label = {as_toml(label[:1].upper() + label[1:])}"
    yield f"code = {as_toml(code_of(name, taken))}  # begins the ids of targets"
    yield 'unit = "cell"'
    yield 'commodities = []  # e.g. ["Cu", "Au"]'
    yield f"summary = {as_toml(f'{label[:1].upper() + label[1:]}: a first draft, {how}')}"
    yield "papers = []  # where evidence and memberships come from"
    yield ""
    yield "[labels]"
    yield f"deposit_type = {as_toml(deposit_type)}  # as the deposits write it"
    yield "merge_within_m = 2000  # deposits closer than this count as one"
    yield f"least = {LEAST_TO_LEARN}"
    yield ""


def code_of(name: str, taken: Collection[str] = ()) -> str:
    """Return two to five capital letters for a model, that no other has.

    Examples
    --------
    >>> code_of("banded_iron"), code_of("iocg"), code_of("gold")
    ('BAN', 'IOC', 'GOL')
    """
    shipped = {shipped_tables(model)["deposit_model"]["code"] for model in deposit_model_names()}
    letters = re.sub("[^A-Z]", "", fold(name)) or "MODEL"
    start = letters[:3] if len(letters) > 1 else f"{letters}X"
    tries = [start, *(f"{start}{end}" for end in ascii_uppercase[::-1])]
    return next(code for code in tries if code not in {*shipped, *taken})


def _conditions(layers: Sequence[DraftLayer]) -> Iterator[str]:
    if any(layer.used and layer.role == "land" for layer in layers):
        yield "[[permissive]]"
        yield 'kind = "share"'
        yield 'role = "land"'
        yield "at_least = 0.5"
        yield 'reason = "at least half of the cell is land"'
        yield ""


def _estimator(evidence: Sequence[_Evidence], deposits: int, *, learns: bool) -> Iterator[str]:
    yield "[estimator]"
    if not learns:
        yield 'name = "fuzzy"  # fewer than 10 known deposits: nothing is learned'
        return
    yield 'name = "logistic"  # learned from the known deposits'
    most = max(FEW_EVIDENCES, deposits // DEPOSITS_AN_EVIDENCE)
    if len(evidence) > most:
        names = [item.name for item in evidence[:most]]
        yield f"# {deposits} deposits support about {most} of {len(evidence)} evidence layers: choose"
        yield f"evidence = {as_toml(names)}"


# evidence --------------------------------------------------------------------------------------


def _evidence(
    layers: Sequence[DraftLayer], ranges: Ranges, hosts: Sequence[str], *, learns: bool
) -> Iterator[_Evidence]:
    """Give the evidence that the layers allow, what geologists ask first."""
    roles = [str(layer.role) for layer in layers]
    yield from _hosts(layers, hosts, learns=learns)
    for role, (label, reason, full, none) in DISTANCES.items():
        if role in roles:
            membership = f"membership = {{ full = {full:g}, none = {none:g} }}  # in km: set it"
            yield _Evidence(
                f"{role}_distance",
                (
                    f"[evidence.{role}_distance]", 'kind = "distance"', f"role = {as_toml(role)}",
                    f"label = {as_toml(label)}", 'expected = "decreasing"', membership,
                    f"reason = {as_toml(reason)}",
                ),
            )  # fmt: skip
    yield from _elements(layers, learns=learns)
    for layer in layers:
        if layer.name in ranges and layer.role is not None:
            yield _surface(layer, roles.count(layer.role) > 1, ranges[layer.name], learns=learns)


def _surface(
    layer: DraftLayer, one_of_several: bool, values: tuple[float, float, float], *, learns: bool
) -> _Evidence:
    low, median, high = values
    lines = [
        f"# {layer.name} is {low:.4g} to {high:.4g} in the region, median {median:.4g}",
        f"[evidence.{layer.name}]", 'kind = "surface"', f"role = {as_toml(layer.role)}",
    ]  # fmt: skip
    if one_of_several:
        lines.append(f"layer = {as_toml(layer.name)}")
    lines += [f"label = {as_toml(layer.name.replace('_', ' '))}"]
    if learns or low == high:
        lines.append('expected = "any"  # or "increasing", "decreasing"')
    else:
        full = median + (high - median) / 2
        lines += [
            'expected = "increasing"  # guessed: reverse it and the membership if low values are '
            "good",
            f"membership = {{ full = {full:.4g}, none = {median:.4g} }}  # guessed from its values: set it",
        ]
    lines.append('reason = "say why it should matter"')
    return _Evidence(layer.name, tuple(lines))


def _elements(layers: Sequence[DraftLayer], *, learns: bool) -> Iterator[_Evidence]:
    """Give evidence of the elements that samples were analysed for."""
    layer = next((layer for layer in layers if layer.role == "geochemistry"), None)
    if layer is None:
        return
    named = element_columns(layer.look.columns)
    columns = [column for column in layer.look.columns if column.name in named and column.quantiles]
    for column in columns[:MOST_ELEMENTS]:
        yield _element(column, named, learns=learns)


def _element(column: ColumnLook, named: Sequence[str], *, learns: bool) -> _Evidence:
    low, median, high = column.quantiles or (0.0, 0.0, 0.0)
    name = legal_name(column.name)
    lines = [
        f"# {comment(column.name)}: 5 % of samples are below {low:.3g}, half below {median:.3g}, 95 % below "
        f"{high:.3g}. Also analysed: {comment(', '.join(other for other in named if other != column.name))}",
        f"[evidence.{name}]", 'kind = "geochemistry"', 'role = "geochemistry"',
        f"column = {as_toml(column.name)}",
        f"within_m = {SEARCH_M}  # how far a sample's value is used: set it",
        f"label = {as_toml(column.name.replace('_', ' '))}", 'expected = "increasing"',
    ]  # fmt: skip
    if not learns and high > median > 0:
        lines.append(
            f"membership = {{ full = {high:.3g}, none = {median:.3g} }}  # guessed from the samples: set it"
        )
    lines.append('reason = "anomalies lie near their source"')
    return _Evidence(name, tuple(lines))


def _hosts(
    layers: Sequence[DraftLayer], hosts: Sequence[str], *, learns: bool
) -> Iterator[_Evidence]:
    """Give the share of rocks that host the deposits, or of the most frequent ones."""
    layer = next((layer for layer in layers if layer.role == "geology"), None)
    chosen = None if layer is None else _class_column(layer)
    if layer is None or chosen is None:
        if hosts:
            raise RegionError(
                "--host: no layer of role geology has classes of rock. Leave out --host, or add a "
                "geological map."
            )
        return
    ours, column = chosen
    words = [word for word, _ in column.words]
    listed = f"# Classes of {ours}: {comment(', '.join(words[:CLASSES_LISTED]))}"
    if hosts:
        named = [word for word in words if any(fold(host) in fold(word) for host in hosts)]
        if not named:
            raise RegionError(
                f"--host: no class of {layer.name} holds {', '.join(hosts)}. It has: "
                f"{', '.join(words[:CLASSES_LISTED])}."
            )
        yield _share("host_rocks", ours, named, "share of host rocks", "increasing", listed)
    elif learns:
        for word in words[:MOST_CLASSES]:
            name = legal_name(f"share {word}"[:50])
            yield _share(name, ours, [word], f"share of {word}", "any", listed)


def _share(
    name: str, column: str, words: Sequence[str], label: str, expected: str, listed: str
) -> _Evidence:
    lines = (
        listed,
        f"[evidence.{name}]", 'kind = "share"', 'role = "geology"',
        f"where = {{ {_key(column)} = {as_toml(list(words))} }}  # name the rocks that host your deposits",
        f"label = {as_toml(comment(label)[:60])}", f"expected = {as_toml(expected)}",
        "membership = { full = 0.5, none = 0 }  # share of the cell: set it",
        'reason = "say why these rocks should matter"',
    )  # fmt: skip
    return _Evidence(name, lines)


def _key(column: str) -> str:
    return column if re.fullmatch("[A-Za-z0-9_-]+", column) else as_toml(column)


def _class_column(layer: DraftLayer) -> tuple[str, ColumnLook] | None:
    """Return the column that tells rocks apart: one that the role knows, else a column of few words."""
    columns = layer.values.get("columns", {})
    for ours in CLASS_COLUMNS:
        column = column_for(layer.look, ours, columns)
        if column is not None and column.different > 1:
            return ours, column
    few = [
        column
        for column in layer.look.columns
        if not column.is_number and 1 < column.different < max(column.filled, 2)
    ]
    return next(((column.name, column) for column in few), None)
