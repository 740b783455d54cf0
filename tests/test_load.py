"""`aalco load`: the same graph in every store, whatever happens on the way."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import httpx
import pyoxigraph as ox
import pytest
import servers
from conftest import Ran, missing

from aalco_kg import files
from aalco_kg.stores import content
from aalco_kg.stores.endpoint import MARK

Aalco = Callable[..., Ran]
FACTS = "https://w3id.org/aalco-kg"
OTHER = "<http://example.org/a> <http://example.org/b> <http://example.org/c> "


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A dataset of a few quads, blank nodes included."""
    path = tmp_path / "small.nq"
    thing, graph = f"<{FACTS}/id/session/53>", f"<{FACTS}/id/source/page>"
    path.write_text(
        f'{thing} <{FACTS}/ontology#number> "53"^^<http://www.w3.org/2001/XMLSchema#integer> .\n'
        f'{thing} <http://www.w3.org/2000/01/rdf-schema#label> "د \\" \\\\ \\n é"@ar .\n'
        f'{thing} <http://www.w3.org/2000/01/rdf-schema#label> "د \\" \\\\ \\n é"@ar {graph} .\n'
        f"_:x <{FACTS}/ontology#about> _:y .\n_:y <{FACTS}/ontology#about> {thing} .\n",
        encoding="utf-8",
    )
    return path


def changed(path: Path) -> Path:
    """A later dataset: a number corrected, a graph gone, another come, and a blank node more."""
    text = path.read_text(encoding="utf-8").replace('"53"', '"54"').replace("source/page>", "source/book>")
    text += f"_:z <{FACTS}/ontology#about> _:x .\n"
    later = path.with_name("later.nq")
    later.write_text(text, encoding="utf-8")
    return later


def held(folder: Path) -> content.Content:
    store = ox.Store.read_only(str(folder))
    return content.of_quads(store)


@pytest.mark.slow
def test_a_folder_holds_the_release_and_loading_twice_changes_nothing(
    built: Path, tmp_path: Path, aalco: Aalco
) -> None:
    store = tmp_path / "store"
    ran = aalco("load", store, "--release", built)
    dataset = ox.Dataset(ox.parse(path=str(built / "aalco-kg.nq"), format=ox.RdfFormat.N_QUADS))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    digest = hashlib.sha256("".join(sorted(f"{quad} .\n" for quad in dataset)).encode()).hexdigest()
    size, graphs = len(dataset), len({quad.graph_name for quad in dataset})
    holds = f"{store}: holds {size} statements in {graphs} graphs, digest {digest}, as the release does.\n"
    assert (ran.code, ran.out) == (0, holds)
    assert held(store).digest == digest
    before = {path: path.stat().st_mtime_ns for path in store.glob("*.sst")}
    again = aalco("load", store, "--release", built)
    assert again == (0, holds, f"{store}: It holds the release already; there is nothing to do.\n")
    assert {path: path.stat().st_mtime_ns for path in store.glob("*.sst")} == before
    assert [path.name for path in tmp_path.iterdir()] == ["store"]


@pytest.mark.slow
def test_without_a_release_the_records_are_loaded_as_they_are(built: Path, tmp_path: Path, aalco: Aalco) -> None:
    ran = aalco("load", tmp_path / "store")
    assert ran.code == 0
    assert held(tmp_path / "store").digest == content.read(built).digest


@pytest.mark.parametrize("update", [False, True])
def test_a_later_release_takes_the_place_of_an_earlier_one(
    update: bool, small: Path, tmp_path: Path, aalco: Aalco
) -> None:
    store = tmp_path / "store"
    aalco("load", store, "--release", small)
    with_other = ox.Store(str(store))
    with_other.add(ox.Quad(*(ox.NamedNode(f"http://example.org/{x}") for x in "abcg")))
    with_other.flush()
    del with_other
    ran = aalco("load", store, "--release", changed(small), *(["--update"] if update else []))
    assert ran.code == 0
    told = "4 statements to remove, 5 to add." if update else "2 graphs to put in place (6 statements), 1 to drop."
    assert ran.err == f"{store}: {told}\n"
    now = dict(held(store).graphs)
    assert now.pop("http://example.org/g") == {OTHER + "."}  # what is not ours is left alone
    assert content.Content(now).digest == content.read(changed(small)).digest


