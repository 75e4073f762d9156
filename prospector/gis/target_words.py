"""What speaks for and against targets, and what restricts their ground, in the language of the run."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd

from prospector.numerals import signed
from prospector.screening.steps import Screening
from prospector.targets.contributions import LEAST
from prospector.tenure.exclusions import ANY, FLAGS, LEAST_FLAGGED
from prospector.words.language import Language

KEY = ["deposit_model", "target_id"]


Targets = TypeVar("Targets", gpd.GeoDataFrame, pd.DataFrame)


def in_words(targets: Targets, screening: Screening, words: Language) -> Targets:
    """Return targets whose evidence and restrictions are said in a language, from their figures."""
    if words.code == "en":
        return targets
    contributions = screening.contributions
    chosen = contributions[contributions["target_id"].isin(targets["target_id"])]
    phrases = _evidence_phrases(chosen, words)
    texts: dict[str, dict[Hashable, str]] = {"flags": _flags(screening, words)}
    for column, sign in (("evidence_for", 1.0), ("evidence_against", -1.0)):
        strong = phrases[phrases["part"] * sign >= LEAST]
        texts[column] = strong.groupby(KEY, sort=False)["phrase"].agg("; ".join).to_dict()
    keys = list(zip(*(targets[name] for name in KEY), strict=True))
    return targets.assign(
        **{column: [text.get(key, "") for key in keys] for column, text in texts.items()}
    )


def _evidence_phrases(contributions: pd.DataFrame, words: Language) -> pd.DataFrame:
    """Return a phrase for each known contribution, the strongest of each target first."""
    known = contributions[np.isfinite(contributions["contribution"].to_numpy(float))]
    columns = (known[name] for name in ("label", "value", "unit", "contribution", "at_tolerance"))
    phrases = [
        f"{words.told(label)} {words.measure(value, unit, within=bool(within))}"
        f" ({signed(part).replace('.', words.point)})"
        for label, value, unit, part, within in zip(*columns, strict=True)
    ]
    table = pd.DataFrame(known[KEY]).assign(part=known["contribution"], phrase=phrases)
    return table.iloc[np.argsort(-table["part"].abs().to_numpy(), kind="stable")]


def _flags(screening: Screening, words: Language) -> dict[Hashable, str]:
    """Return the restrictions of each target that has any, by deposit model and id."""
    flags: dict[Hashable, list[str]] = {}
    for model, table in screening.tenure.exclusions.items():
        met = table[(table["class"] == ANY) & (table["share"] >= LEAST_FLAGGED)]
        for target, role, share in zip(met["target_id"], met["role"], met["share"], strict=True):
            number = words.number(share * 100, 1)
            phrase = words.say(f"{FLAGS[role]} {{share}} %", share=number)
            flags.setdefault((model, target), []).append(phrase)
    return {key: "; ".join(phrases) for key, phrases in flags.items()}
