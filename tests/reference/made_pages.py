"""The references in docs/: tables made from the code that they describe.

``make references`` writes them again between their marks.
"""

import importlib
import inspect
import re
import tomllib
from pathlib import Path

import typer
from pydantic import BaseModel

import prospector
from prospector.cli.commands import app
from prospector.drafting.schemas import descriptions, first_line
from prospector.evidence import known_kinds
from prospector.gis.place_column import PLACE, PLACE_MEANING
from prospector.inventory.listing import INVENTORY_COLUMNS
from prospector.layers import ROLES
from prospector.layers.keys import OF_CELLS, OF_FEATURES, OF_RASTERS, OF_ROLES
from prospector.layers.registers import register_names
from prospector.layers.registers.mapping import RegisterFile
from prospector.layers.roles import ANY_ROLE
from prospector.pages.comparison_lines import FILE_COLUMNS
from prospector.region import model_evidence, model_tables
from prospector.region import region_tables as files
from prospector.region.shapes import arms_of, keys_of
from prospector.runs.score_polygons import POLYGON_COLUMNS
from prospector.targets.carried import CARRIED_COLUMNS
from prospector.targets.contributions import CONTRIBUTION_COLUMNS
from prospector.targets.target import TARGET_COLUMNS
from prospector.tenure.administrative import UNIT_COLUMNS
from prospector.tenure.exclusions import EXCLUSION_COLUMNS
from prospector.tenure.holdings import CONCESSION_COLUMNS, HOLDER_COLUMNS, PAIR_COLUMNS
from prospector.tenure.open_ground import OPEN_COLUMNS

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
MARK = re.compile(r"(<!-- made: (\w+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)


def with_place(columns):
    """Return the columns of targets with what files put behind their deposit model."""
    rows = list(columns.items())
    behind = 1 + list(columns).index("deposit_model")
    return dict([*rows[:behind], (PLACE, PLACE_MEANING), *rows[behind:]])


COLUMNS = {
    "target": with_place(TARGET_COLUMNS),
    "carried": CARRIED_COLUMNS,
    "contribution": CONTRIBUTION_COLUMNS,
    "concession": CONCESSION_COLUMNS,
    "pair": PAIR_COLUMNS,
    "holder": HOLDER_COLUMNS,
    "open": OPEN_COLUMNS,
    "exclusion": EXCLUSION_COLUMNS,
    "unit": UNIT_COLUMNS,
    "polygon": POLYGON_COLUMNS,
    "change": FILE_COLUMNS,
    "inventory": INVENTORY_COLUMNS,
}
"""Tables of what a run writes: column -> what it means."""

REGION_TABLES = {
    "region": files.RegionEntry,
    "window": files.WindowEntry,
    "sea": files.SeaName,
    "own_role": files.RoleEntry,
    "named_ground": files.NamedGround,
    "source": files.SourceEntry,
    "error": files.ErrorEntry,
}

MODEL_TABLES = {
    "[deposit_model]": model_tables.ModelEntry,
    "[labels]": model_tables.LabelEntry,
    "[[permissive]]": model_evidence.PermissiveEntry,
    "[[applies]]": model_evidence.AppliesEntry,
    "[evidence.NAME]": model_evidence.EvidenceEntry,
    "membership of an evidence": model_evidence.MembershipEntry,
    "[estimator]": model_tables.EstimatorEntry,
    "[density]": model_tables.DensityEntry,
    "[number]": model_tables.NumberEntry,
    "[targets]": model_tables.TargetEntry,
}


def table(head, rows):
    """Return rows as a table of Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(str(cell) for cell in line)} |\n" for line in lines)


def prose(text):
    """Return a docstring's words as Markdown in a cell of a table."""
    return text.replace("``", "`").replace("|", "\\|")


# files that people write ----------------------------------------------------------------------


def in_toml(value):
    """Return a value as TOML writes it on one line."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, list):
        return f"[{', '.join(in_toml(part) for part in value)}]"
    if isinstance(value, dict):
        pairs = (f"{key_in_toml(str(key))} = {in_toml(part)}" for key, part in value.items())
        return f"{{ {', '.join(pairs)} }}"
    return f"{value}"


def key_in_toml(key):
    """Return a key as TOML writes it: quoted unless it is of letters, figures, _ and - alone."""
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else f'"{key}"'


def example_of(info):
    """Return the first example of a key; an abbreviated one of a hash."""
    for example in info.examples or ():
        written = in_toml(example)
        return (
            f"`{written[:12]}...`"
            if len(set(written)) < 4 and len(written) > 20
            else f"`{written}`"
        )
    return ""


def default_of(info):
    """Return what holds where a key is left out."""
    if info.is_required():
        return "required"
    value = info.get_default(call_default_factory=True)
    return "" if value in (None, "", [], {}) else f"`{in_toml(value)}`"


def fields_of(shape):
    """Give each key of a table as it is written, with its field."""
    return zip(keys_of(shape), shape.model_fields.items(), strict=True)


def keys_table(shape):
    """Return the keys of a table: what each means, what holds without it, an example."""
    words = descriptions(shape)
    rows = [
        (
            f"`{key}`", prose(words.get(name) or words.get(key, "")), default_of(info), example_of(info),
        )
        for key, (name, info) in fields_of(shape)
        if key != "parameters"
    ]  # fmt: skip
    return table(("key", "what it states", "if left out", "example"), rows)


def roles_of_key(key):
    """Return for which layers a key of ``[layers.NAME]`` means something, as `prospector check` has it."""
    if key in OF_CELLS:
        return "rasters, and polygons made from a raster by `classes`"
    if key in OF_RASTERS:
        return "rasters"
    if key in (*OF_FEATURES, "name", "constants"):
        return "points, lines, polygons"
    if key == "coverage":
        return "points, lines, polygons, but not those of access or context"
    if key == "classes":
        return "polygons, but not `concessions`"
    return ", ".join(f"`{role}`" for role in OF_ROLES[key]) if key in OF_ROLES else "all"


def layer():
    """Return the keys of a layer, with the layers that each is for."""
    words, shape = descriptions(files.LayerEntry), files.LayerEntry
    rows = [
        (f"`{key}`", roles_of_key(key), prose(words.get(name) or words[key]), example_of(info))
        for key, (name, info) in fields_of(shape)
    ]
    return table(("key of a layer", "for which roles", "what it states", "example"), rows)


def roles():
    """Return every role with its geometry and its columns."""
    rows = [
        (
            f"`{name}`", role.geometry, role.words,
            ", ".join(f"`{column}`" for column in role.required),
            "those of [a title](outputs.md#concessions), no others" if role.closed
            else ", ".join(f"`{column}`" for column in role.columns),
        )
        for name, role in ROLES.items()
    ]  # fmt: skip
    return table(("role", "geometry", "what it is for", "must have", "columns that are kept"), rows)


def any_role():
    """Return the columns that any layer may have."""
    return ", ".join(f"`{column}`" for column in ANY_ROLE) + "\n"


def model_keys():
    """Return every table of a deposit model with its keys."""
    parts = []
    for heading, shape in MODEL_TABLES.items():
        parts.append(f"### {heading.strip('[]') if heading[0] == '[' else heading}\n")
        written = f"`{heading}`. " if heading[0] == "[" else ""
        parts.append(f"{written}{prose(first_line(shape))}\n\n{keys_table(shape)}")
    return "\n".join(parts)


def kinds():
    """Return every kind of evidence with what it measures."""
    rows = [
        (f"[`{name}`](#{name})", ", ".join(kind.geometries), prose(first_line(kind.parameters)))
        for name, kind in sorted(known_kinds().items())
    ]
    return table(("kind", "reads", "what it measures"), rows)


def kind_keys():
    """Return the keys of each kind of evidence."""
    return "\n".join(
        f"### {name}\n\n{prose(first_line(kind.parameters))}\n\n{keys_table(kind.parameters)}"
        for name, kind in sorted(known_kinds().items())
    )


def registers():
    """Return the keys of a register's file, and of the tables within it."""
    inner = {
        part.__name__: part
        for info in RegisterFile.model_fields.values()
        for arm in arms_of(info.annotation)
        for part in (arm,)
        if isinstance(part, type) and issubclass(part, BaseModel)
    }
    parts = [keys_table(RegisterFile)]
    parts += [f"{prose(first_line(part))}\n\n{keys_table(part)}" for part in inner.values()]
    return "\n".join(parts)


def shipped_registers():
    """Return the names of the registers that are shipped."""
    return ", ".join(f"`{name}`" for name in register_names()) + "\n"


# what is typed --------------------------------------------------------------------------------


def option_name(option):
    """Return how an option or an argument is written."""
    if option.param_type_name == "argument":
        return f"`{option.metavar or option.name.upper()}`"
    names = "`, `".join([*option.opts, *option.secondary_opts])
    takes = "" if getattr(option, "is_flag", False) else option.metavar or option.name.upper()
    return f"`{names}{' ' if takes else ''}{takes}`"


def default_value(option):
    """Return what holds without an option, where that is worth saying."""
    value = option.default
    worth = (
        value is not None and not isinstance(value, bool) and not callable(value) and value != []
    )
    return f"`{getattr(value, 'value', value)}`" if worth else ""


def examples(text):
    """Return the examples of a command's help as lines to copy; what is said between them below."""
    lines = re.split(r"; (?=prospector )| (?=A new region: |In region\.toml )", text)
    typed = [line.rpartition(": ")[2] if ": prospector " in line else line for line in lines]
    block = "\n".join(line for line in typed if line.startswith("prospector "))
    rest = " ".join(line for line in typed if not line.startswith("prospector "))
    return f"```\n{block}\n```\n" + (f"\n{rest}\n" if rest else "")


def commands():
    """Return every command with its options."""
    parts = []
    for name, command in typer.main.get_command(app).commands.items():
        about, _, example = f"{command.help} {command.epilog or ''}".partition("Example:")
        parts.append(f"### {name}\n\n{' '.join(about.split())}\n")
        parts.append(f"{examples(' '.join(example.split()))}\n")
        rows = [
            (
                option_name(option),
                prose(option.help or "") + (" Required." if option.required else ""),
                default_value(option),
            )
            for option in command.params
            if not option.hidden and option.opts != ["--help"]
        ]
        parts.append(table(("argument or option", "what it does", "default"), rows))
    return "\n".join(parts)


def public_names():
    """Return every public name with the first line of what it says of itself."""
    rows = []
    for name in prospector.__all__:
        value = getattr(prospector, name)
        first = inspect.cleandoc(value.__doc__ or "").partition("\n\n")[0]
        what = "class" if inspect.isclass(value) else "function"
        rows.append((f"`{name}`", what, prose(" ".join(first.split()))))
    return table(("name", "what it is", "what it does"), sorted(rows))


def signatures():
    """Return the directives by which the site shows each public name in full."""
    lines = ["```{eval-rst}"]
    for name in sorted(prospector.__all__):
        what = "autoclass" if inspect.isclass(getattr(prospector, name)) else "autofunction"
        lines += [f".. {what}:: prospector.{name}"]
    return "\n".join([*lines, "```", ""])


# words ----------------------------------------------------------------------------------------


def glossary():
    """Return the words of the field in English and Spanish; Spanish from the pages' own words."""
    terms = tomllib.loads((DOCS / "glossary.toml").read_text("utf-8"))["term"]
    rows = [(term["en"], spanish_of(term), term["means"]) for term in terms]
    return table(("English", "Spanish", "what it means here"), sorted(rows))


def spanish_of(term):
    """Return a term's Spanish: that of the pages where they have the word, else as the glossary says."""
    return in_spanish()["phrases"].get(term["en"]) or term["es"]


def in_spanish():
    """Return the words of the pages in Spanish."""
    return tomllib.loads((ROOT / "prospector/words/es.toml").read_text("utf-8"))


def column_words():
    """Return what tables call their columns in both languages."""
    tables = tomllib.loads((ROOT / "prospector/words/columns.toml").read_text("utf-8"))["labels"]
    labels, spanish = tables["en"], in_spanish()["columns"] | tables["es"]
    rows = [(f"`{name}`", label, spanish.get(name, "")) for name, label in labels.items()]
    return table(("column", "English label", "Spanish"), rows)


# rooms ----------------------------------------------------------------------------------------


def room_names():
    """Return the rooms in the order of import-linter's contract, those that import most first."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    [contract] = [
        contract
        for contract in settings["tool"]["importlinter"]["contracts"]
        if contract["type"] == "layers"
    ]
    return contract["layers"]


def about_room(name):
    """Return the first sentence of a room's own description."""
    text = inspect.cleandoc(importlib.import_module(f"prospector.{name}").__doc__)
    return prose(" ".join(text.partition("\n\n")[0].split()))


def rooms():
    """Return every room with what it is for."""
    return table(("room", "what it is for"), [(f"`{n}`", about_room(n)) for n in room_names()])


ROOMS_PICTURE = DOCS / "pictures" / "rooms.svg"
ROOM_COLUMNS, ROOM_WIDTH, ROOM_HEIGHT, ROOM_GAP = 4, 150, 34, 16


def rooms_picture():
    """Return the rooms as a picture: read from the top left, row by row; a room imports from later ones."""
    names = room_names()
    rows = -(-len(names) // ROOM_COLUMNS)
    width = ROOM_COLUMNS * (ROOM_WIDTH + ROOM_GAP) + ROOM_GAP
    height = rows * (ROOM_HEIGHT + ROOM_GAP) + 56
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" font-family="sans-serif" font-size="14">',
        "<title>The rooms of prospector</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        f'<text x="{ROOM_GAP}" y="24" fill="#333333">Read row by row. A room imports only from rooms that '
        "come after it.</text>",
    ]
    for place, name in enumerate(names):
        row, column = divmod(place, ROOM_COLUMNS)
        left, top = ROOM_GAP + column * (ROOM_WIDTH + ROOM_GAP), 40 + row * (ROOM_HEIGHT + ROOM_GAP)
        shade = round(225 - 90 * place / len(names))
        parts += [
            f'<rect x="{left}" y="{top}" width="{ROOM_WIDTH}" height="{ROOM_HEIGHT}" rx="5" '
            f'fill="rgb({shade - 60},{shade},{min(255, shade + 25)})"/>',
            f'<text x="{left + ROOM_WIDTH / 2:g}" y="{top + 22}" text-anchor="middle" fill="#000000">'
            f"{place + 1} {name}</text>",
        ]
    return "\n".join([*parts, "</svg>", ""])


def columns_maker(columns):
    """Return what makes the table of some columns."""
    return lambda: table(("column", "what it holds"), [(f"`{k}`", v) for k, v in columns.items()])


MADE = {
    **{f"{name}_columns": columns_maker(columns) for name, columns in COLUMNS.items()},
    **{f"{name}_keys": lambda shape=shape: keys_table(shape) for name, shape in REGION_TABLES.items()},
    "layer_keys": layer, "roles": roles, "any_role": any_role, "model_keys": model_keys,
    "kinds": kinds, "kind_keys": kind_keys, "register_keys": registers,
    "shipped_registers": shipped_registers, "commands": commands, "public_names": public_names,
    "signatures": signatures, "glossary": glossary, "column_words": column_words,
    "rooms": rooms,
}  # fmt: skip


def pages():
    """Return the pages that hold such tables."""
    others = ("sources.md", "codes.md")
    return [
        page
        for page in [*sorted(DOCS.rglob("*.md")), ROOT / "ARCHITECTURE.md"]
        if page.name not in others and MARK.search(page.read_text("utf-8"))
    ]


def made(text):
    """Return a page with its tables as the code has them."""
    return MARK.sub(lambda found: f"{found[1]}{MADE[found[2]]()}{found[4]}", text)


if __name__ == "__main__":
    ROOMS_PICTURE.write_text(rooms_picture(), "utf-8")
    for page in pages():
        page.write_text(made(page.read_text("utf-8")), "utf-8")
