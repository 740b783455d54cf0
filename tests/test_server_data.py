"""Linked data: every address opens, in the form that the client wants, and says where the others are."""

import hashlib
import re
import shutil
import subprocess
import time
import urllib.request
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from conftest import free_port, missing, serving, stop
from http_client import Got, ask, fields
from signposting import find_signposting_http

from aalco_kg import __version__
from aalco_kg.graph import Graph
from aalco_kg.release.dataset import describe
from aalco_kg.release.redirects import REDIRECTS
from aalco_kg.terms import BASE, ONTOLOGY

DATASET = "https://w3id.org/aalco-kg"
FORMS = {
    "ttl": ("text/turtle; charset=utf-8", ox.RdfFormat.TURTLE),
    "nt": ("application/n-triples", ox.RdfFormat.N_TRIPLES),
    "jsonld": ("application/ld+json", ox.RdfFormat.JSON_LD),
    "rdf": ("application/rdf+xml", ox.RdfFormat.RDF_XML),
}


def triples(got: Got, suffix: str) -> set[ox.Triple]:
    assert (got.status, got.headers["content-type"]) == (200, FORMS[suffix][0])
    return {quad.triple for quad in ox.parse(got.body, FORMS[suffix][1])}


def released(served: str, name: str) -> Got:
    """A file of the release, which may be still in the making."""
    for _ in range(300):
        got = ask(f"{served}/release/{__version__}/{name}")
        if got.status != 503:
            return got
        assert got.headers["retry-after"] == "3"
        time.sleep(0.1)
    raise AssertionError(got)


@pytest.mark.parametrize(
    ("accept", "languages", "there"),
    [
        (None, None, "/en/session/53/"),
        ("*/*", "ar", "/ar/session/53/"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "en-GB,en;q=0.5", "/en/session/53/"),
        ("text/html", "fr, ar;q=0.3", "/ar/session/53/"),
        ("text/html", "fr", "/en/session/53/"),
        ("text/turtle", "ar", "/data/session/53.ttl"),
        ("application/ld+json", None, "/data/session/53.jsonld"),
        ("application/n-triples", None, "/data/session/53.nt"),
        ("application/rdf+xml", None, "/data/session/53.rdf"),
        ("text/html;q=0.2, text/turtle;q=0.9", None, "/data/session/53.ttl"),
        ("text/*;q=0.5, text/html;q=0, application/rdf+xml;q=0.1", None, "/data/session/53.ttl"),
        ("application/x-turtle", None, "/data/session/53.ttl"),
    ],
)
def test_a_thing_leads_to_page_or_data(accept: str | None, languages: str | None, there: str, served: str) -> None:
    headers = {"Accept": accept, "Accept_Language": languages}
    got = ask(served + "/id/session/53", **{name: value for name, value in headers.items() if value})
    assert (got.status, got.headers["location"]) == (303, there)
    assert got.headers["vary"] == "Accept, Accept-Language"
    assert got.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in got.headers
    assert ask(served + there).status == 200


@pytest.mark.parametrize("suffix", FORMS)
def test_an_ending_names_the_syntax(suffix: str, served: str) -> None:
    got = ask(f"{served}/id/session/53.{suffix}", Accept="text/html")
    assert (got.status, got.headers["location"]) == (303, f"/data/session/53.{suffix}")
    assert triples(ask(f"{served}/data/session/53.{suffix}"), suffix) == triples(
        ask(served + "/data/session/53.nt"), "nt"
    )


def test_the_ending_html_leads_to_the_page(served: str) -> None:
    assert ask(served + "/id/session/53.html", Accept="text/turtle").headers["location"] == "/en/session/53/"


