"""The command line: each command takes its arguments, calls one function, shows the result and exits.

Answers go to standard output, talk to standard error. Exit 0: done; 1: done, and the answer is no; 2: bad use.
"""

import shutil
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from aalco_kg.errors import UserError

app = typer.Typer(
    help="What AALCO has done on international law in cyberspace: ask, check, explain, build.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


class Form(StrEnum):
    """How an answer is written."""

    table = "table"
    csv = "csv"
    tsv = "tsv"
    json = "json"
    xml = "xml"
    turtle = "turtle"
    ntriples = "ntriples"
    jsonld = "jsonld"
    rdfxml = "rdfxml"


class Report(StrEnum):
    """How findings are written."""

    text = "text"
    json = "json"
    turtle = "turtle"


class Engine(StrEnum):
    """Which SHACL validator runs."""

    fast = "fast"
    pyshacl = "pyshacl"


Files = Annotated[list[Path] | None, typer.Argument(help="Turtle files; by default all of the project.")]
AsForm = Annotated[Form, typer.Option("--format", help="How the answer is written.")]
Endpoint = Annotated[str | None, typer.Option(help="Ask this SPARQL endpoint instead of the embedded graph.")]


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def query(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="A canned query; `aalco queries` lists them.")],
    format: AsForm = Form.table,
    endpoint: Endpoint = None,
) -> None:
    """Answer a canned query; its parameters are given as --NAME VALUE."""
    from aalco_kg import graph, queries

    question = queries.named(name)
    loaded = graph.load()
    text = question.bind(loaded, _parameters(context.args))
    _answer(loaded, text, format, endpoint, question.summary)


@app.command("queries")
def list_queries() -> None:
    """List the canned queries with their questions and parameters."""
    from aalco_kg import queries

    for question in queries.catalogue().values():
        typer.echo(f"{question.name}: {question.summary}")
        for parameter in question.parameters:
            optional = "" if parameter.required else " (optional)"
            typer.echo(f"    --{parameter.name}  {parameter.help}{optional}")


@app.command()
def sparql(
    text: Annotated[str, typer.Argument(metavar="'SELECT …'|FILE", help="A SPARQL query, or a file that holds one.")],
    format: AsForm = Form.table,
    endpoint: Endpoint = None,
) -> None:
    """Answer a SPARQL query. The project's prefixes need not be declared."""
    from aalco_kg import graph
    from aalco_kg.files import read_text
    from aalco_kg.terms import PREFIXES

    if not any(c.isspace() for c in text.strip()) and "{" not in text:
        text = read_text(Path(text))
    declared = {line.split()[1].rstrip(":") for line in text.splitlines() if line.strip().upper().startswith("PREFIX ")}
    prologue = "".join(f"PREFIX {p}: <{iri}> " for p, iri in PREFIXES.items() if p not in declared and f"{p}:" in text)
    _answer(graph.load(), prologue + text, format, endpoint, None)


@app.command()
def why(
    subject: Annotated[str, typer.Argument(help="A thing: session/53, a label, or an address.")],
    property: Annotated[str | None, typer.Argument(help="One of its properties: heldIn, or its label.")] = None,
) -> None:
    """Say who says so: evidence, disputes and gaps for a thing or one of its facts."""
    from aalco_kg import evidence, graph, things

    loaded = graph.load()
    iri = things.find(loaded, subject)
    only = things.find(loaded, property, "property") if property else None
    typer.echo(evidence.as_text(evidence.explain(loaded, iri, only)), nl=False)


@app.command()
def check(
    files: Files = None,
    format: Annotated[Report, typer.Option(help="How findings are written.")] = Report.text,
    engine: Annotated[Engine, typer.Option(help="Which SHACL validator runs.")] = Engine.fast,
) -> None:
    """Check records: syntax, form, shapes, evidence, references.

    Exits 0 when nothing needs mending, 1 when something does.
    """
    from aalco_kg import check as checks

    findings = checks.check(files or (), engine.value)
    if format is Report.text:
        for finding in findings:
            typer.echo(finding)
        typer.echo(_count(len(findings), "finding") if findings else "Nothing to mend.", err=True)
    else:
        typer.echo(checks.as_json(findings) if format is Report.json else checks.as_turtle(findings), nl=False)
    raise typer.Exit(1 if findings else 0)


