"""Results of `check` for a region, as lines of text for a terminal."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from prospector.numerals import area, fixed, inflation, own_unit, whole_percent
from prospector.pages.lines import notice_rows, wrapped
from prospector.region.critical import flags_line
from prospector.region.shipped_models import deposit_model_names, load_deposit_model
from prospector.words.language import sentence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prospector.errors import Notice
    from prospector.grid import Grid
    from prospector.screening.check import Check, DepositCount, ModelCheck
    from prospector.screening.cost import Cost
    from prospector.screening.layer_check import LayerCheck, Range
    from prospector.validation.quality import EvidenceQuality

OF_MODELS = ("model-not-screened", "model-does-not-apply")
"""Codes of notices that say of a deposit model why it does not run."""

LABEL = 38
"""Columns of the label of an evidence; a longer one is cut."""


def check_lines(checked: Check, *, width: int | None = None) -> Iterator[str]:
    """Give which deposit models can run and why others cannot, then what they would run on.

    Parameters
    ----------
    checked
        What `check` returned.
    width
        Columns at which sentences are broken; None leaves each on one line, for `grep`.
    """
    for start, text in _sentences(checked):
        yield from wrapped(start, text, width)


def _sentences(checked: Check) -> Iterator[tuple[str, str]]:
    """Give each line as what stands at its start and a text that may be broken."""
    models = checked.deposit_models
    able = sum(model.able for model in models)
    elsewhere = sum(not model.applies for model in models)
    not_here = (
        f"; {elsewhere} {'do' if elsewhere > 1 else 'does'} not apply here" if elsewhere else ""
    )
    yield f"{able} of {len(models)} deposit models can run{not_here}", ""
    yield from _models(models)
    yield "", ""
    yield from ((line, "") for line in _size(checked.grid, checked.cost, able=able))
    yield from _critical(models)
    yield from _deposits(checked.deposit_types, models)
    yield from _evidence(models, checked.of_layers)
    yield from _quality(models)
    yield from _layers(checked.of_layers)
    yield from _notices(checked.notices)


def _models(models: Iterable[ModelCheck]) -> Iterator[tuple[str, str]]:
    models = list(models)
    width = max(len(model.name) for model in models)
    for model in models:
        yield f"  {model.name:{width}s}  ", _model_words(model)


def _model_words(model: ModelCheck) -> str:
    """Return in words on what a model runs, or why it cannot."""
    if model.reason is not None:
        start = "cannot run" if model.applies else "does not apply here"
        return f"{start}: {sentence(model.reason)}."
    evidence = _counted(len(model.evidence), "evidence layer")
    known = _counted(model.usable, "deposit")
    if not model.learns:
        return f"{model.estimator}, nothing learned: {evidence}; {known} to compare with"
    districts = _counted(model.districts, "district")
    verb = "trains" if model.usable == 1 else "train"
    return f"{model.estimator}: {known} in {districts} {verb}, {evidence}"


def _size(grid: Grid, cost: Cost, *, able: int) -> Iterator[str]:
    """Give the number of cells, and what a run would cost where there can be one."""
    rows, columns = grid.shape
    ground_km2 = cost.cells * grid.cell_area_km2
    ground = f"{ground_km2:,.0f} km2" if ground_km2 >= 10 else area(ground_km2, "km2")
    yield (
        f"Cells      {cost.cells:,} of {grid.cell_size_m:g} m ({rows:,} rows, {columns:,} columns; "
        f"{ground})"
    )
    if able:
        whole, quick = _minutes(cost.minutes), _minutes(cost.quick_minutes)
        with_quick = "" if quick == whole else f" ({quick} with --quick)"
        yield (
            f"Screening  roughly {whole} of one core{with_quick}, {fixed(cost.memory_gb, 1)} GB of memory, "
            f"{_bytes(cost.disk_gb)} of disk"
        )


def _critical(models: Iterable[ModelCheck]) -> Iterator[tuple[str, str]]:
    """Give which lists of critical minerals name what the models seek, a line for each commodity."""
    sought = dict.fromkeys(commodity for model in models for commodity in model.commodities)
    lines = dict.fromkeys(filter(None, (flags_line([commodity]) for commodity in sought)))
    for place, line in enumerate(lines):
        yield " " * 11 if place else "Critical   ", line


def _minutes(minutes: float) -> str:
    """Return a time in words, no finer than it is known.

    Examples
    --------
    >>> _minutes(0.3), _minutes(3.4), _minutes(700)
    ('1 minute', '4 minutes', '12 hours')
    """
    whole = -int(-minutes // 1)
    if whole > 120:
        return _counted(round(whole / 60), "hour")
    return _counted(max(whole, 1), "minute")


def _bytes(gigabytes: float) -> str:
    """Return a size in words.

    Examples
    --------
    >>> _bytes(0.0123), _bytes(2.34)
    ('12 MB', '2.3 GB')
    """
    return (
        f"{fixed(gigabytes, 1)} GB" if gigabytes >= 1 else f"{max(round(gigabytes * 1000), 1)} MB"
    )


def _deposits(
    types: Iterable[DepositCount], models: Iterable[ModelCheck]
) -> Iterator[tuple[str, str]]:
    """Give the known deposits by type, where they lie and how many each model uses."""
    types, by_name = list(types), {model.name: model for model in models}
    if not types:
        return
    width = max(28, *(len(counted.deposit_type) for counted in types))
    yield f"\n{'Deposits by type':{width + 2}s}  in all  in region  used", ""
    for counted in types:
        start = f"  {counted.deposit_type:{width}s}  {counted.count:6d}  {counted.inside:9d}  "
        used = "; ".join(_used(by_name[name]) for name in counted.models)
        yield start, used or _unused(counted.deposit_type)


def _unused(deposit_type: str) -> str:
    """Return that no deposit model here uses a type of deposit, and which shipped ones would.

    Examples
    --------
    >>> _unused("tungsten"), _unused("borate")
    ('by no deposit model here', 'by no deposit model here; borate_salar would use them')
    """
    shipped = (load_deposit_model(name) for name in deposit_model_names())
    names = [model.name for model in shipped if deposit_type in model.labels.types]
    would = f"; {', '.join(names)} would use them" if names else ""
    return f"by no deposit model here{would}"


def _used(model: ModelCheck) -> str:
    """Return how many deposits a model uses, and where they lie."""
    if not model.units:
        return f"{model.name}: cannot run" if model.applies else f"{model.name}: does not apply"
    verb = "train" if model.learns else "compared"
    lacking = model.deposits - model.usable - model.in_no_unit
    parts = [
        f"{model.name}: {model.usable} {verb}",
        f"{model.off_permissive} of them outside permissive ground" if model.off_permissive else "",
        f"{model.on_excluded} on excluded ground" if model.on_excluded else "",
        f"{model.in_no_unit} in none of the {model.unit}" if model.in_no_unit else "",
        f"{lacking} lack evidence" if lacking else "",
    ]
    return ", ".join(part for part in parts if part)


def _evidence(
    models: Iterable[ModelCheck], layers: Iterable[LayerCheck]
) -> Iterator[tuple[str, str]]:
    """Give a table of each model's evidence that was looked at, and of several layers those it reads."""
    of_name = {layer.name: layer for layer in layers}
    counts = Counter(layer.role for layer in of_name.values())
    several = {role for role, count in counts.items() if count > 1}
    looked_at = [model for model in models if model.evidence]
    if looked_at:
        heads = "   lowest   median  highest  unit          cover  resolution"
        yield f"\n{'Evidence':{LABEL}s}{heads}", ""
    for model in looked_at:
        what = "cells" if model.unit == "cell" else model.unit
        seen = f"all {model.units:,}" if model.whole else f"a sample of {model.units:,}"
        yield (
            f"{model.name}: {seen} {what}, {_percent(model.permissive)} permissive ground, "
            f"{_percent(model.scored)} also with all evidence",
            "",
        )
        for evidence in model.evidence:
            label = textwrap.shorten(evidence.label, LABEL - 2, placeholder="...")
            row = f"{_row(evidence.range, evidence.unit)}  {_metres(evidence.resolution_m)}"
            yield f"  {label:{LABEL - 2}s}{row}", ""
            if any(of_name[name].role in several for name in evidence.layers):
                yield "    reads ", ", ".join(evidence.layers)


