"""What the tests share: the loaded graph, and the command line run in this process."""

import os
from collections.abc import Callable
from typing import NamedTuple

import pytest

from aalco_kg import cli, graph


class Ran(NamedTuple):
    """How a command ended: exit status, standard output, standard error."""

    code: int
    out: str
    err: str


@pytest.fixture(scope="session")
def loaded() -> graph.Graph:
    """The whole graph."""
    return graph.load()


@pytest.fixture
def aalco(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run `aalco` with arguments, as the installed command would."""
    monkeypatch.setenv("COLUMNS", "120")

    def run(*arguments: object) -> Ran:
        monkeypatch.setattr("sys.argv", ["aalco", *map(str, arguments)])
        code = 0
        try:
            cli.main()
        except SystemExit as end:
            code = int(end.code or 0)
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return run


def missing(what: str) -> None:
    """Skip a test for want of a tool, by name; under AALCO_REQUIRE_ALL the want is a failure."""
    if os.environ.get("AALCO_REQUIRE_ALL"):
        pytest.fail(f"{what} is required here")
    pytest.skip(f"needs {what}")
