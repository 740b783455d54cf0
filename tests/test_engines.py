"""The golden answers on engines that share no code: Virtuoso and Apache Jena (others in test_queries.py)."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
import servers
from conftest import Ran
from test_queries import GOLDEN, NAMES, as_csv, bound

from aalco_kg import cli, queries, remote, table
from aalco_kg.fold import fold
from aalco_kg.graph import Graph
from aalco_kg.terms import BASE

FACTS = "https://w3id.org/aalco-kg"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=["virtuoso", "jena"])
def store(request: pytest.FixtureRequest, built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an endpoint that holds the release: Virtuoso through `aalco load`, Jena from its file."""
    if request.param == "jena":
        with servers.jena(built / "aalco-kg.nq") as address:
            yield address
        return
    folder = tmp_path_factory.mktemp("virtuoso")
    with servers.virtuoso(folder) as address, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AALCO_ENDPOINT_USER", "dba")
        patch.setenv("AALCO_ENDPOINT_PASSWORD", "dba")
        cli.app(["load", address, "--release", str(built), "--bulk", str(folder / "files")], standalone_mode=False)
        yield f"{address}?default-graph-uri={FACTS}"


def test_every_golden_answer(store: str, loaded: Graph) -> None:
    wrong = []
    for name in NAMES:
        answer = remote.ask(store, bound(loaded, name))
        assert isinstance(answer, table.Table)
        if as_csv(answer) != (GOLDEN / f"{name}.csv").read_text(encoding="utf-8"):
            wrong.append(name)
    assert len(NAMES) > 30
    assert wrong == []


def test_the_command_shows_it(store: str, aalco: Callable[..., Ran]) -> None:
    ran = aalco("query", "search", "--text", "Türkiye", "--endpoint", store, "--format", "csv")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.replace("\r\n", "\n") == (GOLDEN / "search.csv").read_text(encoding="utf-8")
    assert aalco("sparql", "ASK { ?s a aalco:AnnualSession }", "--endpoint", store).out == "yes\n"
    assert aalco("sparql", "ASK { ?s a aalco:Nothing }", "--endpoint", store).out == "no\n"


def test_names_are_folded_alike(store: str, loaded: Graph) -> None:
    """Whatever name is typed as it stands in the graph is found by its search key."""
    names = sorted({text for iri, texts in loaded.labels.items() if iri.startswith(BASE) for text in texts.values()})
    body = queries.named("search").text.partition("?thing aalco:searchKey")[0].partition("WHERE {")[2]
    wrong, seen = [], 0
    for start in range(0, len(names), 200):
        values = " ".join(str(ox.Literal(text)) for text in names[start : start + 200])
        rows = remote.ask(
            store, f"SELECT ?name ?sought {{ VALUES ?name {{ {values} }} {body.replace('?_text', '?name')} }}"
        )
        assert isinstance(rows, table.Table)
        for name, sought in zip(rows.column("name"), rows.column("sought"), strict=True):
            seen += 1
            if sought not in fold(name):
                wrong.append((name, sought))
    assert seen == len(names) > 3_000
    assert wrong == []
