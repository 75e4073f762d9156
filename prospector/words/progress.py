"""Lines of progress in the language of a run."""

from __future__ import annotations

from prospector.options import Step
from prospector.words.language import Language


def step_line(what: str, words: Language) -> str:
    """Return what is being done as a line of progress.

    Examples
    --------
    >>> from prospector.words.language import language
    >>> step_line(Step("validation in short", "Porphyry copper", estimator="forest"), language("es"))
    'Pórfido cuprífero: validación breve, bosque aleatorio'
    >>> step_line("reading layers", language("es"))
    'lectura de capas'
    """
    if not isinstance(what, Step) or words.code == "en":
        return words.told(what)
    doing = [words.told(part) for part in (what.what, what.estimator) if part]
    return f"{words.told(what.model)}: {', '.join(doing)}"
