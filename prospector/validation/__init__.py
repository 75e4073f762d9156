"""Skill one may believe: folds, nulls, curves, applicability. Takes arrays and an estimator."""

from prospector.validation.folds import choose_block_size, random_folds, spatial_folds
from prospector.validation.nulls import (
    Progress,
    correlation_lengths,
    p_value,
    shifted_deposits,
    smooth_field,
)
from prospector.validation.sample import Sample
from prospector.validation.scoring import (
    district_interval,
    fit_balanced,
    out_of_fold,
    share_below,
)
from prospector.validation.skill import measure_skill, not_learned

__all__ = [
    "Progress",
    "Sample",
    "choose_block_size",
    "correlation_lengths",
    "district_interval",
    "fit_balanced",
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