def test_data_says_what_points_here_as_well_as_what_points_out_with_the_evidence(served: str) -> None:
    found = triples(ask(served + "/data/session/53.nt"), "nt")
    node, held = ox.NamedNode(BASE + "session/53"), ox.NamedNode(ONTOLOGY + "heldIn")
    assert ox.Triple(node, held, ox.NamedNode(BASE + "place/tehran")) in found
    pointing = ox.NamedNode(BASE + "session/53/deliberation/cyberspace")
    assert ox.Triple(pointing, ox.NamedNode(ONTOLOGY + "session"), node) in found
    words = [t.object.value for t in found if t.predicate.value == ONTOLOGY + "quote"]
    assert any("Tehran, Iran" in text for text in words)
    topic = triples(ask(served + "/data/topic/cybercrime.nt"), "nt")
    assert any(t.object == ox.NamedNode(BASE + "topic/cybercrime") for t in topic)


def test_every_thing_and_scheme_of_the_graph_is_described(loaded: Graph, served: str) -> None:
    subjects = {quad.subject.value for quad in loaded.store if isinstance(quad.subject, ox.NamedNode)}
    things = sorted(iri for iri in subjects if iri.startswith(BASE) and "#" not in iri)
    assert len(things) > 1_500
    for iri in things[::40] + [iri for iri in things if "/id/scheme/" in iri]:
        got = ask(served + "/data/" + iri.removeprefix(BASE) + ".nt")
        assert triples(got, "nt") == set(describe(loaded.store, iri)), iri


@pytest.mark.parametrize("path", ["/id/session/530", "/id/session/53/", "/id/", "/data/session/53", "/id/session"])
def test_what_the_graph_does_not_know_is_not_found(path: str, served: str) -> None:
    got = ask(served + path)
    assert got.status == 404
    assert "Traceback" not in got.text


def test_a_type_that_is_not_offered_is_refused_with_the_list(served: str) -> None:
    released(served, "SHA256SUMS")
    for path in ("/id/session/53", "/ontology", "/shapes", "/.well-known/void", "/dcat", "/"):
        got = ask(served + path, Accept="image/png")
        assert got.status == 406, path
        assert "text/turtle, application/ld+json, application/n-triples, application/rdf+xml" in got.text
        assert "Accept" in got.headers["vary"]


@pytest.mark.parametrize("path", ["/data/session/53.ttl", "/en/session/53/", "/ontology.ttl", "/api/queries/sessions"])
def test_what_a_client_has_is_not_sent_again(path: str, served: str) -> None:
    first = ask(served + path)
    assert first.status == 200
    tag = first.headers["etag"]
    assert re.fullmatch(r'"[0-9a-f]{30}"', tag)
    for wanted in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        again = ask(served + path, If_None_Match=wanted)
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
    assert ask(served + path, If_None_Match='"other"').body == first.body
    head = ask(served + path, "HEAD")
    assert (head.status, head.body, head.headers["content-length"]) == (200, b"", str(len(first.body)))


def test_a_browser_of_another_site_may_ask(served: str) -> None:
    allowed = ask(served + "/sparql", "OPTIONS", Origin="https://example.org", Access_Control_Request_Method="POST")
    assert allowed.status == 204
    assert allowed.headers["access-control-allow-origin"] == "*"
    assert "POST" in allowed.headers["access-control-allow-methods"]
    assert "Content-Type" in allowed.headers["access-control-allow-headers"]
    for path in ("/data/session/53.ttl", "/id/session/530", "/sparql?query=x"):
        assert ask(served + path, Origin="https://example.org").headers["access-control-allow-origin"] == "*"


def test_machines_find_their_way_by_links(served: str) -> None:
    for path in ("/id/session/53", "/en/session/53/"):
        found = find_signposting_http(served + path)
        assert found.citeAs
        assert found.citeAs.target == BASE + "session/53"
        assert {link.type for link in found.describedBy} == {media.partition(";")[0] for media, _ in FORMS.values()}
        assert {link.target for link in found.describedBy} == {f"{served}/data/session/53.{s}" for s in FORMS}
    page = find_signposting_http(served + "/en/session/53/")
    assert page.license
    assert page.license.target == "https://creativecommons.org/licenses/by/4.0/"
    assert ONTOLOGY + "AnnualSession" in {link.target for link in page.types}
    described = find_signposting_http(served + "/data/session/53.ttl")
    assert served + "/en/session/53/" in {link.target for link in described.signposts if link.rel == "describes"}


