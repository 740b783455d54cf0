"""Commands that answer: query, queries, sparql, why."""

import shutil
from pathlib import Path
from typing import Annotated

import typer

from aalco_kg.cli.options import NAMED, AsForm, Endpoint, Form, count, parameters

app = typer.Typer()


@app.command(context_settings=NAMED)
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
    text = question.bind(loaded, parameters(context.args))
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
    from aalco_kg.terms import with_prefixes

    if not any(c.isspace() for c in text.strip()) and "{" not in text:
        text = read_text(Path(text))
    _answer(graph.load(), with_prefixes(text), format, endpoint, None)


@app.command()
def why(
    subject: Annotated[str, typer.Argument(help="A thing: session/53, a label, or an address.")],
    property: Annotated[str | None, typer.Argument(help="One of its properties: heldIn, or its label.")] = None,
) -> None:
    """Say who says so: evidence, disputes and gaps for a thing or one of its facts."""
    from aalco_kg import evidence, graph, things
    from aalco_kg.views.entity import entity

    loaded = graph.load()
    iri = things.find(loaded, subject)
    only = things.find(loaded, property, "property") if property else None
    typer.echo(evidence.as_text(loaded, entity(loaded, iri, only)), nl=False)


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
    console.print(count(len(rows), "row"))
