"""Commands that put the graph before others: build."""

from pathlib import Path
from typing import Annotated

import typer

from aalco_kg.cli.options import count, progress
from aalco_kg.errors import UserError

app = typer.Typer()


@app.command()
def build(out: Annotated[Path, typer.Option(help="The folder of the release.")] = Path("dist")) -> None:
    """Check everything and write the release."""
    from aalco_kg import release

    refuse_findings()
    written = release.build(out, progress)
    typer.echo(f"{out}: {count(len(written), 'file')}.")


def refuse_findings() -> None:
    """Check everything. Raises UserError (code 1) when there is something to mend: such records are not published."""
    from aalco_kg import checking

    findings = checking.check()
    for finding in findings[:20]:
        typer.echo(finding, err=True)
    if findings:
        raise UserError(
            f"{count(len(findings), 'finding')} in the records; nothing was written.",
            "`aalco check` lists all.",
            code=1,
        )
