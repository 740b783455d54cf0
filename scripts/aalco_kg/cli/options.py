"""What several commands share: option types, named parameters, words for counts and progress."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from aalco_kg.errors import UserError


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


Files = Annotated[list[Path] | None, typer.Argument(help="Turtle files; by default all of the project.")]
AsForm = Annotated[Form, typer.Option("--format", help="How the answer is written.")]
Endpoint = Annotated[str | None, typer.Option(help="Ask this SPARQL endpoint instead of the embedded graph.")]


# Takes what follows as --NAME VALUE, which `parameters` reads.
NAMED = {"allow_extra_args": True, "ignore_unknown_options": True}


def parameters(arguments: list[str]) -> dict[str, str]:
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


def count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def progress(what: str) -> None:
    if sys.stderr.isatty():
        typer.echo(f"  {what}", err=True)