def test_a_dry_run_says_what_would_be_done_and_does_nothing(small: Path, tmp_path: Path, aalco: Aalco) -> None:
    store = tmp_path / "store"
    ran = aalco("load", store, "--release", small, "--dry-run")
    assert ran == (0, f"{store}: 2 graphs to put in place (5 statements), 0 to drop.\n", "")
    assert not store.exists()
    aalco("load", store, "--release", small)
    before = held(store).digest
    ran = aalco("load", store, "--release", changed(small), "--dry-run", "--update")
    assert ran.out == f"{store}: 4 statements to remove, 5 to add.\n"
    assert held(store).digest == before


def test_statements_of_something_else_in_the_default_graph_are_not_lost(
    small: Path, tmp_path: Path, aalco: Aalco
) -> None:
    store = tmp_path / "store"
    theirs = ox.Store(str(store))
    theirs.load(OTHER + ".", ox.RdfFormat.N_TRIPLES)
    theirs.flush()
    del theirs
    ran = aalco("load", store, "--release", small)
    assert ran.code == 1
    assert ran.err == (
        f"aalco: The default graph of {store} also holds 1 statements of something else, which would be lost. "
        "Load into a graph of its own: --graph https://w3id.org/aalco-kg\n"
    )
    ran = aalco("load", store, "--release", small, "--graph", FACTS)
    assert ran.code == 0
    now = held(store).graphs
    assert now[""] == {OTHER + "."}
    assert now[FACTS] == content.read(small).graphs[""]


def killed_while(begun: Callable[[], bool], *arguments: object) -> None:
    """Start `aalco` and kill it, without a chance to tidy up, as soon as something has begun."""
    environment = {**os.environ, "PYTHONPATH": str(files.HOME / "scripts")}
    command = [sys.executable, "-m", "aalco_kg", *map(str, arguments)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    end = time.monotonic() + 120
    try:
        while not begun():
            assert process.poll() is None, "it was over before it could be killed"
            assert time.monotonic() < end, "it never began"
            time.sleep(0.002)
    finally:
        process.kill()
        process.wait(20)


@pytest.mark.slow
def test_an_interrupted_load_of_a_folder_is_rolled_back(built: Path, small: Path, tmp_path: Path, aalco: Aalco) -> None:
    store = tmp_path / "store"
    aalco("load", store, "--release", small)
    killed_while((tmp_path / ".store-loading").exists, "load", store, "--release", built)
    assert held(store).digest == content.read(small).digest
    ran = aalco("load", store, "--release", built)
    assert ran.code == 0
    assert ran.err.startswith(f"{store}: An earlier load was interrupted; it is rolled back.\n")
    assert held(store).digest == content.read(built).digest
    assert not (tmp_path / ".store-loading").exists()


def test_a_folder_that_is_something_else_or_in_use_is_refused(small: Path, tmp_path: Path, aalco: Aalco) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "letter.txt").write_text("dear", encoding="utf-8")
    ran = aalco("load", tmp_path / "letters", "--release", small)
    assert (ran.code, ran.err) == (
        2,
        f"aalco: {tmp_path / 'letters'} holds something that is not an Oxigraph store. Name another folder.\n",
    )
    aalco("load", tmp_path / "store", "--release", small)
    used = ox.Store(str(tmp_path / "store"))
    ran = aalco("load", tmp_path / "store", "--release", small)
    assert len(used) == 5
    assert (ran.code, ran.err) == (
        1,
        f"aalco: {tmp_path / 'store'} is in use by another program. Stop it, or load through its address.\n",
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["localhost:7878"], "localhost:7878 is neither a folder nor the address of a store. An address starts with"),
        (["ftp://localhost"], "ftp://localhost is neither a folder nor the address of a store."),
        (["store", "--protocol", "update"], "A folder is loaded directly. Leave out --protocol and --bulk."),
        (["store", "--graph", "facts > here"], "'facts > here' is not the address of a graph. Give a full one:"),
    ],
)
def test_a_wrong_kind_of_target_is_refused(arguments: list[str], message: str, small: Path, aalco: Aalco) -> None:
    ran = aalco("load", *arguments, "--release", small)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"aalco: {message}")