def _quality(models: Iterable[ModelCheck]) -> Iterator[tuple[str, str]]:
    """Give what is wrong with each evidence, worst first, where that was asked."""
    measured = [model for model in models if model.quality]
    if measured:
        heads = "  cover  one value  correlation  inflation  by place   adds"
        yield f"\n{'Quality of evidence, worst first':{LABEL}s}{heads}", ""
    for model in measured:
        what = "cells" if model.unit == "cell" else model.unit
        fits = f", the estimator fitted {_counted(model.fits, 'time')}" if model.fits else ""
        yield f"{model.name}: on {model.units:,} {what}{fits}", ""
        labels = [evidence.label for evidence in model.evidence]
        for quality in model.quality:
            label = textwrap.shorten(labels[quality.column], LABEL - 2, placeholder="...")
            yield f"  {label:{LABEL - 2}s}{_figures(quality)}", ""
            for finding in quality.findings:
                yield "    ", f"{sentence(finding)}."


def _figures(quality: EvidenceQuality) -> str:
    """Return the figures of an evidence as columns: cover, one value, correlation, inflation, R2, loss."""
    return (
        f"{_percent(quality.cover):>7s}{_percent(quality.one_value):>11s}"
        f"{_decimals(quality.correlation, 2):>13s}{_inflation(quality.inflation):>11s}"
        f"{_decimals(quality.quadratic, 2):>10s}{_decimals(quality.adds, 3):>7s}"
    )


