"""What a run learned: rows, splits, estimator, skill and where they hold."""

from __future__ import annotations

from dataclasses import dataclass, replace

from prospector.ground.protocol import Scale
from prospector.models import make_estimator
from prospector.models.fitted import Fitted, from_figures, readable
from prospector.region.model_tables import EstimatorEntry
from prospector.runs.contents import reading
from prospector.runs.held_out import HeldOutSplits, read_held_out
from prospector.runs.run_files import HELD_OUT_FILE, TRAINING_FILE, RunFiles
from prospector.runs.run_folder import RUN_FILE
from prospector.runs.trained_on import TrainedOn, read_training
from prospector.validation import fit_sample
from prospector.validation.applicability import Applicability
from prospector.validation.record import Skill


@dataclass(frozen=True, eq=False)
class Learned(RunFiles):
    """A run folder, asked what its deposit models learned and how well."""

    def skill(self, name: str) -> Skill:
        """Return how well a deposit model ranks deposits that it has not seen, beside its nulls.

        Parameters
        ----------
        name
            Name of a deposit model that was ranked.

        Returns
        -------
        Skill
            Verdict, AUC in spatial blocks, nulls, captures; `Skill.measured` is None where nothing was
            held out.

        Raises
        ------
        NotRankedError
            The run has no such ranking.

        Examples
        --------
        >>> import prospector
        >>> measured = prospector.open_run("out/hills").skill("porphyry_copper").measured
        >>> round(measured.auc.value, 2), measured.auc.value > measured.decisive.mean
        (0.93, True)
        """
        return Skill.from_record(self._figures(name)["skill"])

    def evidence_labels(self, name: str) -> tuple[str, ...]:
        """Return the label of each evidence of a deposit model.

        Parameters
        ----------
        name
            Name of a deposit model that was ranked.

        Returns
        -------
        tuple of str
            In the order of the evidence in run.json, of training rows and of skill.
        """
        return tuple(evidence["label"] for evidence in self._figures(name)["evidence"])

    def trained_on(self, deposit_model: str) -> TrainedOn:
        """Return the deposits and the background that the estimator was fitted to.

        Parameters
        ----------
        deposit_model
            Name of one that was ranked.

        Returns
        -------
        TrainedOn
            The rows of training.csv, deposits first, with their evidence of shape (n, n evidence).

        Raises
        ------
        OutputError
            The file cannot be read.
        """
        figures = self._figures(deposit_model)
        evidence, optional = figures["evidence"], figures["fitted"].get("optional", ())
        scale = Scale(tuple(entry["scale"] == "log" for entry in evidence), tuple(optional))
        file = self.file(deposit_model, TRAINING_FILE)
        with reading(file):
            return read_training(file, [entry["name"] for entry in evidence], scale)

    def held_out(self, deposit_model: str) -> HeldOutSplits | None:
        """Return the splits that the headline figure of skill was measured in.

        Parameters
        ----------
        deposit_model
            Name of one that was ranked.

        Returns
        -------
        HeldOutSplits or None
            A sample and its folds for each split; None where nothing was held out.

        Raises
        ------
        OutputError
            The file cannot be read.
        """
        measured = self.skill(deposit_model).measured
        if measured is None:
            return None
        evidence = self._figures(deposit_model)["evidence"]
        expected = {entry["name"]: entry["expected"] for entry in evidence}
        scale = Scale(tuple(entry["scale"] == "log" for entry in evidence))
        file = self.file(deposit_model, HELD_OUT_FILE)
        with reading(file):
            return read_held_out(file, expected, scale, measured.n_splits)

    def applicability(self, deposit_model: str) -> Applicability | None:
        """Return where the evidence resembles what was trained on.

        Parameters
        ----------
        deposit_model
            Name of one that was ranked.

        Returns
        -------
        Applicability or None
            None where nothing was learned, or all ground is ranked.

        References
        ----------
        Meyer and Pebesma (2021), Predicting into unknown space? Methods in Ecology and Evolution 12.
        """
        figures = self._figures(deposit_model)["applicability"]
        if figures is None:
            return None
        rows = self.trained_on(deposit_model).rows
        with reading(self.folder / RUN_FILE):
            return Applicability.from_figures(figures, rows)

    def fitted(self, name: str) -> Fitted:
        """Return the estimator of a deposit model: read, or fitted again to what it was fitted to.

        Parameters
        ----------
        name
            Name of a deposit model that was ranked.

        Returns
        -------
        Fitted
            It scores rows of evidence, shape (n, n evidence), on the scale that they are learned on.

        Raises
        ------
        OutputError
            A file cannot be read, or what is fitted again is not what the run had.
        """
        figures = self._figures(name)
        if readable(figures["fitted"]):
            return from_figures(figures["fitted"])
        expected = tuple(entry["expected"] for entry in figures["evidence"])
        sample = replace(self.trained_on(name).sample, expected=expected)
        seed = self.record["parameters"]["seed"]
        entry = EstimatorEntry.model_validate(figures["model"]["estimator"])
        estimator = make_estimator(figures["fitted"]["estimator"], seed, entry.settings)
        with reading(self.folder / name / TRAINING_FILE):
            learned = fit_sample(estimator, sample)
        return from_figures(figures["fitted"], learned)