def test_a_damaged_release_is_refused_before_anything_is_touched(built: Path, tmp_path: Path, aalco: Aalco) -> None:
    store, broken = tmp_path / "store", tmp_path / "dist"
    broken.mkdir()
    quads = (built / "aalco-kg.nq").read_bytes()

    def refused(name: Path) -> str:
        ran = aalco("load", store, "--release", name)
        assert (ran.code in (1, 2), ran.out, store.exists()) == (True, "", False)
        return ran.err.removeprefix("aalco: ").rstrip()

    assert refused(broken) == f"{broken} is not a release: it has no SHA256SUMS. `aalco build` makes one."
    shutil.copy(built / "SHA256SUMS", broken)
    mend = "Fetch or build the release anew."
    assert refused(broken) == f"{broken} has no aalco-kg.nq. {mend}"
    (broken / "aalco-kg.nq").write_bytes(quads[: len(quads) // 2])
    told = f"{broken / 'aalco-kg.nq'} is cut short or changed: its checksum is not the one in SHA256SUMS. {mend}"
    assert refused(broken) == told
    (broken / "aalco-kg.nq").write_bytes(quads.replace(b"Tehran", b"Teheran", 1))
    assert refused(broken) == told
    loose = tmp_path / "loose.nq"
    loose.write_bytes(quads[: len(quads) // 2])
    assert refused(loose).startswith(f"{loose} is cut short or damaged: ")
    assert refused(tmp_path / "nowhere.nq") == f"There is no release or file {tmp_path / 'nowhere.nq'}. " + (
        "`aalco build` makes a release."
    )
    assert refused(tmp_path / "dist.zip").endswith("Name a folder, or a file: nq, trig, nt or ttl.")


def tiny_disk(tmp_path: Path, size: str, *command: object) -> list[object]:
    """A command that runs where `tmp_path`/disk is a disk of its own, of the given size."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = 'mount -t tmpfs -o size="$1" none "$2" && shift 2 && exec "$@"'
    probe = ["unshare", "-rm", "sh", "-c", mount, "sh", size, disk]
    if (
        not shutil.which("unshare")
        or subprocess.run([*map(str, probe), "true"], capture_output=True, timeout=20).returncode
    ):
        missing("unshare with a disk of its own")
    return [*probe, *command]


@pytest.mark.slow
def test_a_full_disk_leaves_the_old_store_whole(built: Path, small: Path, tmp_path: Path) -> None:
    aalco = f"{sys.executable} -m aalco_kg load {tmp_path}/disk/store --release"
    script = f"{aalco} {small} && {aalco} {built}; echo $?; {aalco} {small}"
    command = tiny_disk(tmp_path, "8m", "sh", "-c", script)
    environment = {**os.environ, "PYTHONPATH": str(files.HOME / "scripts")}
    ran = subprocess.run([*map(str, command)], capture_output=True, text=True, env=environment, timeout=200)
    assert ran.stdout.splitlines()[1] == "1"
    assert f"aalco: {tmp_path}/disk/store: the disk is full. The old store is untouched. Make room.\n" in ran.stderr
    assert ran.stderr.endswith("It holds the release already; there is nothing to do.\n")
    assert "Traceback" not in ran.stderr


class Page(BaseHTTPRequestHandler):
    """A web server that knows no SPARQL."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<p>Welcome</p>")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def page() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)  # one that is not would wait for a client that says nothing
    server.daemon_threads = True
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/welcome"
    server.shutdown()
    server.server_close()


def test_an_address_without_a_store_is_refused(small: Path, page: str, aalco: Aalco) -> None:
    ran = aalco("load", page, "--release", small)
    assert (ran.code, ran.err) == (
        1,
        f"aalco: {page} is neither a SPARQL endpoint nor a Graph Store, nor has one beside it. "
        "Give the address that the manual of the store calls so.\n",
    )
    port = servers.free_port()
    ran = aalco("load", f"http://127.0.0.1:{port}", "--release", small)
    assert ran.code == 1
    assert ran.err.startswith(f"aalco: http://127.0.0.1:{port}")
    assert ran.err.endswith(" cannot be reached: [Errno 111] Connection refused. Is the store running?\n")


@pytest.mark.parametrize("ending", ["", "/", "/store", "/query", "/update"])
def test_any_address_of_a_store_will_do(ending: str, small: Path, aalco: Aalco) -> None:
    with servers.oxigraph() as address:
        ran = aalco("load", address + ending, "--release", small)
        assert (ran.code, ran.err.count("\n")) == (0, 1)
        got = httpx.get(f"{address}/store", headers={"Accept": "application/n-quads"}).content
    assert content.of_quads(ox.parse(got, ox.RdfFormat.N_QUADS)).digest == content.read(small).digest


def test_a_store_that_takes_no_updates_says_so(small: Path, tmp_path: Path, aalco: Aalco) -> None:
    aalco("load", tmp_path / "store", "--release", small)
    with servers.oxigraph(tmp_path / "store", "serve-read-only") as address:
        ran = aalco("load", address, "--release", changed(small))
    assert ran.code == 1
    assert ran.err.splitlines()[-1] == (
        f"aalco: {address}/store takes nothing from us. "
        "Is the store read-only? Otherwise log in with the right to write."
    )


@pytest.mark.parametrize("protocol", ["graph-store", "update"])
def test_a_server_is_loaded_and_brought_up_to_date(protocol: str, small: Path, aalco: Aalco) -> None:
    """Every graph as a whole, then only the difference; what is not ours stays."""

    def now() -> content.Content:
        got = httpx.get(f"{address}/store", headers={"Accept": "application/n-quads"}).content
        return content.of_quads(ox.parse(got, ox.RdfFormat.N_QUADS))

    with servers.oxigraph() as address:
        httpx.put(f"{address}/store", params={"graph": "http://example.org/g"}, content=OTHER + ".",
                  headers={"Content-Type": "text/turtle"})  # fmt: skip
        for path, options in ((small, []), (changed(small), []), (small, ["--update"]), (changed(small), ["--update"])):
            ran = aalco("load", address, "--release", path, "--protocol", protocol, *options)
            assert ran.code == 0
            graphs = dict(now().graphs)
            assert graphs.pop("http://example.org/g") == {OTHER + "."}
            assert content.Content(graphs).digest == content.read(path).digest


ONE_ADDRESS = """\
pid nginx.pid;
error_log nginx.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    map $content_type $place {{ default query; application/sparql-update update; }}
    server {{
        listen 127.0.0.1:{port};
        client_max_body_size 100m;
        location / {{ return 404; }}
        location = /endpoint {{ proxy_pass {address}/$place$is_args$args; }}
    }}
}}
"""


@pytest.mark.slow
def test_a_store_that_has_one_address_and_no_graph_store_is_loaded(small: Path, tmp_path: Path, aalco: Aalco) -> None:
    """Oxigraph with the union of all as default graph, behind nginx, which tells queries from updates."""
    with servers.oxigraph(None, "serve", "--union-default-graph") as address:
        port = servers.free_port()
        (tmp_path / "nginx.conf").write_text(ONE_ADDRESS.format(port=port, address=address), encoding="utf-8")
        nginx = [servers.tool("nginx"), "-p", tmp_path, "-c", "nginx.conf", "-g", "daemon off;"]
        with servers.running(nginx, f"http://127.0.0.1:{port}/"):
            target = f"http://127.0.0.1:{port}/endpoint"
            assert (
                "No Graph Store is known" in aalco("load", target, "--release", small, "--protocol", "graph-store").err
            )
            for path, options in ((small, []), (changed(small), []), (small, ["--update"]), (small, [])):
                assert aalco("load", target, "--release", path, *options).code == 0
                got = httpx.get(f"{address}/store", headers={"Accept": "application/n-quads"}).content
                assert content.of_quads(ox.parse(got, ox.RdfFormat.N_QUADS)).digest == content.read(path).digest


@pytest.mark.slow
@pytest.mark.parametrize("protocol", ["graph-store", "update"])
def test_an_interrupted_load_of_a_server_is_resumed(protocol: str, built: Path, aalco: Aalco) -> None:
    with servers.oxigraph() as address:

        def begun() -> bool:
            query = f"ASK {{ GRAPH <{MARK}> {{ ?s ?p ?o }} GRAPH <{FACTS}/id/source/aalco-about> {{ ?a ?b ?c }} }}"
            return "true" in httpx.get(f"{address}/query", params={"query": query}).text

        killed_while(begun, "load", address, "--release", built, "--protocol", protocol)
        assert begun()  # half loaded, and marked so
        ran = aalco("load", address, "--release", built, "--protocol", protocol)
        assert ran.code == 0
        said = ran.err.splitlines()
        assert said[0] == f"{address}: An earlier load was interrupted; it is resumed."
        assert 0 < int(said[1].split()[1]) < len(content.read(built).graphs)
        got = httpx.get(f"{address}/store", headers={"Accept": "application/n-quads"}).content
    assert content.of_quads(ox.parse(got, ox.RdfFormat.N_QUADS)).digest == content.read(built).digest


@pytest.mark.slow
def test_a_full_store_says_so(built: Path, tmp_path: Path, aalco: Aalco) -> None:
    """The server runs where its disk is too small for the release."""
    prefix = tiny_disk(tmp_path, "4m")
    with servers.oxigraph(tmp_path / "disk" / "store", prefix=prefix) as address:
        ran = aalco("load", address, "--release", built)
    assert ran.code == 1
    assert ran.err.splitlines()[-1] == (
        f"aalco: {address}/store: the store is full. Make room there, then load again: it resumes."
    )


@pytest.fixture(scope="module")
def virtuoso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    folder = tmp_path_factory.mktemp("virtuoso")
    with servers.virtuoso(folder) as address:
        yield address, folder / "files"


@pytest.mark.slow
@pytest.mark.parametrize("how", ["graph-store", "update", "bulk"])
def test_virtuoso_is_loaded_and_brought_up_to_date(
    how: str, small: Path, built: Path, virtuoso: tuple[str, Path], aalco: Aalco, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, readable = virtuoso
    monkeypatch.setenv("AALCO_ENDPOINT_USER", "dba")
    monkeypatch.setenv("AALCO_ENDPOINT_PASSWORD", "dba")
    way = ["--bulk", readable] if how == "bulk" else ["--protocol", how]
    whole = small if how == "update" else built
    for path, options in ((small, way), (changed(small), way), (small, ["--update"]), (whole, way), (whole, way)):
        wanted = content.read(path)
        ran = aalco("load", address, "--release", path, *options)
        assert (ran.code, ran.out) == (
            0,
            f"{address}: holds {len(wanted)} statements in {len(wanted.graphs)} graphs, digest {wanted.digest}, as the "
            f"release does. The facts are in the graph {FACTS}; an endpoint takes it as ?default-graph-uri={FACTS}.\n",
        )
    assert ran.err == f"{address}: It holds the release already; there is nothing to do.\n"
    assert aalco("sparql", "ASK { <a:a> ?p ?o }", "--endpoint", address).out == "no\n"
    counted = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    ran = aalco("sparql", counted, "--endpoint", f"{address}?default-graph-uri={FACTS}", "--format", "csv")
    assert ran.out == f"n\r\n{len(wanted.graphs[''])}\r\n"


@pytest.mark.slow
def test_a_login_is_asked_for_by_environment_or_netrc(
    small: Path, virtuoso: tuple[str, Path], aalco: Aalco, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, _ = virtuoso
    place = address.replace("/sparql", "/sparql-graph-crud-auth")
    monkeypatch.setenv("NETRC", str(tmp_path / "none"))
    ran = aalco("load", address, "--release", small)
    assert (ran.code, ran.err) == (
        1,
        f"aalco: {place} wants a name and a password. "
        "Set AALCO_ENDPOINT_USER and AALCO_ENDPOINT_PASSWORD, or write them into ~/.netrc.\n",
    )
    monkeypatch.setenv("AALCO_ENDPOINT_USER", "dba")
    monkeypatch.setenv("AALCO_ENDPOINT_PASSWORD", "wrong")
    ran = aalco("load", address, "--release", small)
    assert (ran.code, ran.err) == (
        1,
        f"aalco: {place} refuses 'dba' or the password. Check both.\n",
    )
    monkeypatch.delenv("AALCO_ENDPOINT_USER")
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login dba password dba\n", encoding="utf-8")
    (tmp_path / "netrc").chmod(0o600)
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    assert aalco("load", address, "--release", small).code == 0


@pytest.mark.slow
def test_a_folder_that_virtuoso_may_not_read_is_named(
    small: Path, virtuoso: tuple[str, Path], aalco: Aalco, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AALCO_ENDPOINT_USER", "dba")
    monkeypatch.setenv("AALCO_ENDPOINT_PASSWORD", "dba")
    ran = aalco("load", virtuoso[0], "--release", small, "--bulk", "nowhere")
    assert ran.err == "aalco: There is no folder nowhere. Name one that Virtuoso may read: --bulk FOLDER.\n"
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:  # any folder below /tmp it may read
        ran = aalco("load", virtuoso[0], "--release", changed(small), "--bulk", folder)
    assert ran.code == 1
    assert ran.err.endswith(
        f"aalco: Virtuoso may not read {folder}. Add {folder} to DirsAllowed in virtuoso.ini, or load without --bulk.\n"
    )
