"""Skill one may believe. Takes arrays, an unfitted estimator and folds; knows no file and no layer.

The skill itself stands here. The rest is one module a question: ``folds`` (what is tested together),
``curves`` (how much the best ground holds), ``baselines`` (what a model must beat), ``replicas`` (how far
it hangs on the draw), ``backtest`` (what it would have found), ``importance`` (what it leans on),
``shifting`` (deposits moved over the ground), ``applicability`` (where it may speak), ``alarms``
(what leaks).
"""

from prospector.validation.folds import choose_block_size, random_folds, spatial_folds
from prospector.validation.intervals import district_interval
from prospector.validation.nulls import (
    correlation_lengths,
    p_value,
    smooth_field,
)
from prospector.validation.record import Skill, not_learned
from prospector.validation.sample import Sample
from prospector.validation.scoring import (
    fit_balanced,
    fit_sample,
    out_of_fold,
    share_below,
)
from prospector.validation.shifting import shifted_deposits
from prospector.validation.skill import measure_skill

__all__ = [
    "Sample",
    "Skill",
    "choose_block_size",
    "correlation_lengths",
    "district_interval",
    "fit_balanced",
    "fit_sample",
    "measure_skill",
    "not_learned",
    "out_of_fold",
    "p_value",
    "random_folds",
    "share_below",
    "shifted_deposits",
    "smooth_field",
    "spatial_folds",
]
