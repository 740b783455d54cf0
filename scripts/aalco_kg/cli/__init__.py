"""The command line: each command takes its arguments, calls one function, shows the result and exits.

Answers go to standard output, talk to standard error. Exit 0: done; 1: done, and the answer is no; 2: bad use.
"""

import sys

import typer

from aalco_kg.cli import ask, curate, publish, stores
from aalco_kg.errors import UserError

app = typer.Typer(
    help="What AALCO has done on international law in cyberspace: ask, check, explain, build.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
for part in (ask, curate, publish, stores):
    app.add_typer(part.app)


def main() -> None:
    """Run a command; a UserError becomes one message and its exit code, Ctrl-C a quiet stop."""
    try:
        app(prog_name="aalco")
    except UserError as error:
        print(f"aalco: {error}", file=sys.stderr)
        raise SystemExit(error.code) from None
    except KeyboardInterrupt:
        print("aalco: stopped.", file=sys.stderr)
        raise SystemExit(130) from None
    except BrokenPipeError:
        sys.stderr.close()
        raise SystemExit(0) from None
