"""The tables of docs/sources.md and docs/codes.md, made of the data.

python tests/sources/made_tables.py writes them again between their marks.
"""

import re
from pathlib import Path

from prospector.sources import load_sources
from prospector.sources.codes import age_range, load_scheme, scheme_names
from prospector.sources.codes.ages import ages_table
from prospector.sources.codes.rocks import rocks_table

DOCS = Path(__file__).parents[2] / "docs"
PAGES = ("sources.md", "codes.md")
MARK = re.compile(r"(<!-- made: (\w+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)


def table(head, rows):
    """Return rows as a table of Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(str(cell) for cell in line)} |\n" for line in lines)


def catalogue():
    """Every source in one line."""
    rows = [
        (
            f"`{source.name}`", source.title, source.kind.replace("_", " "),
            ", ".join(f"`{role}`" for role in source.roles), source.licence,
            source.seen or "not dated",
        )
        for source in load_sources().values()
    ]  # fmt: skip
    return table(("source", "title", "kind", "fills", "licence as stated", "seen"), rows)


def details():
    """Every source with its address, what is asked for, traps and notes."""
    return "\n".join(detail(source) for source in load_sources().values())


def detail(source):
    """One source as a section."""
    lines = [f"### {source.name}\n", f"{source.title}. {source.attribution}.\n"]
    if source.address:
        lines.append(f"- Address: `{source.address}`")
    for name, layer in source.layers.items():
        asked = ", ".join(f"`{field}`" for field in layer.asked) or "shapes only"
        path = f" (`{layer.path}`)" if layer.path else ""
        codes = f"; classes by the scheme `{layer.codes.scheme}`" if layer.codes else ""
        lines.append(f"- Layer `{name}`{path}, role `{layer.role}`: asks for {asked}{codes}.")
        lines += [
            f"- Layer `{part}`, role `{entry.role}`: rows of `{name}` with "
            + "; ".join(f"{column} {', '.join(of)}" for column, of in entry.where.items())
            + "."
            for part, entry in layer.parts.items()
        ]
    lines += [f"- Trap: {trap}" for trap in source.traps]
    lines += [f"- {note}" for note in source.notes]
    by_hand = source.by_hand
    page = f"{by_hand.page}: " if by_hand.page else ""
    columns = f", with {', '.join(by_hand.columns)}" if by_hand.columns else ""
    lines.append(f"- By hand: {page}{by_hand.file}{columns}.")
    return "\n".join(lines) + "\n"


def schemes():
    """Every scheme in one line."""
    rows = [
        (
            f"`{name}`",
            scheme.title,
            ", ".join(f"`{read}`" for read in scheme.reads),
            scheme.citation,
        )
        for name, scheme in ((name, load_scheme(name)) for name in scheme_names())
    ]
    return table(("scheme", "of", "reads", "after"), rows)


def chile():
    """Letters and marks of Chile."""
    scheme = load_scheme("chile_1m")
    marks = table(
        ("mark", "rock class", "lithology"),
        [(f"`{mark}`", entry.rock_class, entry.lithology) for mark, entry in scheme.marks.items()],
    )
    return marks + "\n" + letters(scheme)


def letters(scheme):
    """Letters of a scheme with their ages."""
    rows = []
    for letter, name in scheme.ages.items():
        bounds = age_range(name)
        rows.append((f"`{letter}`", name, f"{bounds.oldest_ma:g} to {bounds.youngest_ma:g}"))
    return table(("letters", "age", "Ma"), rows)


def south_america():
    """Codes of South America that have a meaning of their own."""
    scheme = load_scheme("usgs_glg")
    rows = [
        (f"`{code}`", entry.rock_class, entry.age or "not known")
        for code, entry in scheme.codes.items()
    ]
    return table(("code", "rock class", "age"), rows) + "\n" + letters(scheme)


def rocks():
    """Words of rocks by class."""
    rows = [(rock, ", ".join(words)) for rock, words in rocks_table()["words"].items()]
    return table(("rock class", "words"), rows)


def ages():
    """Names of ages with their bounds."""
    rows = []
    for part, of in (("units", "chart"), ("stages", "chart, stage"), ("by_use", "by use")):
        for row in ages_table()[part]:
            divided = ", ".join(
                f"{name} {row[name][0]:g} to {row[name][1]:g}"
                for name in ("lower", "middle", "upper")
                if name in row
            )
            bounds = f"{row['ma'][0]:g} to {row['ma'][1]:g}"
            rows.append((", ".join(row["en"]), ", ".join(row["es"]), bounds, divided, of))
    return table(("English", "Spanish", "Ma", "parts", "of"), rows)


MADE = {
    "catalogue": catalogue, "details": details, "schemes": schemes, "chile": chile,
    "south_america": south_america, "rocks": rocks, "ages": ages,
}  # fmt: skip


def made(text):
    """Return a page with its tables as the data have them."""
    return MARK.sub(lambda found: f"{found[1]}{MADE[found[2]]()}{found[4]}", text)


if __name__ == "__main__":
    for page in PAGES:
        file = DOCS / page
        file.write_text(made(file.read_text("utf-8")), "utf-8")
