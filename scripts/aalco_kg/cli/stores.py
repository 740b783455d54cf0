"""Commands for whoever keeps the graph in a store of their own: load, diff."""

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aalco_kg.cli.options import count
from aalco_kg.cli.publish import refuse_findings
from aalco_kg.errors import UserError

if TYPE_CHECKING:
    from aalco_kg.stores.content import Content
    from aalco_kg.stores.targets import Target

app = typer.Typer()


class Protocol(StrEnum):
    """How a store is written to."""

    graph_store = "graph-store"
    update = "update"


class Changes(StrEnum):
    """How changes are written."""

    text = "text"
    patch = "patch"
    json = "json"


class Summary(StrEnum):
    """How a survey is written."""

    text = "text"
    json = "json"


Release = Annotated[Path | None, typer.Option(help="A release, or a file of it; by default what the records say now.")]
Update = Annotated[bool, typer.Option("--update", help="Apply only the difference, statement by statement.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")]
InGraph = Annotated[str | None, typer.Option("--graph", help="The graph of the facts, in place of the default graph.")]
Via = Annotated[Protocol | None, typer.Option("--protocol", help="How to write; by default what the store offers.")]
Bulk = Annotated[Path | None, typer.Option("--bulk", help="By Virtuoso's own loader, from this folder that it reads.")]


@app.command()
def load(
    target: Annotated[str, typer.Argument(help="A folder (for Oxigraph), or the address of a store.")],
    release: Release = None,
    update: Update = False,
    dry_run: DryRun = False,
    graph: InGraph = None,
    protocol: Via = None,
    bulk: Bulk = None,
) -> None:
    """Load the graph into a triple store, or bring one up to date.

    A name and a password come from AALCO_ENDPOINT_USER and AALCO_ENDPOINT_PASSWORD, or from ~/.netrc.
    """
    from aalco_kg.stores import targets
    from aalco_kg.terms import expand

    if graph and expand(graph) != graph:
        raise UserError(
            f"{graph!r} is not the address of a graph.", "Give a full one: --graph https://w3id.org/aalco-kg"
        )
    wanted = _wanted(release)
    with closing(_opened(target, protocol, bulk)) as store:
        main = graph or store.default
        plan = targets.plan(store, wanted.placed(main), main)
        if plan.interrupted:
            typer.echo(f"{target}: {plan.interrupted}", err=True)
        typer.echo(f"{target}: {plan.in_words(update)}", err=not dry_run)
        if dry_run:
            return
        with _bar(plan.size(update)) as step:
            targets.carry_out(store, plan, update, step)
    where = f" The facts are in the graph {main}; an endpoint takes it as ?default-graph-uri={main}." if main else ""
    typer.echo(
        f"{target}: holds {count(len(wanted), 'statement')} in {count(len(wanted.graphs), 'graph')}, "
        f"digest {wanted.digest}, as the release does.{where}"
    )


def _wanted(release: Path | None) -> "Content":
    """What is to be published: a release, or the records when nothing is wrong with them."""
    from aalco_kg.stores import content

    if release is None:
        refuse_findings()
    return content.read(release) if release else content.of_records()


def _opened(target: str, protocol: Protocol | None, bulk: Path | None) -> "Target":
    from aalco_kg.stores.endpoint import Bulk, Endpoint
    from aalco_kg.stores.folder import Folder

    if target.startswith(("http://", "https://")):
        return Bulk(target, bulk) if bulk else Endpoint(target, protocol.value if protocol else None)
    if "://" in target or re.fullmatch(r"[\w.-]+:\d+(/.*)?", target):
        raise UserError(
            f"{target} is neither a folder nor the address of a store.",
            "An address starts with http:// or https://.",
        )
    if protocol or bulk:
        raise UserError("A folder is loaded directly.", "Leave out --protocol and --bulk.")
    return Folder(Path(target))


@contextmanager
def _bar(statements: int) -> Iterator[Callable[[int], None]]:
    """A progress bar, where somebody may be looking."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task("Loading", total=statements)
        yield lambda done: progress.advance(task, done)


@app.command()
def diff(
    old: Annotated[Path, typer.Argument(help="A release (its folder), or a dataset (nq, trig, nt, ttl).")],
    new: Annotated[Path, typer.Argument(help="A later one.")],
    format: Annotated[Changes, typer.Option(help="How the changes are written.")] = Changes.text,
) -> None:
    """Say what changed between two releases: in words, for release notes, or for machines."""
    from aalco_kg.stores import content, difference, words

    before, after = content.read(old), content.read(new)
    found = difference.between(before, after)
    if format is Changes.patch:
        typer.echo(difference.as_patch(found), nl=False)
    elif format is Changes.json:
        typer.echo(difference.as_json(found), nl=False)
    elif found.changes:
        typer.echo(words.as_text(found, words.entries(before, after, found)), nl=False)
    else:
        typer.echo("They are the same.")


@app.command()
def shards(
    out: Annotated[Path, typer.Argument(help="The folder of the shards.")],
    release: Release = None,
    number: Annotated[int, typer.Option(help="How many: the first holds the ontology, the others the records.")] = 9,
) -> None:
    """Cut the release into sorted, compressed N-Quads that a cluster loads in parallel, with a manifest."""
    from aalco_kg.stores import content
    from aalco_kg.stores import shards as files

    wanted = _wanted(release)
    written = files.write(wanted.statements(), out, number)
    if content.read(out).digest != wanted.digest:
        raise UserError(f"{out} does not hold what it was given.", "Is the disk sound? Try another.", code=1)
    typer.echo(f"{out}: {count(len(written), 'shard')}, {len(wanted)} statements, digest {wanted.digest}.")


@app.command()
def survey(
    folder: Annotated[Path, typer.Argument(help="A folder of shards, which every worker sees.")],
    workers: Annotated[int, typer.Option(help="Processes on this machine.")] = 2,
    scheduler: Annotated[str | None, typer.Option(help="The address of a Dask scheduler, for a cluster.")] = None,
    format: Annotated[Summary, typer.Option(help="How the survey is written.")] = Summary.text,
) -> None:
    """Check and count a sharded dataset of any size, in parallel: the same findings as on one machine.

    Exits 0 when nothing needs mending, 1 when something does.
    """
    from aalco_kg.stores import cluster, corpus
    from aalco_kg.stores import shards as files

    files.manifest(folder)
    with cluster.clients(workers, scheduler) as client:
        found = corpus.survey(folder.resolve(), client)
    typer.echo(corpus.as_json(found) if format is Summary.json else corpus.as_text(found), nl=False)
    raise typer.Exit(1 if found.results else 0)
