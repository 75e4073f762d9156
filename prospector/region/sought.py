"""Deposit models chosen by the commodities that are sought."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from prospector.errors import ModelError, Notice
from prospector.region.commodities import commodity_named, commodity_word, is_sought
from prospector.region.deposit_model import DepositModel
from prospector.region.region_file import Region
from prospector.region.shipped_models import deposit_model_names, load_deposit_model


@dataclass(frozen=True)
class Choice:
    """The deposit models of a run.

    Parameters
    ----------
    names
        Those that are screened; None for all that the region lists.
    by_name
        Whether each was asked for by name, so that each must be able to run.
    notices
        Which were chosen by what is sought, and which were not.
    """

    names: list[str] | None
    by_name: bool = False
    notices: tuple[Notice, ...] = ()


def words_of(commodities: str | Iterable[str]) -> list[str]:
    """Return commodities as they were asked for, each once; a comma parts them too.

    Examples
    --------
    >>> words_of(["lithium, copper", "Co"]), words_of("litio")
    (['lithium', 'copper', 'Co'], ['litio'])
    """
    asked = [commodities] if isinstance(commodities, str) else commodities
    words = (word.strip() for text in asked for word in text.split(","))
    return list(dict.fromkeys(word for word in words if word))


def sought_names(commodities: str | Iterable[str]) -> list[str]:
    """Return the names of commodities, each once.

    Raises
    ------
    ModelError
        A word is for no known commodity, or there is no word.

    Examples
    --------
    >>> sought_names("litio,Li,copper")
    ['Li', 'Cu']
    """
    words = words_of(commodities)
    if not words:
        raise ModelError(
            "No commodity is named. Give one, e.g. lithium, or several: lithium,copper."
        )
    return list(dict.fromkeys(commodity_named(word) for word in words))


def choose_models(
    region: Region, names: Sequence[str] | None, commodities: str | Iterable[str] | None
) -> Choice:
    """Return the deposit models of a run: those asked for by name that also seek what is sought.

    Parameters
    ----------
    region
        The region, loaded.
    names
        Models that were asked for by name; None for all that the region lists.
    commodities
        Symbols, or English or Spanish words; None for whatever the models seek.

    Raises
    ------
    RegionError
        No model has such a name.
    ModelError
        A word is for no known commodity, or no model seeks any of them.
    """
    if commodities is None:
        return Choice(None if names is None else list(names), by_name=bool(names))
    sought = sought_names(commodities)
    models = [region.deposit_model(name) for name in names or region.model_names]
    chosen = seeking(models, sought)
    if not chosen:
        which = " that was asked for by name" if names else " of the region"
        raise ModelError(_none_seeks(models, sought, which))
    notices = (*_chosen(models, sought), *_left(models, chosen))
    return Choice([model.name for model in chosen], bool(names), notices)


def seeking(models: Iterable[DepositModel], commodities: Sequence[str]) -> list[DepositModel]:
    """Return the deposit models that name any of some commodities, as the main one or beside it.

    Examples
    --------
    >>> models = [load_deposit_model(name) for name in ("iocg", "lithium_brine")]
    >>> [model.name for model in seeking(models, ["cobalto"])]
    ['iocg']
    """
    return [
        model
        for model in models
        if any(is_sought(own, commodities) for own in model.deposit_model.commodities)
    ]


def refuse_none(models: Sequence[DepositModel], commodities: Sequence[str]) -> None:
    """Raise ModelError where no deposit model seeks any of some commodities."""
    if not seeking(models, commodities):
        raise ModelError(_none_seeks(models, commodities))


def _chosen(models: Sequence[DepositModel], sought: Sequence[str]) -> Iterable[Notice]:
    """Give for each commodity the models that seek it first, those beside another, or that none does."""
    for commodity in sought:
        of_it = seeking(models, [commodity])
        main = [
            model for model in of_it if is_sought(model.deposit_model.commodities[0], [commodity])
        ]
        beside = [_with_commodities(model) for model in of_it if model not in main]
        about = {"sought": commodity}
        if main:
            names = tuple(model.name for model in main)
            yield Notice("commodity-main", "note", {**about, "models": names})
        if beside:
            yield Notice("commodity-beside", "note", {**about, "models": tuple(beside)})
        if not of_it:
            yield Notice("commodity-of-no-model", "problem", about)


def _left(models: Sequence[DepositModel], chosen: Sequence[DepositModel]) -> Iterable[Notice]:
    others = tuple(_with_commodities(model) for model in models if model not in chosen)
    if others:
        yield Notice("models-not-sought", "note", {"models": others})


def _with_commodities(model: DepositModel) -> str:
    """Return the name of a model with what it seeks.

    Examples
    --------
    >>> _with_commodities(load_deposit_model("manto_copper"))
    'manto_copper (Cu, Ag)'
    """
    return f"{model.name} ({', '.join(model.deposit_model.commodities) or '-'})"


def _none_seeks(models: Sequence[DepositModel], sought: Sequence[str], which: str = "") -> str:
    """Return the error text where no model is for the commodities asked for, with the remedy."""
    asked = ", ".join(map(commodity_word, sought))
    known = {model.name for model in models}
    shipped = [load_deposit_model(name) for name in deposit_model_names() if name not in known]
    others = ", ".join(model.name for model in seeking(shipped, sought))
    remedy = (
        f"Shipped models for it: {others}. Ask for one by its name, or list it in deposit_models."
        if others
        else "Choose one of these commodities, or write a deposit model (`prospector models`)."
    )
    return (
        f"No deposit model{which} is for {asked}: {'; '.join(map(_with_commodities, models))}. "
        f"{remedy}"
    )
