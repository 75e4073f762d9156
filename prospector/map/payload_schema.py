"""What the map's page reads, as frozen values: one version, unknown keys refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal, Self

import shapely
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from prospector.errors import Level
from prospector.map.features import DIMENSION, STRICT, Features, Outline, Row
from prospector.map.targets import Share, Targets
from prospector.targets.target import TARGET_COLUMNS
from prospector.validation.record import Verdict

PAYLOAD_VERSION = 4

Colour = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
Picture = Annotated[str, Field(pattern=r"^data:image/(png|jpeg|webp);base64,[A-Za-z0-9+/=]*$")]
Bounds = tuple[float, float, float, float]
LatitudeLongitudeBounds = tuple[tuple[float, float], tuple[float, float]]


class Frozen(BaseModel):
    """Unknown keys are refused, values do not change, numbers are finite."""

    model_config = ConfigDict(**STRICT, frozen=True)


class TargetColumn(Frozen):
    """A column of targets.csv, which the page writes into what is saved.

    Parameters
    ----------
    kind
        What it holds: text, whole numbers, or figures, which are written with a decimal.
    carried
        Whether it comes from the polygons that are scored: the page has its values as they are.
    """

    name: str
    kind: Literal["text", "whole", "figure"]
    carried: bool = False


class Overlay(Frozen):
    """A picture already warped to EPSG:3857, and its corners in latitude and longitude."""

    png: Picture
    bounds: LatitudeLongitudeBounds


class EvidencePayload(Frozen):
    """One evidence of a deposit model: what a target's values and parts are in the order of.

    Parameters
    ----------
    unit, logarithm
        The unit that it was measured in; whether its values are the natural logarithm of that.
    schematic, partly
        Whether any feature that it is measured from was drawn from descriptions; whether others
        were not.
    picture
        The evidence over the region, small; `low` and `high` are the ends of its colours.
    low_unresolved
        Whether the low end is a distance that its layer does not resolve.
    resolution_m
        What it resolves; None where that is not stated.
    schematic_m
        How far what was drawn from descriptions may lie off; None where nothing was, or it is not stated.
    """

    name: str
    label: str
    unit: str = ""
    logarithm: bool = False
    schematic: bool = False
    partly: bool = False
    reason: str = ""
    accuracy: str = ""
    picture: Overlay | None = None
    low: float | None = None
    high: float | None = None
    low_unresolved: bool = False
    resolution_m: float | None = None
    schematic_m: float | None = None


class KnownDeposit(Frozen):
    """A known deposit that targets are compared with.

    Parameters
    ----------
    at
        Longitude and latitude.
    values
        Its evidence, on the scale that it is learned on; None where it is unknown.
    """

    name: str
    at: tuple[float, float]
    values: Sequence[float | None]


class Likeness(Frozen):
    """What tells how like a target is to each known deposit: a distance over the evidence.

    Parameters
    ----------
    logged
        Whether each evidence is compared as log(1 + value).
    spread
        Standard deviation of each evidence over the ground; None where it has one value there, or is
        unknown in some of it.
    """

    logged: Sequence[bool]
    spread: Sequence[float | None]
    deposits: Sequence[KnownDeposit]


class WhatIf(Frozen):
    """How a target is scored again from its parts when evidence is given another weight.

    Parameters
    ----------
    kind
        ``"logistic"``: parts add up on the log-odds. ``"fuzzy"``: a part is a membership less one
        half, joined by `operator`. ``"index"``: a part is that times the evidence's share.
    shares
        The run's share of each evidence in an index overlay, summing to 1.
    """

    kind: Literal["logistic", "fuzzy", "index"]
    operator: Literal["and", "or", "product", "sum", "gamma"] | None = None
    gamma: float | None = None
    shares: Sequence[float] = ()


class Classed(Frozen):
    """Class breaks and one colour for each class between them."""

    breaks: Sequence[float]
    colours: Sequence[Colour]

    @model_validator(mode="after")
    def _one_colour_a_class(self) -> Self:
        if len(self.breaks) != len(self.colours) + 1 or list(self.breaks) != sorted(self.breaks):
            message = (
                f"breaks {list(self.breaks)} must rise and be one more than the colours "
                f"({len(self.colours)}). Give n + 1 breaks for n colours."
            )
            raise ValueError(message)
        return self


TEXT_COLUMNS = frozenset(
    {
        "target_id",
        "deposit_model",
        "known_names",
        "nearest_deposit",
        "evidence_for",
        "evidence_against",
        "flags",
        "holders",
        "concession_ids",
        "tenure_as_of",
        "administrative_unit",
        "province",
        "region",
        "nearest_town",
        "nearest_port",
        "name",
    }
)
WHOLE_COLUMNS = frozenset({"rank", "known_deposits"})


def _every_column(name: str) -> TargetColumn:
    if name in TEXT_COLUMNS:
        return TargetColumn(name=name, kind="text")
    return TargetColumn(name=name, kind="whole" if name in WHOLE_COLUMNS else "figure")


EVERY_COLUMN = tuple(_every_column(name) for name in TARGET_COLUMNS)
"""Columns of targets.csv where no polygons carry any more to it."""


class PastDeposit(Frozen):
    """A deposit that trains, with its year of discovery; None where that is not known."""

    name: str
    at: tuple[float, float]
    year: int | None = None


class FoundSince(Frozen):
    """A deposit found since, as those known before would have placed it.

    Parameters
    ----------
    deposit
        Its number among the deposits.
    percentile, by_distance
        Share of the ground below it in the ranking trained before, and by nearness alone, 0-1.
    near
        Whether a deposit known before lies within 20 km.
    """

    deposit: int = Field(ge=0)
    percentile: Share
    by_distance: Share
    nearest_km: float = Field(ge=0)
    near: bool


class PastTest(Frozen):
    """The back-test of one year; no AUC below ten finds."""

    before: int
    undated: Literal["train", "leave"]
    n_training: int
    n_undated: int
    auc: float | None = None
    auc_interval: tuple[float, float] | None = None
    found: Sequence[FoundSince] = Field(min_length=1)


class Past(Frozen):
    """Deposits that train, with their years, and a back-test for each year that has one."""

    deposits: Sequence[PastDeposit]
    tests: Sequence[PastTest] = Field(min_length=1)

    @model_validator(mode="after")
    def _finds_are_deposits(self) -> Self:
        for test in self.tests:
            for one in test.found:
                if one.deposit >= len(self.deposits) or self.deposits[one.deposit].year is None:
                    raise ValueError(
                        f"back-test before {test.before}: deposit {one.deposit} is none of the "
                        f"{len(self.deposits)}, or has no year."
                    )
        return self


class ModelPayload(Classed):
    """One deposit model: how far to believe it, its classes and its targets in order of rank.

    Parameters
    ----------
    overlay
        Its score, or percentile, over the region.
    verdict
        What the validation found; None where nothing was learned or tested.
    demonstrated
        Whether skill is demonstrated; None where nothing was learned.
    verdict_name
        The verdict as a heading; what was done in its place where nothing was learned.
    skill_words
        What the verdict rests on: it follows the verdict's name.
    outside
        Ground outside the area of applicability; None where that is not known, or there is none.
    outside_share, outside_cell_km
        Its share of the scored ground, in cells of that size; None where it was not computed.
    likeness
        The known deposits with their evidence; None where none has all of it.
    past
        Back-tests at the years that the region names; None where the run holds none.
    lacking
        Labels of the evidence that the model asks for and the region lacks.
    dossiers
        How many of its best targets have a dossier beside the map.
    columns
        Of targets.csv, in its order; those of every run by default.
    """

    name: str
    label: str
    class_by: Literal["score", "percentile"] = "score"
    verdict: Verdict | None = None
    verdict_name: str = ""
    demonstrated: bool | None = None
    skill_words: str
    skill_rows: Sequence[Row] = ()
    caution: str = ""
    evidence: Sequence[EvidencePayload] = ()
    what_if: WhatIf | None = None
    targets: Annotated[Targets, BeforeValidator(Targets.of)]
    overlay: Overlay | None = None
    outside: Outline | None = Field(default=None, exclude=True)
    outside_share: Share | None = None
    outside_cell_km: float | None = None
    likeness: Likeness | None = None
    past: Past | None = None
    lacking: Sequence[str] = ()
    dossiers: int = Field(default=0, ge=0)
    columns: Sequence[TargetColumn] = EVERY_COLUMN

    @model_validator(mode="after")
    def _carried_by_every_target(self) -> Self:
        names = [column.name for column in self.columns if column.carried]
        counts = self.targets.counts["carried"]
        for target_id, count in zip(self.targets.columns["target_id"], counts, strict=True):
            if count != len(names):
                raise ValueError(
                    f"target '{target_id}' carries {count} values; deposit model "
                    f"'{self.name}' has {len(names)} carried columns. Give one of each."
                )
        return self

    @model_validator(mode="after")
    def _evidence_of_every_target(self) -> Self:
        wanted, counts = len(self.evidence), self.targets.counts
        each = zip(
            self.targets.columns["target_id"], counts["values"], counts["parts"], strict=True
        )
        for target_id, values, parts in each:
            if values != wanted or parts != wanted:
                raise ValueError(
                    f"target '{target_id}' has {values} values and {parts} parts; deposit model "
                    f"'{self.name}' has {wanted} evidence layers. Give one of each for every evidence "
                    "layer."
                )
        return self


class LayerStyle(Frozen):
    """How a layer is drawn; sizes in pixels.

    Parameters
    ----------
    hatch
        Of polygons: the lines that fill them, in place of a colour.
    """

    colour: Colour
    fill: Colour | None = None
    fill_opacity: float = Field(default=0.25, ge=0, le=1)
    weight: float = 1
    dash: str | None = None
    hatch: Literal["/", "\\", "-", "|", "+", "x"] | None = None
    radius: float | None = None
    shape: Literal["circle", "square", "triangle", "diamond", "basin"] = "circle"


class LayerPayload(Frozen):
    """A layer under or over the targets: features, or a picture that serves as base.

    Parameters
    ----------
    colour_by
        The one of them that colours its features at first; empty for none.
    groupings
        Labels of rows by which its features can be told apart in colour: holder, state, year.
    schematic, partly
        Whether any feature was drawn from descriptions; whether others were not.
    surveyed
        Numbers of the features of a schematic layer that were not.
    unnamed
        Numbers of the features that have no name of their own: the map writes none beside them.
    """

    key: str
    label: str
    kind: Literal["polygon", "line", "point", "image"]
    schematic: bool = False
    partly: bool = False
    surveyed: Sequence[int] = ()
    unnamed: Sequence[int] = ()
    visible: bool = True
    label_zoom: float | None = None
    style: LayerStyle | None = None
    note: str = ""
    groupings: Sequence[str] = ()
    colour_by: str = ""
    features: Annotated[Features, BeforeValidator(Features.of)] = Features()
    png: Picture | None = None
    bounds: LatitudeLongitudeBounds | None = None

    @model_validator(mode="after")
    def _drawable(self) -> Self:
        if self.kind == "image":
            if self.png is None or self.bounds is None:
                raise ValueError(f"layer '{self.key}' is an image: give it png and bounds.")
            return self
        if self.style is None:
            raise ValueError(f"layer '{self.key}' has no style. Give it at least a colour.")
        for outline in self.features.shapes():
            if shapely.get_dimensions(outline) != DIMENSION[self.kind]:
                raise ValueError(
                    f"layer '{self.key}' is of kind {self.kind} and holds a "
                    f"{outline.geom_type}. Split it into a layer for each kind."
                )
        return self


class LegalNotePayload(Frozen):
    """What the law says, in a sentence.

    Parameters
    ----------
    date
        Of the act, or of the page that tells of it.
    seen
        Until when pages were looked at.
    is_reservation
        Whether it says that a concession is no right to lithium.
    """

    sentence: str
    date: str
    seen: str
    is_reservation: bool = False


class Source(Frozen):
    """Where a layer comes from."""

    layer: str
    origin: str
    licence: str = ""
    date: str = ""
    schematic: bool = False
    partly: bool = False
    citation: str = ""


class NoticeSentence(Frozen):
    """A choice that was made, as a sentence of each language of the page.

    Parameters
    ----------
    sentence
        By code of the language.
    """

    code: str
    level: Level
    sentence: Mapping[str, str]


class Basemap(Frozen):
    """A server of tiles that the page may ask for pictures of the ground, and no other.

    Parameters
    ----------
    url
        Address of a tile with ``{x}``, ``{y}``, ``{z}`` and, where there are subdomains, ``{s}``.
    hosts
        Every origin that the address can name.
    closest_zoom
        Beyond it the tiles of this zoom are enlarged.
    """

    label: str
    url: Annotated[str, Field(pattern=r"^https://[\w.{}-]+/[^\s\"'<>]*$")]
    subdomains: Annotated[str, Field(pattern=r"^[a-z0-9]*$")] = ""
    hosts: Sequence[Annotated[str, Field(pattern=r"^https://[\w.-]+$")]] = Field(min_length=1)
    attribution: Annotated[str, Field(pattern=r"^[^<>&]+$")]
    closest_zoom: int = Field(ge=0, le=24)


class PlacePayload(Frozen):
    """A name of open water or of a region, and the middle of where it may stand, in degrees."""

    name: str
    longitude: float = Field(ge=-180, le=180)
    latitude: float = Field(ge=-90, le=90)


class InventoryPage(Frozen):
    """The page of an inventory: what it is called, and the name of the file beside the map."""

    name: str
    page: str


class MapPayload(Classed):
    """All that the page reads: texts, deposit models with targets, layers from bottom to top, sources.

    Parameters
    ----------
    regions
        Each at several places: its name stands at the first that has room.
    notices
        Gravest first.
    translations
        Texts of the payload in other languages, by code of the language and English text.
    report
        Name of the report beside the map; empty where there is none.
    law
        Legal notes that bind at any target.
    relief_error_m
        Within which nine in ten heights of the relief were measured to err; none where nothing says so.
    overview
        Name of the overview beside the map; empty where there is none.
    inventories
        Pages beside the map of what registers list and no model scores.
    run_id
        By which the run goes, as its overview says it; empty where the map is of no run folder.
    tables
        Language whose spreadsheets open the tables that the page saves: with decimal commas for ``"es"``.
    """

    payload_version: Literal[4] = 4
    title: str
    subtitle: str = ""
    made_by: str
    bounds: Bounds
    sentences: Sequence[str]
    models: Sequence[ModelPayload] = Field(min_length=1)
    layers: Sequence[LayerPayload] = ()
    seas: Sequence[PlacePayload] = ()
    regions: Sequence[PlacePayload] = ()
    sources: Sequence[Source] = ()
    notices: Sequence[NoticeSentence] = ()
    basemap: Basemap | None = None
    law: Sequence[LegalNotePayload] = ()
    report: str = ""
    relief_error_m: float | None = None
    overview: str = ""
    inventories: Sequence[InventoryPage] = ()
    run_id: str = ""
    tables: Literal["en", "es"] = "en"
    translations: Mapping[str, Mapping[str, str]] = {}