@pytest.mark.parametrize("name", ["ontology", f"ontology/{__version__}", "shapes", "queries", ".well-known/void"])
def test_defining_documents_come_in_every_syntax(name: str, built: Path, served: str) -> None:
    files = {f"ontology/{__version__}": "ontology", ".well-known/void": "void"}
    expected = (built / f"{files.get(name, name)}.ttl").read_bytes()
    got = ask(f"{served}/{name}", Accept="text/turtle")
    assert (got.status, got.headers["content-type"], got.body == expected) == (200, FORMS["ttl"][0], True)
    sizes = {len(triples(ask(f"{served}/{name}.{suffix}"), suffix)) for suffix in FORMS}
    assert len(sizes) == 1
    assert triples(ask(f"{served}/{name}", Accept="application/ld+json"), "jsonld")


def test_each_term_is_defined_where_its_address_leads(loaded: Graph, served: str) -> None:
    page = ask(served + "/ontology", Accept="text/html")
    assert (page.status, page.headers["location"]) == (303, "/en/ontology/")
    defined = {
        t.subject.value for t in triples(ask(served + "/ontology.nt"), "nt") if isinstance(t.subject, ox.NamedNode)
    }
    used = {quad.predicate.value for quad in loaded.store if quad.predicate.value.startswith(ONTOLOGY)}
    assert len(used) > 50
    assert used <= defined
    assert ask(served + "/ontology/9.9.9").status == 404


def test_the_home_of_the_data_set_is_a_page_or_its_description(served: str) -> None:
    assert ask(served + "/").headers["location"] == "/en/"
    assert ask(served + "/", Accept_Language="ar").headers["location"] == "/ar/"
    assert ask(served + "/", Accept="text/turtle").headers["location"] == "/.well-known/void"


def test_what_void_counts_is_what_the_endpoint_answers(served: str) -> None:
    def rows(query: str) -> set[tuple[str, ...]]:
        got = ask(
            served + "/sparql",
            query=fields(query="PREFIX void: <http://rdfs.org/ns/void#> " + query),
            Accept="text/csv",
        )
        return {tuple(line.split(",")) for line in got.text.splitlines()[1:]}

    classes = rows("SELECT ?k ?n { ?set void:classPartition [ void:class ?k ; void:entities ?n ] }")
    assert len(classes) > 40
    assert classes == rows("SELECT ?k (COUNT(?s) AS ?n) { ?s a ?k FILTER(ISIRI(?k)) } GROUP BY ?k")
    whole = "?set a void:Dataset ; "
    properties = rows(f"SELECT ?k ?n {{ {whole} void:propertyPartition [ void:property ?k ; void:triples ?n ] }}")
    assert len(properties) > 100
    assert properties == rows("SELECT ?k (COUNT(*) AS ?n) { ?s ?k ?o } GROUP BY ?k")
    total = rows(f"SELECT ?n {{ {whole} void:triples ?n }}")
    assert total == rows("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")


def test_the_questions_are_in_the_data_set_as_executables(served: str) -> None:
    got = ask(
        served + "/sparql",
        query=fields(
            query="PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
            "PREFIX schema: <https://schema.org/> SELECT ?q ?text { ?q a sh:SPARQLExecutable ; rdfs:comment ?c ; "
            "sh:select ?text ; schema:keywords ?k ; sh:prefixes/sh:declare [ sh:prefix 'aalco' ] } GROUP BY ?q ?text"
        ),
        Accept="text/tab-separated-values",
    )
    assert len(got.text.splitlines()) > 35
    assert ask(served + "/id/query/sessions", Accept="text/turtle").headers["location"] == "/data/query/sessions.ttl"
    assert b"sh:SPARQLExecutable" in ask(served + "/data/query/sessions.ttl").body


