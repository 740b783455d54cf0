"""The site as static files: the server's bytes, no broken link, at home on any host and under any path."""

import functools
import http.server
import os
import posixpath
import random
import shutil
import subprocess
import threading
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import pytest
from conftest import free_port, missing, serving, stop
from http_client import ask
from lxml import html as lxml_html

from aalco_kg import __version__
from aalco_kg.errors import UserError
from aalco_kg.graph import Graph
from aalco_kg.site import export
from aalco_kg.site.pages import Site
from aalco_kg.terms import compact
from aalco_kg.views.entity import things

BASE_URL = "https://example.org/aalco/"
LINKS = "//a/@href | //link/@href | //script/@src | //img/@src | //form/@action | //use/@href"


@pytest.fixture(scope="session")
def exported(loaded: Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as `aalco site` writes it."""
    out = tmp_path_factory.mktemp("site") / "aalco"
    seen: list[tuple[int, int]] = []
    number = export.write(loaded, BASE_URL, out, lambda done, all_: seen.append((done, all_)))
    assert seen[-1] == (number, number)
    assert seen == sorted(seen)
    return out


@pytest.fixture(scope="session")
def html_pages(exported: Path) -> dict[str, tuple[list[str], set[str]]]:
    """For each page, by path, its links and the ids in it."""
    found = {}
    for file in exported.rglob("*.html"):
        tree = lxml_html.parse(str(file))
        path = str(file.relative_to(exported)).removesuffix("index.html")
        found[path] = (tree.xpath(LINKS), set(tree.xpath("//@id")))
    return found


@pytest.mark.slow
def test_no_link_within_the_site_is_broken(exported: Path, html_pages: dict[str, tuple[list[str], set[str]]]) -> None:
    files = {str(path.relative_to(exported)) for path in exported.rglob("*") if path.is_file()}
    broken: dict[str, set[str]] = {}
    checked = 0
    for path, (links, _) in html_pages.items():
        for link in set(links):
            inside = link.startswith(BASE_URL)
            if urlsplit(link).scheme and not inside:
                continue
            address, fragment = urldefrag(link.removeprefix(BASE_URL) if inside else link)
            address = unquote(address.partition("?")[0])
            folder = "" if inside else path if path.endswith("/") or not path else posixpath.dirname(path) + "/"
            there = posixpath.normpath(posixpath.join("/", folder, address))[1:] if address else path
            if there and (address.endswith("/") or address in (".", "..")):
                there += "/"
            checked += 1
            if there in html_pages:
                if fragment and fragment not in html_pages[there][1]:
                    broken.setdefault(f"{there}#{fragment}", set()).add(path)
            elif there not in files:
                broken.setdefault(there, set()).add(path)
    assert checked > 100_000
    assert {there: sorted(pages)[:3] for there, pages in sorted(broken.items())[:40]} == {}


@pytest.mark.slow
def test_the_server_sends_the_same_bytes(exported: Path, loaded: Graph) -> None:
    paths = [path for path in Site(loaded, BASE_URL).paths() if path not in ("", "ontology/", "404.html")]
    paths = [path for path in paths if not path.startswith("id/")]  # there a server sends on to page or data
    chosen = random.Random(53).sample(paths, 400)
    chosen += ["static/site.css", "static/site.js", "static/search-index.js", "sitemap.xml", "robots.txt", "feed.atom"]
    chosen += ["opensearch.xml", "ontology.ttl", "shapes.nt", "queries.jsonld", ".well-known/void.ttl"]
    with serving("--base", BASE_URL, "--limit", "rate=1000000") as running:
        for path in chosen:
            got = ask(f"{running.address}/{path}")
            assert got.status == 200, path
            assert got.body == (exported / (f"{path}index.html" if path.endswith("/") else path)).read_bytes(), path


@pytest.mark.slow
def test_the_dumps_are_beside_the_pages(exported: Path) -> None:
    folder = exported / "release" / __version__
    assert (folder / "SHA256SUMS").read_text().count("\n") > 40
    subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=folder, check=True, timeout=60)


@pytest.mark.slow
def test_the_sitemap_names_every_page_in_each_language(exported: Path, html_pages: dict[str, object]) -> None:
    ns = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
    urls = ET.parse(exported / "sitemap.xml").getroot().findall("s:url", ns)
    places = [str(url.findtext("s:loc", "", ns)).removeprefix(BASE_URL) for url in urls]
    assert sorted(places) == sorted(path for path in html_pages if path.startswith(("en/", "ar/")))
    for url, place in zip(urls, places, strict=True):
        others = {link.get("hreflang"): str(link.get("href")) for link in url.findall("x:link", ns)}
        assert others == {lang: f"{BASE_URL}{lang}{place[2:]}" for lang in ("en", "ar")}
    assert f"Sitemap: {BASE_URL}sitemap.xml" in (exported / "robots.txt").read_text()
    assert "Disallow: /aalco/sparql" in (exported / "robots.txt").read_text()


@pytest.mark.slow
def test_what_a_page_weighs(exported: Path, loaded: Graph) -> None:
    own = (exported / "static/site.css").stat().st_size + (exported / "static/site.js").stat().st_size
    assert own < 30_000
    sizes = {str(file.relative_to(exported)): file.stat().st_size for file in exported.rglob("*.html")}
    of_things = {f"{language}/{compact(iri)}/index.html" for iri in things(loaded) for language in ("en", "ar")}
    assert of_things <= sizes.keys()
    assert {path: size for path, size in sizes.items() if size >= 60_000} == {}


@contextmanager
def plain_host(folder: Path) -> Iterator[str]:
    """Python's own http.server on a folder."""
    handler = functools.partial(Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@contextmanager
def nginx(folder: Path, scratch: Path) -> Iterator[str]:
    """nginx on a folder, with the page for what is missing."""
    program = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
    if program is None:
        missing("nginx")
    port = free_port()
    (scratch / "nginx.conf").write_text(
        f"""
        daemon off; pid {scratch}/pid; error_log {scratch}/error.log;
        {"user root;" if os.geteuid() == 0 else ""}
        events {{}}
        http {{
            include /etc/nginx/mime.types; access_log off;
            client_body_temp_path {scratch}/b; proxy_temp_path {scratch}/p; fastcgi_temp_path {scratch}/f;
            uwsgi_temp_path {scratch}/u; scgi_temp_path {scratch}/s;
            server {{ listen 127.0.0.1:{port}; root {folder}; error_page 404 /aalco/404.html; }}
        }}"""
    )
    command = [program, "-p", str(scratch), "-c", str(scratch / "nginx.conf")]
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        for _ in range(100):
            try:
                ask(f"http://127.0.0.1:{port}/")
                break
            except OSError:
                time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        stop(server)


@pytest.mark.slow
@pytest.mark.parametrize("host", ["plain", "nginx"])
def test_it_works_below_a_path_of_a_plain_host(exported: Path, tmp_path: Path, host: str) -> None:
    folder = exported.parent  # the site is its sub-folder `aalco`
    with plain_host(folder) if host == "plain" else nginx(folder, tmp_path) as address:
        for path in (
            "en/",
            "ar/",
            "en/session/53/",
            "ar/topic/sovereignty/",
            "en/search/",
            "ar/brief/state/cn/",
            "id/state/cn/",
        ):
            here = f"{address}/aalco/{path}"
            got = ask(here)
            assert got.status == 200, path
            tree = lxml_html.document_fromstring(got.body.decode(), base_url=here)
            tree.make_links_absolute()
            for link in tree.xpath("//link[@rel='stylesheet' or @rel='icon']/@href | //script/@src"):
                assert ask(link).status == 200, link
            inside = sorted({urldefrag(link)[0] for link in tree.xpath("//a/@href") if link.startswith(address)})
            assert len(inside) > 1
            for link in inside[:60]:
                assert ask(link).status == 200, link
        assert ask(f"{address}/aalco/en/session/530/").status == 404
        if host == "nginx":
            page = ask(f"{address}/aalco/en/session/530/").body.decode()
            assert f'href="{BASE_URL}en/"' in page  # found from any depth


def test_a_wrong_address_or_a_strange_folder_is_refused(loaded: Graph, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("kept")
    with pytest.raises(UserError, match=r"'example\.org' is not where a site can be published"):
        export.write(loaded, "example.org", tmp_path / "new")
    with pytest.raises(UserError, match="holds something that is not a site of this project"):
        export.write(loaded, BASE_URL, tmp_path)
    with pytest.raises(UserError, match="cannot be written"):
        export.write(loaded, BASE_URL, tmp_path / "mine.txt" / "new")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_what_goes_wrong_leaves_the_old_site(loaded: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "site"
    (out / "static").mkdir(parents=True)
    (out / "static/search-index.js").write_text("old")
    monkeypatch.setattr(Site, "paths", lambda self: iter(["en/", "no/such/page"]))
    monkeypatch.setattr(Site, "answer", lambda self, path: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        export.write(loaded, BASE_URL, out)
    assert (out / "static/search-index.js").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["site"]
