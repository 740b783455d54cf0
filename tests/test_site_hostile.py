"""Labels that want to do harm: whatever stands in a field, no page and no format breaks, and nothing runs."""

import json
import re
from collections.abc import Iterator
from functools import cache
from itertools import cycle
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
from lxml import html as lxml_html

from aalco_kg import graph as graphs
from aalco_kg.files import data_files, ontology_files
from aalco_kg.site.cite import FORMATS
from aalco_kg.site.pages import Site
from aalco_kg.terms import BASE, PREFIXES
from aalco_kg.views.search import index

BASE_URL = "https://example.org/aalco/"
HOSTILE = (
    "<script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "\u202eright to left\u202c \u2067override\u2069 \u200f",
    "x" * 5000,
    "word " * 400,
    "",
    " ",
    "{{ 7 * 7 }} {% raw %} %s {0} {name}",
    "ER  - \r\nTY  - BOOK\r\nTI  - forged",
    "}, title = {forged}, x = {\\input{/etc/passwd}",
    "--> ]]> &amp; &#0; \u2028 \u2029",
    "\u0001\u0008\u000b\u007f\u0085 control",
    "javascript:alert(1)",
    "‘quoted’ “quoted” `quoted` \\",
)
# A thing of each family, with all that its record says, made hostile.
NAMES = (
    "session/53",
    "meeting/oewg-4",
    "resolution/res-55-s-17",
    "document/special-study-2017",
    "topic/sovereignty",
    "state/cn",
    "person/zhang-jun",
    "place/tehran",
    "instrument/un-charter",
    "position/china-53",
    "process/oewg-2019-2021",
    "source/aalco-cyberspace-page",
    "item/cyberspace",
    "decision/plan-of-action-57",
    "series/cyberspace-resolutions",
    "organization/aalco",
    "body/oewg-cyberspace",
    "milestone/founding-1956",
)
_TEXT = {PREFIXES["xsd"] + "string", PREFIXES["rdf"] + "langString"}
_KEPT = {PREFIXES["dcterms"] + "language", PREFIXES["skos"] + "notation"}


def is_ours(iri: str) -> bool:
    return any(iri == BASE + name or iri.startswith((f"{BASE}{name}#", f"{BASE}{name}/")) for name in NAMES)


@cache
def hostile_site(shift: int) -> Site:
    """The whole graph, each text of the chosen things replaced by one of the hostile ones, beginning at `shift`."""
    texts = cycle(HOSTILE[shift:] + HOSTILE[:shift])

    def changed(triples: list[ox.Triple]) -> Iterator[ox.Triple]:
        for triple in triples:
            value = triple.object
            ours = is_ours(getattr(triple.subject, "value", "")) and triple.predicate.value not in _KEPT
            if ours and isinstance(value, ox.Literal) and value.datatype.value in _TEXT:
                value = ox.Literal(next(texts), language=value.language)
            yield ox.Triple(triple.subject, triple.predicate, value)

    return Site(graphs.Graph(changed(graphs.read(ontology_files() + data_files()))), BASE_URL)


sites = pytest.mark.parametrize("shift", [0, 4, 7, 11])
pytestmark = pytest.mark.slow


def pages_of(site: Site) -> list[str]:
    """The pages of the chosen things, of what they are part of, and of what lists them."""
    own = [path for path in site.pages() if is_ours(BASE + path.rstrip("/"))]
    lists = sorted({name.partition("/")[0] + "/" for name in NAMES})
    return [*own, *lists, "", "search/", "brief/state/cn/", "brief/topic/sovereignty/", "index/x/", "index/other/"]


@sites
def test_no_page_is_broken(shift: int) -> None:
    site = hostile_site(shift)
    seen = 0
    for path in pages_of(site):
        for language in ("en", "ar"):
            answer = site.answer(f"{language}/{path}", {"q": HOSTILE[shift]} if path == "search/" else {})
            if answer.status == 404 and path.startswith("index/"):
                continue
            assert answer.status == 200, path
            html = answer.body.decode()
            assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", html), path
            tree = lxml_html.document_fromstring(html)
            scripts = tree.xpath("//script[not(@type='application/ld+json')]")
            assert all(script.get("src", "").endswith("static/site.js") and not script.text for script in scripts), path
            assert not tree.xpath("//*[@onerror or @onclick or @onload]"), path
            assert not tree.xpath("//img"), path
            assert not tree.xpath("//a[starts-with(@href, 'javascript:')]"), path
            (data,) = tree.xpath("//script[@type='application/ld+json']/text()") or ["{}"]
            json.loads(data)
            for link in tree.xpath("//a[@href]"):
                named = link.text_content().strip() or link.get("aria-label", "").strip() or link.xpath(".//svg")
                assert named, (path, lxml_html.tostring(link)[:200])
            assert tree.xpath("string(//title)").strip(" ·") != "aalco-kg", path
            assert tree.xpath("//h1")[0].text_content().strip(), path
            seen += 1
    assert seen > 100


@sites
def test_citations_stay_one_entry_for_one_reference(shift: int) -> None:
    import bibtexparser
    import rispy

    site = hostile_site(shift)
    for name in NAMES:
        files = {suffix: site.answer(f"cite/{name}.{suffix}").body.decode() for suffix in FORMATS}
        items = json.loads(files["json"])
        assert 1 <= len(items) <= 2
        library = bibtexparser.parse_string(files["bib"])
        assert library.failed_blocks == []
        assert [entry.key for entry in library.entries] == [item["id"] for item in items]
        assert [entry.get("title") for entry in rispy.loads(files["ris"])] == [item["title"] for item in items]
        assert all(item["title"].strip() for item in items)
        assert not any(re.search("[\u202a-\u202e\u2066-\u2069\r\n]", item["title"]) for item in items)


@sites
def test_data_stays_the_same_triples(shift: int) -> None:
    site = hostile_site(shift)
    formats = {"ttl": ox.RdfFormat.TURTLE, "nt": ox.RdfFormat.N_TRIPLES, "jsonld": ox.RdfFormat.JSON_LD}
    for name in NAMES:
        parsed = {
            suffix: {
                quad.triple for quad in ox.parse(site.answer(f"data/{name}.{suffix}").body, format=form, base_iri=BASE)
            }
            for suffix, form in formats.items()
        }
        assert parsed["ttl"] == parsed["nt"] == parsed["jsonld"], name
        assert len(parsed["nt"]) > 3


@sites
def test_indexes_and_feeds_stay_well_formed(shift: int) -> None:
    site = hostile_site(shift)
    script = site.answer("static/search-index.js").body.decode()
    rows = json.loads(script.removeprefix("aalcoIndex=").removesuffix(";\n"))["rows"]
    assert len(rows) == len(index(site.graph).entries) > 1500
    for name in ("sitemap.xml", "feed.atom", "opensearch.xml"):
        ElementTree.fromstring(site.answer(name).body)
    for name in NAMES:
        assert site.answer(f"id/{name}/").status == 200
