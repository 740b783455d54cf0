"""Commands for whoever adds a fact: check, fmt, new."""

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aalco_kg.cli.options import NAMED, Files, count, parameters

if TYPE_CHECKING:
    from aalco_kg.checking import Finding

app = typer.Typer()


class Report(StrEnum):
    """How findings are written."""

    text = "text"
    json = "json"
    turtle = "turtle"


class Engine(StrEnum):
    """Which SHACL validator runs."""

    fast = "fast"
    pyshacl = "pyshacl"


@app.command()
def check(
    files: Files = None,
    format: Annotated[Report, typer.Option(help="How findings are written.")] = Report.text,
    engine: Annotated[Engine, typer.Option(help="Which SHACL validator runs.")] = Engine.fast,
    sources: Annotated[Path | None, typer.Option(help="Look quotations up in this folder of texts of sources.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write a page of what is proven into this folder.")] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Stay, and check again whenever a file is saved.")] = False,
) -> None:
    """Check records: syntax, form, shapes, evidence, references; with --sources the quotations too.

    Exits 0 when nothing needs mending, 1 when something does. --report takes minutes: it makes faults on purpose,
    to see whether they are found and whether both validators judge them alike.
    """
    from aalco_kg import checking

    if report:
        _prove(report)
    if watch:
        _watch()
    findings = checking.check(files or (), engine.value)
    if sources and not any(finding.rule == "syntax" for finding in findings):
        findings = sorted(findings + _quotations(sources, files or (), format is Report.text))
    if format is Report.text:
        _show(findings)
    else:
        typer.echo(checking.as_json(findings) if format is Report.json else checking.as_turtle(findings), nl=False)
    raise typer.Exit(1 if findings else 0)


def _prove(folder: Path) -> None:
    """Run every gate and write the page; ends with 1 when one of them did not hold."""
    from aalco_kg.checking import report

    proof = report.prove()
    for path in report.write(proof, folder):
        typer.echo(f"Written: {path}")
    raise typer.Exit(1 if any(gate.held is False for gate in proof.gates) else 0)


def _watch() -> None:
    """Show what is to mend, now and after each edit, until Ctrl-C."""
    from watchfiles import watch

    from aalco_kg.checking.watch import Watched
    from aalco_kg.files import HOME, TURTLE

    watched = Watched()
    _show(watched.findings())
    for changes in watch(HOME / "data", HOME / "ontology"):
        paths = {Path(name) for _, name in changes if Path(name).match(TURTLE)}
        if paths:
            _show(watched.again(paths))


def _show(findings: "list[Finding]") -> None:
    for finding in findings:
        typer.echo(finding)
    typer.echo(count(len(findings), "finding") if findings else "Nothing to mend.", err=True)


def _quotations(folder: Path, files: Iterable[Path], tell: bool) -> "list[Finding]":
    """The quotations that do not stand in the texts of their sources; which do is said when `tell`, and how many."""
    from aalco_kg.checking import quotes

    looked_up = quotes.look_up(folder, files)
    found, lost = ([q for q in looked_up if q.text and q.found is so] for so in (True, False))
    untold = [q for q in looked_up if not q.text]
    if tell:
        for q in found:
            typer.echo(f"{q.file}:{q.line}: {q.record}: “{q.words}” stands in {q.text}.")
    for stranger in quotes.strangers(folder):
        typer.echo(stranger, err=True)
    rest = f"; {len(untold)} more of {count(len({q.source for q in untold}), 'source')} without a text"
    typer.echo(f"{count(len(found), 'quotation')} found, {len(lost)} not found{rest if untold else ''}.", err=True)
    return [q.finding() for q in lost]


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
    typer.echo(f"{count(len(texts), 'file')}, {len(changed)} {'to change' if check else 'changed'}.", err=True)
    raise typer.Exit(1 if check and changed else 0)


@app.command(context_settings=NAMED)
def new(
    context: typer.Context,
    kind: Annotated[str, typer.Argument(help="session, meeting, resolution, document, position or source.")],
    slug: Annotated[str, typer.Argument(help="The last part of its address, such as 64 or oewg-6.")],
) -> None:
    """Write a new record to fill in; what is known of it is given as --OPTION VALUE."""
    from aalco_kg import graph
    from aalco_kg import new as records
    from aalco_kg.files import shown

    path, blanks = records.new(graph.load(), kind, slug, parameters(context.args))
    typer.echo(f"Written: {shown(path)}")
    for blank in blanks:
        typer.echo(f"  to fill in: {blank}")


def _replace(path: Path, text: str) -> None:
    """Write a file in one step, so that a crash leaves the old one whole."""
    beside = path.with_name(path.name + ".new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)
