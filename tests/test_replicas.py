"""More than one server: replicas behind nginx, and a question that two stores answer together."""

import subprocess
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
import servers
from conftest import Ran
from test_queries import GOLDEN, as_csv, bound

from aalco_kg import files, remote, table
from aalco_kg.graph import Graph

Aalco = Callable[..., Ran]
FACTS = "https://w3id.org/aalco-kg"
CONFIGURATION = files.HOME / "scripts" / "aalco_kg" / "stores" / "replicas.conf"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def store(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("replicas") / "store"
    command = [servers.tool("oxigraph"), "load", "-l", str(folder), "-f", str(built / "aalco-kg.nq")]
    subprocess.run(command, check=True, capture_output=True, timeout=100)
    return folder


def asked(address: str, query: str = "ASK { ?s ?p ?o }") -> str:
    return httpx.post(address, data={"query": query}, headers={"Accept": "application/sparql-results+json"}).text


def test_replicas_answer_as_one_and_go_on_when_one_dies(store: Path, loaded: Graph, tmp_path: Path) -> None:
    with ExitStack() as stack:
        first, second = (stack.enter_context(servers.oxigraph(store, "serve-read-only")) for _ in range(2))
        port = servers.free_port()
        text = CONFIGURATION.read_text(encoding="utf-8")
        for old, new in (("127.0.0.1:7878", first[7:]), ("127.0.0.1:7879", second[7:]), (":8080", f":{port}")):
            assert old in text
            text = text.replace(old, new)
        (tmp_path / "replicas.conf").write_text(text, encoding="utf-8")
        nginx = [servers.tool("nginx"), "-p", tmp_path, "-c", "replicas.conf", "-g", "daemon off;"]
        address = f"http://127.0.0.1:{port}/query"
        stack.enter_context(servers.running(nginx, address))
        for name in ("sessions", "item-timeline", "search"):
            answer = remote.ask(address, bound(loaded, name))
            assert isinstance(answer, table.Table)
            assert as_csv(answer) == (GOLDEN / f"{name}.csv").read_text(encoding="utf-8")
        servers.kill(second)
        with pytest.raises(httpx.TransportError):
            asked(f"{second}/query")
        assert [asked(address) for _ in range(50)] == ['{"head":{},"boolean":true}'] * 50
        assert httpx.post(f"http://127.0.0.1:{port}/update", data={"update": "CLEAR ALL"}).status_code == 404


def test_a_question_is_answered_by_two_stores_together(store: Path, built: Path, tmp_path: Path, aalco: Aalco) -> None:
    """SERVICE from Oxigraph to Oxigraph, and from Jena to Virtuoso, for what the other alone knows."""
    known = tmp_path / "cities.nt"
    tehran, many = f"<{FACTS}/id/place/tehran>", '"9000000"^^<http://www.w3.org/2001/XMLSchema#integer>'
    known.write_text(f"{tehran} <http://example.org/inhabitants> {many} .\n", encoding="utf-8")
    sessions = f"?session a aalco:AnnualSession ; aalco:number ?number ; aalco:heldIn {tehran}"
    here = aalco("sparql", f"SELECT ?number {{ {sessions} }} ORDER BY ?number", "--format", "csv").out.split()[1:]
    assert "53" in here
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setenv("AALCO_ENDPOINT_USER", "dba")
        patch.setenv("AALCO_ENDPOINT_PASSWORD", "dba")
        oxigraph = stack.enter_context(servers.oxigraph())
        virtuoso = stack.enter_context(servers.virtuoso(tmp_path / "virtuoso"))
        first = stack.enter_context(servers.oxigraph(store, "serve-read-only")) + "/query"
        second = stack.enter_context(servers.jena(built / "aalco-kg.nq"))
        for asked_one, other in ((first, f"{oxigraph}/query"), (second, virtuoso)):
            assert aalco("load", other, "--release", known).code == 0
            query = f"""SELECT ?number ?inhabitants {{
                ?session a aalco:AnnualSession ; aalco:number ?number ; aalco:heldIn ?city .
                SERVICE <{other}> {{ ?city <http://example.org/inhabitants> ?inhabitants }}
            }} ORDER BY ?number"""
            ran = aalco("sparql", query, "--endpoint", asked_one, "--format", "csv")
            assert (ran.code, ran.err) == (0, "")
            assert ran.out.split()[1:] == [f"{number},9000000" for number in here]