def test_the_dumps_are_the_release_with_the_checksums_that_dcat_gives(built: Path, served: str) -> None:
    assert released(served, "SHA256SUMS").body == (built / "SHA256SUMS").read_bytes()
    got = ask(served + "/dcat", Accept="application/rdf+xml")
    assert triples(got, "rdf") == triples(ask(served + "/dcat.nt"), "nt")
    catalogue = rdflib.Graph().parse(data=ask(served + "/dcat.ttl").text, format="turtle")
    rows = catalogue.query(
        "PREFIX dcat: <http://www.w3.org/ns/dcat#> PREFIX spdx: <http://spdx.org/rdf/terms#> "
        "SELECT ?url ?size ?media ?sum { ?d dcat:downloadURL ?url ; dcat:byteSize ?size ; dcat:mediaType ?media ; "
        "spdx:checksum/spdx:checksumValue ?sum }"
    )
    assert len(rows) > 30
    for url, size, media, digest in rows:
        file = ask(served + str(url).removeprefix(DATASET))
        assert (file.status, len(file.body)) == (200, int(size))
        assert hashlib.sha256(file.body).hexdigest() == str(digest)
        assert file.headers["content-type"].partition(";")[0] == str(media).partition("media-types/")[2]


@pytest.mark.parametrize(
    "path",
    [
        f"/release/{__version__}/../launch.py",
        f"/release/{__version__}/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        f"/release/{__version__}/..%5c..%5cetc%5cpasswd",
        f"/release/{__version__}//etc/passwd",
        "/release/../../../../etc/passwd",
        "/release/0.0.0/void.ttl",
        "/static/../pages.py",
        "/static/%2e%2e/pages.py",
        "/data/../../pyproject.toml",
        "/id/%2e%2e/%2e%2e/etc/passwd",
    ],
)
def test_nothing_outside_the_release_is_readable(path: str, served: str) -> None:
    released(served, "SHA256SUMS")
    got = ask(served + path)
    assert got.status == 404
    assert b"root:" not in got.body
    assert b"import" not in got.body


def test_crawlers_find_every_page_and_stay_off_the_endpoint(served: str) -> None:
    robots = ask(served + "/robots.txt")
    assert robots.headers["content-type"] == "text/plain; charset=utf-8"
    assert "Disallow: /sparql" in robots.text.splitlines()
    assert robots.text.splitlines()[-1] == f"Sitemap: {served}/sitemap.xml"
    ns = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
    tree = ET.fromstring(ask(served + "/sitemap.xml").body)
    pages = {loc.text for loc in tree.iterfind("s:url/s:loc", ns) if loc.text}
    alternates = {link.get("href") for link in tree.iterfind("s:url/x:link", ns)}
    assert len(pages) > 2_000
    assert alternates == pages
    assert f"{served}/ar/session/53/" in pages
    for page in sorted(pages)[::400]:
        assert ask(page).status == 200, page


@pytest.mark.slow
def test_a_public_address_is_used_wherever_one_is_written() -> None:
    with serving("--base", "https://example.org/") as running:
        assert ask(running.address + "/robots.txt").text.endswith("Sitemap: https://example.org/sitemap.xml\n")
        assert b"<https://example.org/sparql>" in ask(running.address + "/sparql", Accept="text/turtle").body
        assert b'"url":"https://example.org"' in ask(running.address + "/openapi.json").body
        assert f"<{BASE}session/53>" in ask(running.address + "/data/session/53.nt").text  # data stays as it is
        assert ask(running.address + "/id/session/53").headers["location"] == "/en/session/53/"


