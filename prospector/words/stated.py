"""The test of stated memberships in a line, in a language."""

from __future__ import annotations

from collections.abc import Sequence

from prospector.validation.record import StatedTest
from prospector.words.language import Language


def stated_line(test: StatedTest, labels: Sequence[str], words: Language) -> str:
    """Return how stated memberships rank the known deposits beside the null, or why that is not known.

    Parameters
    ----------
    test
        Of stated memberships.
    labels
        Those of the evidence, in the order of the deposit model.
    words
        Language of the sentences.

    Examples
    --------
    >>> from prospector.errors import Reason
    >>> from prospector.words.language import language
    >>> few = StatedTest("", 3, 0, 0, untested=Reason("too-few-to-test", deposits=3, least=5))
    >>> stated_line(few, [], language("en"))[:49]
    'memberships not tested: only 3 known deposits on '
    """
    if test.auc is None:
        why = "" if test.untested is None else words.sentence(test.untested)
        return "; ".join(
            [words.say("memberships not tested: {reason}", reason=why), *_left_out(test, words)]
        )
    parts = [stated_figures(test, words)]
    if test.seen:
        parts.append(words.say("set with these deposits in view: not an independent test"))
    caught = next((best.captured for best in test.captures if best.area_share == 0.05), None)
    if caught is not None:
        share = words.number(100 * caught.value, 0)
        parts.append(words.say("{caught} % in the best 5 % of the ground", caught=share))
    parts += _left_out(test, words)
    if test.schematic:
        drawn = ", ".join(words.told(labels[column]) for column in test.schematic)
        parts.append(words.say("drawn from descriptions: {evidence}", evidence=drawn))
    return "; ".join(parts)


def _left_out(test: StatedTest, words: Language) -> list[str]:
    """Return how many deposits were left out with their polygons; nothing where none was."""
    if not test.n_not_drawn:
        return []
    return [words.say("{n} left out, in polygons not sampled as background", n=test.n_not_drawn)]


def stated_figures(test: StatedTest, words: Language) -> str:
    """Return the AUC at the known deposits beside its null, or beside why there is no null."""
    if test.auc is None or test.auc.p is None:
        return words.say(
            "stated memberships at {n} known deposits: AUC {auc}, no p: {reason}",
            n=test.n_tested,
            auc="" if test.auc is None else words.number(test.auc.value, 2),
            reason="" if test.untested is None else words.sentence(test.untested),
        )
    auc, p95 = words.beside(test.auc.value, test.auc.null_p95)
    return words.say(
        "stated memberships at {n} known deposits: AUC {auc} (chance: mean {mean}, 95th "
        "percentile {p95}, p {p}; {null})",
        n=test.n_tested,
        auc=auc,
        mean=words.number(test.null_mean or 0.0, 2),
        p95=p95,
        p=words.number(test.auc.p, 3),
        null=words.told(test.null),
    )
