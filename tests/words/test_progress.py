"""Progress is printed in the language of the run: each step has a phrase."""

import prospector
from prospector.options import Step
from prospector.words.language import language
from prospector.words.progress import step_line


def test_every_step_of_a_screening_has_a_spanish_phrase(planted, tmp_path):
    """Of a run that is written, with the stability of its ranks."""
    steps = []
    screening = prospector.screen(
        planted,
        quick=True,
        stability=True,
        workers=1,
        progress=lambda what, _done, _total: steps.append(what),
    )
    assert len(screening.targets) > 0
    parts = {what.what if isinstance(what, Step) else what for what in steps}
    assert {"reading layers", "evidence", "sample", "validation", "score", "tenure"} <= parts
    assert parts - language("es").phrases.keys() == set()


def test_a_step_is_printed_with_the_names_of_model_and_estimator():
    """English as it is; a label of a user's own stays."""
    step = Step("validation in short", "Porphyry copper", estimator="forest")
    assert step_line(step, language("en")) == "Porphyry copper: validation in short, forest"
    assert (
        step_line(step, language("es")) == "Pórfido cuprífero: validación breve, bosque aleatorio"
    )
    own = Step("score", "Mina: the one, of ours")
    assert step_line(own, language("es")) == "Mina: the one, of ours: puntaje"
