"""Commands that put the graph before others: build, serve, site, mcp."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aalco_kg.cli.options import count, progress
from aalco_kg.errors import UserError

if TYPE_CHECKING:
    from aalco_kg.checking import Finding

app = typer.Typer()


@app.command()
def build(out: Annotated[Path, typer.Option(help="The folder of the release.")] = Path("dist")) -> None:
    """Check everything and write the release."""
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    from aalco_kg import checking, release

    # The check takes as long as the writing. Its engine has threads, which a forked process would miss.
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as beside:
        verdict = beside.submit(checking.check)
        written = release.build(out, progress, lambda: refuse(verdict.result()))
    typer.echo(f"{out}: {count(len(written), 'file')}.")


def refuse_findings() -> None:
    """Check everything. Raises UserError (code 1) when there is something to mend: such records are not published."""
    from aalco_kg import checking

    refuse(checking.check())


def refuse(findings: "list[Finding]") -> None:
    """Raises UserError (code 1) when there are findings, and says the first of them."""
    for finding in findings[:20]:
        typer.echo(finding, err=True)
    if findings:
        raise UserError(
            f"{count(len(findings), 'finding')} in the records; nothing was written.",
            "`aalco check` lists all.",
            code=1,
        )


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Where to listen; 0 takes any free port.")] = 8000,
    base: Annotated[str | None, typer.Option(help="The public address, when it is another than that.")] = None,
    limit: Annotated[list[str] | None, typer.Option(help="A limit, as NAME=VALUE; --limits lists them.")] = None,
    limits: Annotated[bool, typer.Option("--limits", help="List the limits and stop.")] = False,
) -> None:
    """Serve site, linked data, SPARQL endpoint and API, until Ctrl-C."""
    from aalco_kg.server.limits import changed, table

    chosen = changed(limit or ())
    if limits:
        for line in table(chosen):
            typer.echo(f"{line.name:8} {line.value:>9} {line.unit:17} {line.help}")
        return
    from aalco_kg.server.launch import serve as run

    run(host, port, base, chosen, lambda words: typer.echo(f"aalco: {words}", err=True))


@app.command()
def mcp(
    port: Annotated[int | None, typer.Option(help="Serve over HTTP at this port, not over standard input.")] = None,
    host: Annotated[str, typer.Option(help="Where to listen, with --port.")] = "127.0.0.1",
) -> None:
    """Serve an assistant by the Model Context Protocol: search, get with evidence, questions, SPARQL, cite."""
    from importlib.util import find_spec

    if find_spec("mcp") is None:
        raise UserError("aalco mcp needs the extra mcp.", "Install it: pip install 'aalco-kg[mcp]' (or 'mcp>=2.3,<3').")
    from aalco_kg.server.launch import assist

    assist(host, port)


@app.command()
def site(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The folder of the site.")],
    base: Annotated[str, typer.Option(help="The address at which it will be published, such as https://HOST/aalco/.")],
) -> None:
    """Write the site as static files, for any host; a site of an earlier release in OUT is replaced in one step."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from aalco_kg import graph
    from aalco_kg.site import export

    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    talk = Console(stderr=True)
    with Progress(*columns, console=talk, transient=True, disable=not talk.is_terminal) as bar:
        task = bar.add_task("Writing the site")
        number = export.write(graph.load(), base, out, lambda done, all_: bar.update(task, completed=done, total=all_))
    typer.echo(f"{out}: {count(number, 'file')} and the dumps.")