def _decimals(value: float | None, decimals: int) -> str:
    """Return a number with so many decimals; a dash where there is none."""
    return "-" if value is None else f"{value:.{decimals}f}"


def _inflation(value: float | None) -> str:
    """Return a variance inflation; a dash where there is none."""
    return "-" if value is None else inflation(value)


def _row(found: Range | None, unit: str) -> str:
    """Return the range of an evidence as columns."""
    if found is None:
        return f"{'no value in the region':>27s}  {'':13s}{'0 %':>6s}"
    own = [own_unit(value, unit) for value in (found.low, found.median, found.high)]
    values, unit = "".join(f"{_short(value):>9s}" for value, _ in own), own[0][1]
    return f"{values}  {unit:13s}{_percent(found.cover):>6s}"


def _short(value: float) -> str:
    """Return a number in three figures; whole numbers in all theirs.

    Examples
    --------
    >>> [_short(value) for value in (0.01234, 12.34, 5812.4, -0.0)]
    ['0.0123', '12.3', '5812', '0']
    """
    if abs(value) >= 1000:
        return fixed(value, 0) if abs(value) < 1e7 else f"{value:.3g}"
    return f"{value + 0.0:.3g}"


def _percent(share: float) -> str:
    """Return a share in per cent, all and nothing only where it is so.

    Examples
    --------
    >>> _percent(0.9999), _percent(1.0), _percent(0.0001)
    ('99 %', '100 %', '1 %')
    """
    return f"{whole_percent(share)} %"


def _metres(size_m: float | None) -> str:
    """Return a resolution in metres or kilometres.

    Examples
    --------
    >>> _metres(344.2), _metres(18_532.0), _metres(None)
    ('344 m', '19 km', 'not stated')
    """
    if size_m is None:
        return "not stated"
    return f"{size_m:.3g} m" if size_m < 1000 else f"{size_m / 1000:.2g} km"


def _layers(layers: Iterable[LayerCheck]) -> Iterator[tuple[str, str]]:
    """Give the layers: features, or the range, cover and cells of a raster."""
    layers = list(layers)
    width = max(len(f"{layer.name} ({layer.role})") for layer in layers)
    yield f"\nLayers: {len(layers)}", ""
    for layer in layers:
        name = f"{layer.name} ({layer.role}):"
        yield f"  {name:{width + 1}s} ", _layer_words(layer)


def _layer_words(layer: LayerCheck) -> str:
    partly = "partly " if layer.partly_schematic else ""
    mark = f", {partly}schematic" if layer.schematic else ""
    if not layer.is_raster:
        off = f", {_metres(layer.resolution_m)} off" if layer.resolution_m else ""
        return _counted(layer.size[0], "feature") + mark + off
    size = f"{_metres(layer.resolution_m)} cells"
    if layer.range is None:
        return f"no value in the region, {size}{mark}"
    low, high = _short(layer.range.low), _short(layer.range.high)
    unit = f" {layer.unit}" if layer.unit else ""
    return f"{low} to {high}{unit}, {_percent(layer.range.cover)} of the region, {size}{mark}"


def _notices(notices: Iterable[Notice]) -> Iterator[tuple[str, str]]:
    """Give the notices, gravest first; that a model cannot run stands above already."""
    yield from notice_rows(notice for notice in notices if notice.code not in OF_MODELS)


def _counted(number: int, thing: str) -> str:
    """Return a number of things.

    Examples
    --------
    >>> _counted(1, "deposit"), _counted(3, "deposit")
    ('1 deposit', '3 deposits')
    """
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"