@pytest.fixture(scope="module")
def w3id(served: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a real Apache serves the redirects of the release, as https://w3id.org/aalco-kg would."""
    apache = shutil.which("apache2", path="/usr/sbin:/usr/bin") or missing("apache2")
    folder = tmp_path_factory.mktemp("apache")
    (folder / "www" / "aalco-kg").mkdir(parents=True)
    rules = REDIRECTS.replace("https://HOST", served)
    (folder / "www" / "aalco-kg" / ".htaccess").write_text(rules, encoding="utf-8")
    port, modules = free_port(), "/usr/lib/apache2/modules"
    (folder / "httpd.conf").write_text(
        f"ServerRoot {folder}\nServerName localhost\nListen 127.0.0.1:{port}\nPidFile {folder}/pid\n"
        f"ErrorLog {folder}/error.log\nLoadModule mpm_event_module {modules}/mod_mpm_event.so\n"
        f"LoadModule authz_core_module {modules}/mod_authz_core.so\nLoadModule dir_module {modules}/mod_dir.so\n"
        f"LoadModule rewrite_module {modules}/mod_rewrite.so\n"
        f"DocumentRoot {folder}/www\n<Directory {folder}/www>\nAllowOverride All\nRequire all granted\n</Directory>\n",
        encoding="utf-8",
    )
    for part in (folder, folder / "www", folder / "www" / "aalco-kg"):
        part.chmod(0o755)
    process = subprocess.Popen(
        [apache, "-f", folder / "httpd.conf", "-DFOREGROUND"], stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        for _ in range(50):
            try:
                ask(f"http://127.0.0.1:{port}/")
                break
            except OSError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/aalco-kg"
    finally:
        stop(process)


def test_the_redirects_lead_every_address_of_ours_to_the_server(w3id: str, served: str) -> None:
    released(served, "SHA256SUMS")
    table = {
        "": "/",
        "/": "/",
        "/id/session/53": "/id/session/53",
        "/id/session/53/deliberation/cyberspace": "/id/session/53/deliberation/cyberspace",
        "/id/session/53.ttl": "/id/session/53.ttl",
        "/id/scheme/topic": "/id/scheme/topic",
        "/ontology": "/ontology",
        f"/ontology/{__version__}": f"/ontology/{__version__}",
        "/ontology.ttl": "/ontology.ttl",
        "/shapes": "/shapes",
        "/queries": "/queries",
        "/void/class/aalco-State": "/.well-known/void",
        "/void": "/.well-known/void",
        "/catalogue": "/dcat",
        f"/release/{__version__}/void.ttl": f"/release/{__version__}/void.ttl",
        "/sparql": "/sparql",
        "/en/session/53/": "/en/session/53/",
    }
    for path, there in table.items():
        got = ask(w3id + (path or "/"))
        assert (got.status, got.headers.get("location")) == (307 if path == "/sparql" else 303, served + there), path
        assert ask(served + there).status in (200, 303), path
    for path in ("/ontology/x", "/admin", "/idx"):
        assert ask(w3id + path).status == 404, path
    query = ask(w3id + "/sparql", query=fields(query="ASK {}"))
    assert query.headers["location"].startswith(served + "/sparql?query=ASK")


def test_rdflib_parses_the_address_of_a_thing_itself(w3id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the host is put in the place of w3id.org's; redirects, negotiation and parsing are all real."""

    class ToApache(urllib.request.HTTPSHandler):
        def https_open(self, request: urllib.request.Request) -> object:
            assert request.full_url.startswith(DATASET)
            there = urllib.request.Request(w3id + request.full_url.removeprefix(DATASET), headers=dict(request.headers))
            return urllib.request.build_opener().open(there)

    opener = urllib.request.build_opener(ToApache)
    monkeypatch.setattr(urllib.request, "urlopen", opener.open)
    monkeypatch.setattr("rdflib._networking.urlopen", opener.open)
    held = rdflib.URIRef(ONTOLOGY + "heldIn")
    graph = rdflib.Graph().parse(BASE + "session/53")
    assert graph.value(rdflib.URIRef(BASE + "session/53"), held) == rdflib.URIRef(BASE + "place/tehran")
    for iri in (ONTOLOGY + "heldIn", DATASET, DATASET + "/shapes", BASE + "scheme/topic", DATASET + "/void/class/x"):
        assert len(rdflib.Graph().parse(iri)) > 20, iri