@app.command()
def fmt(
    files: Files = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 if a file would change.")] = False,
) -> None:
    """Write Turtle files in canonical form."""
    from aalco_kg import turtle
    from aalco_kg.files import read_text, shown, turtle_files

    texts = {path: read_text(path) for path in files or turtle_files()}
    formed = {path: turtle.fmt(path, text) for path, text in texts.items()}  # all, before any is written
    changed = [path for path, text in formed.items() if text != texts[path]]
    for path in changed:
        if not check:
            _replace(path, formed[path])
        typer.echo(f"{shown(path)}: {'not in canonical form' if check else 'written'}")
    typer.echo(f"{_count(len(texts), 'file')}, {len(changed)} {'to change' if check else 'changed'}.", err=True)
    raise typer.Exit(1 if check and changed else 0)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def new(
    context: typer.Context,
    kind: Annotated[str, typer.Argument(help="session, meeting, resolution, document, position or source.")],
    slug: Annotated[str, typer.Argument(help="The last part of its address, such as 64 or oewg-6.")],
) -> None:
    """Write a new record to fill in; what is known of it is given as --OPTION VALUE."""
    from aalco_kg import graph
    from aalco_kg import new as records
    from aalco_kg.files import shown

    path, blanks = records.new(graph.load(), kind, slug, _parameters(context.args))
    typer.echo(f"Written: {shown(path)}")
    for blank in blanks:
        typer.echo(f"  to fill in: {blank}")


@app.command()
def build(out: Annotated[Path, typer.Option(help="The folder of the release.")] = Path("dist")) -> None:
    """Check everything and write the release."""
    from aalco_kg import check as checks
    from aalco_kg import release

    findings = checks.check()
    for finding in findings[:20]:
        typer.echo(finding, err=True)
    if findings:
        raise UserError(
            f"{_count(len(findings), 'finding')} in the records; nothing was written.",
            "`aalco check` lists all.",
            code=1,
        )
    written = release.build(out, _progress)
    typer.echo(f"{out}: {_count(len(written), 'file')}.")


def _progress(what: str) -> None:
    if sys.stderr.isatty():
        typer.echo(f"  {what}", err=True)


def _replace(path: Path, text: str) -> None:
    """Write a file in one step, so that a crash leaves the old one whole."""
    beside = path.with_name(path.name + ".new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


def _parameters(arguments: list[str]) -> dict[str, str]:
    """`--name value` and `--name=value` as a dictionary."""
    given: dict[str, str] = {}
    rest = list(arguments)
    while rest:
        word = rest.pop(0)
        if not word.startswith("--") or word == "--":
            raise UserError(f"{word!r} stands alone.", "Parameters are given as --NAME VALUE.")
        name, equals, value = word[2:].partition("=")
        if not equals:
            if not rest:
                raise UserError(f"--{name} has no value.", "Parameters are given as --NAME VALUE.")
            value = rest.pop(0)
        if name in given:
            raise UserError(f"--{name} is given twice.", "Give it once.")
        given[name] = value
    return given


def _answer(loaded, text: str, form: Form, endpoint: str | None, title: str | None) -> None:  # type: ignore[no-untyped-def]
    from aalco_kg import remote, table

    answer = remote.ask(endpoint, text) if endpoint else table.run(loaded, text)
    if form is not Form.table:
        typer.echo(table.write(answer, form.value), nl=False)
    elif isinstance(answer, table.Table):
        _show(answer, loaded, title)
    elif isinstance(answer, bool):
        typer.echo("yes" if answer else "no")
    else:
        typer.echo(table.write(answer, "turtle"), nl=False)


def _show(answer, loaded, title: str | None) -> None:  # type: ignore[no-untyped-def]
    """Rows as a table that fits the terminal, or 120 columns when there is none; else a block for each row."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table as Grid
    from rich.text import Text

    from aalco_kg import table

    columns, rows = table.for_reading(answer, loaded.label)
    console = Console(width=shutil.get_terminal_size((120, 24)).columns, highlight=False)
    needed = [
        min(20, max(len(word) for row in [columns, *rows] for word in row[i].split() or [""]))
        for i in range(len(columns))
    ]
    if sum(needed) + 3 * len(columns) <= console.width:
        grid = Grid(title=title, title_justify="left", box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
        for name, width in zip(columns, needed, strict=True):
            grid.add_column(name, overflow="fold", min_width=width)
        for row in rows:
            grid.add_row(*(Text(cell) for cell in row))
    else:
        grid = Grid.grid(padding=(0, 2))
        for row in rows:
            for name, cell in zip(columns, row, strict=True):
                if cell:
                    grid.add_row(Text(name, style="dim"), Text(cell))
            grid.add_row("", "")
        if title:
            console.print(Text(title, style="italic"))
    console.print(grid)
    console.print(_count(len(rows), "row"))


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def main() -> None:
    """Run a command; a UserError becomes one message and its exit code, Ctrl-C a quiet stop."""
    try:
        app()
    except UserError as error:
        print(f"aalco: {error}", file=sys.stderr)
        raise SystemExit(error.code) from None
    except KeyboardInterrupt:
        print("aalco: stopped.", file=sys.stderr)
        raise SystemExit(130) from None
    except BrokenPipeError:
        sys.stderr.close()
        raise SystemExit(0) from None
