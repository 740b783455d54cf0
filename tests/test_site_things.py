"""The pages of things, the lists and the first page, as a reader sees them."""

import posixpath
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
from babel.messages.extract import extract
from lxml import html as markup

from aalco_kg import files, graph
from aalco_kg.site import columns, home, layouts, lists, phrases, records, things, words
from aalco_kg.site.addresses import LANGUAGES
from aalco_kg.site.pages import Site
from aalco_kg.terms import BASE, ONTOLOGY, PREFIXES

MOST = 60_000  # bytes of the HTML of a page
TYPE = PREFIXES["rdf"] + "type"
RECORDS = {ONTOLOGY + name for name in ("Evidence", "Dispute", "Gap")}


@pytest.fixture(scope="module")
def site(loaded: graph.Graph) -> Site:
    return Site(loaded)


def page(site: Site, path: str) -> markup.HtmlElement:
    answer = site.answer(path)
    assert answer.status == 200, path
    return markup.document_fromstring(answer.body.decode())


def at(document: markup.HtmlElement, id_: str) -> markup.HtmlElement:
    [element] = document.xpath(f"//*[@id='{id_}']")
    return element


def said(element: markup.HtmlElement) -> str:
    """The text of an element as it is read, blanks made one."""
    return " ".join(element.text_content().split())


def one_of_each(site: Site) -> list[str]:
    """The path, without language, of one thing of each class: the one most is said of."""
    classes = {str(quad.object.value) for quad in site.graph.store.quads_for_pattern(None, ox.NamedNode(TYPE), None)}
    found = []
    for class_ in sorted(classes - RECORDS):
        things = [iri for iri in site.graph.subjects(TYPE, class_) if iri.startswith(BASE)]
        if things:
            most = max(things, key=lambda iri: len(site.graph.mentions(iri).get(ONTOLOGY + "about", ())))
            found.append(most.removeprefix(BASE) + "/")
    assert len(found) > 30
    return found


def test_the_53rd_session_shows_tehran_with_its_quotation_and_its_source(site: Site) -> None:
    fact = at(page(site, "en/session/53/"), "heldIn")
    assert said(fact.find("dt")) == "Held in"
    assert said(fact.xpath(".//*[@class='val']")[0]) == "Tehran"
    evidence = fact.xpath(".//*[@class='ev']")[0]
    assert said(evidence.xpath(".//*[@class='quote']/b")[0]) == "quotation"
    assert said(evidence.find(".//q")) == "Fifty-Third Annual Session of AALCO in Tehran, Iran, in 2014"
    assert "paragraph 1" in said(evidence)
    links = {link.get("href") for link in at(page(site, "en/session/53/"), "record").xpath(".//*[@class='ev']//a")}
    assert {"../../source/aalco-cyberspace-page/", "https://www.aalco.int/Cyberspace", "#e1"} <= links


def test_what_was_stated_before_the_event_says_so(site: Site) -> None:
    document = page(site, "en/session/53/")
    assert "stated before the event" in said(at(document, "venue"))
    assert "stated before the event" not in said(at(document, "heldIn"))


def test_the_second_meeting_shows_both_places_and_why_neither_is_asserted(site: Site) -> None:
    fact = at(page(site, "en/meeting/oewg-2/"), "heldIn")
    assert "nothing is asserted" in said(fact)
    sides = fact.xpath(".//div[contains(@class, 'side ') or @class='side']")
    assert [said(side.xpath(".//*[@class='val']")[0]) for side in sides] == ["Nairobi", "New Delhi"]
    assert [side.get("id") for side in sides] == ["d1", "d2"]
    assert all("neither place can be preferred" in said(side) for side in sides)
    assert all(side.xpath(".//a[contains(@href, '/source/')]") for side in sides)


def test_a_preferred_value_stands_beside_the_one_that_is_not_asserted(site: Site) -> None:
    sides = at(page(site, "en/session/53/"), "startDate").xpath(".//*[contains(concat(@class, ' '), 'side ')]")
    assert [said(side.xpath(".//*[@class='val']")[0]) for side in sides] == ["15 September 2014", "16 September 2014"]
    assert [said(side.xpath(".//*[@class='side-head']")[0]) for side in sides] == ["Asserted", "Not asserted"]
    assert "issued or translated a day late" in said(sides[1])


def test_a_resolution_without_its_text_says_so_where_the_text_would_stand(site: Site) -> None:
    provisions = at(page(site, "en/resolution/res-55-s-17/"), "provisions")
    assert "Not known The operative text of the resolution." in said(provisions)
    assert "WorldLII" in said(provisions.find(".//details"))


def test_a_mandate_shows_what_was_asked_of_whom_and_what_came_of_it(site: Site) -> None:
    [point, *_] = at(page(site, "en/series/cyberspace-resolutions/"), "provisions").xpath(".//article")
    facts = {said(fact.find("dt")): said(fact.xpath(".//*[@class='val']")[0]) for fact in point.xpath(".//dl/div")}
    assert facts["What is asked (our words)"] == "study the subject of international law in cyberspace"
    assert facts["Addressee"] == "Secretariat of AALCO"
    assert facts["Carried out by"] == "Special Study on International Law in Cyberspace"
    assert "inferred" in said(point)


def test_a_part_is_shown_on_the_page_of_its_owner_and_leads_back_to_it(site: Site) -> None:
    agenda = at(page(site, "en/session/58/"), "agenda")
    assert "deliberated" in said(agenda)
    assert "International Law in Cyberspace" in said(agenda)
    assert "deliberation/cyberspace/" in agenda.xpath(".//a/@href")
    part = page(site, "en/session/58/deliberation/cyberspace/")
    assert "../../" in part.xpath("//*[@class='kind']/a/@href")
    assert part.xpath("//a[@rel='prev']/@href") == ["../../../57/deliberation/cyberspace/"]


def test_summaries_and_quotations_are_told_apart_in_words(site: Site) -> None:
    document = page(site, "en/state/cn/")
    summaries = at(document, "positions").xpath(".//*[@class='sum']")
    assert len(summaries) > 3
    assert all(said(summary).startswith("summary (our words)") and not summary.xpath(".//q") for summary in summaries)
    quotes = document.xpath("//q")
    assert quotes
    assert all(said(quote.getparent()).startswith("quotation") for quote in quotes)


def test_positions_of_a_state_stand_in_the_order_of_time(site: Site) -> None:
    rows = at(page(site, "en/state/cn/"), "positions").xpath(".//*[@class='lead']")
    years = [re.findall(r"[0-9]{4}", said(row))[0] for row in rows]
    assert len(years) == 7
    assert years == sorted(years)
    assert years[0] == "2014"


def test_a_source_shows_all_that_is_drawn_from_it_thing_by_thing(site: Site) -> None:
    found = at(page(site, "en/source/aalco-cyberspace-page/"), "drawn")
    assert "../../session/53/#e1" in found.xpath(".//a/@href")
    things = len(site.graph.mentions(BASE + "source/ds-country-codes")[ONTOLOGY + "source"])
    links: set[str] = set()
    paths = [path for path in site.paths() if path.startswith("en/source/ds-country-codes/")]
    assert len(paths) > 1
    for path in paths:
        links |= {link.lstrip("./") for link in at(page(site, path), "drawn").xpath(".//div/a/@href")}
    assert len(links) == things > 200
    assert site.answer("en/source/ds-country-codes/page/9/").status == 404


def test_the_list_of_sessions_tells_year_city_country_and_the_fate_of_the_item(site: Site) -> None:
    rows = page(site, "en/session/").xpath("//tbody/tr")
    assert len(rows) == 63
    [row] = [[said(cell) for cell in row] for row in rows if said(row[0]) == "53"]
    assert row[1:] == [
        "Fifty-Third Annual Session", "15–18 September 2014", "Tehran", "Iran (Islamic Republic of)", "introduced",
    ]  # fmt: skip
    assert said(rows[0][0]) == "63"


def test_every_dispute_and_every_gap_is_listed_with_a_link_to_it(site: Site) -> None:
    links = set(page(site, "en/dispute/").xpath("//td/a/@href"))
    assert len(links) == len(site.graph.subjects(TYPE, ONTOLOGY + "Dispute")) > 50
    gaps: set[str] = set()
    for path in site.paths():
        if path.startswith("en/gap/") and path != "en/gap/":
            gaps |= {link.lstrip("./") for link in page(site, path).xpath("//*[@class='gap']/a/@href")}
    assert len(gaps) == len(site.graph.subjects(TYPE, ONTOLOGY + "Gap")) > 500


def test_lists_stand_in_the_order_that_readers_look_for(site: Site) -> None:
    numbers = [said(cell) for cell in page(site, "en/session/").xpath("//tbody//td[1]")]
    assert numbers == [str(number) for number in range(63, 0, -1)]
    headings = [said(heading) for heading in page(site, "en/resolution/").xpath("//main/h2")]
    assert headings[0].startswith("International Law in Cyberspace")
    names = [said(cell) for cell in page(site, "ar/state/").xpath("(//tbody)[1]//td[1]")]
    assert names.index("إندونيسيا") < names.index("باكستان") < names.index("اليابان")  # whatever the article


def test_topics_have_one_list_with_how_often_each_was_taken_up(site: Site) -> None:
    document = page(site, "en/topic/")
    links = document.xpath("//ul[@class='branches']//li/a/@href")
    assert {link.rstrip("/").rpartition("/")[2] for link in links} == {
        iri.rpartition("/")[2] for iri in site.graph.subjects(TYPE, ONTOLOGY + "Topic")
    }
    assert any("documents" in said(count) for count in document.xpath("//*[@class='count']"))
    assert site.answer("en/topics/").status == 404


def test_each_answer_that_advisers_ask_first_is_one_click_from_the_first_page(site: Site) -> None:
    for language in ("en", "ar"):
        links = at(page(site, f"{language}/"), "asked").xpath(".//li/a/@href")
        assert len(links) == 10
        for link in links:
            path, _, fragment = link.partition("#")
            document = page(site, f"{language}/{path}")
            assert not fragment or at(document, fragment) is not None


def test_the_first_page_tells_what_is_missing_in_numbers_of_the_data(site: Site) -> None:
    text = said(at(page(site, "en/"), "missing"))
    gaps = len(site.graph.subjects(TYPE, ONTOLOGY + "Gap"))
    resolutions = len(site.graph.subjects(TYPE, ONTOLOGY + "Resolution"))
    assert f"All {gaps} gaps" in text
    assert f"of {resolutions} resolutions" in text


def test_arabic_pages_run_from_right_to_left_and_mark_what_is_english(site: Site) -> None:
    document = page(site, "ar/session/53/")
    assert (document.get("lang"), document.get("dir")) == ("ar", "rtl")
    assert said(document.find(".//h1")) == "الدورة السنوية الثالثة والخمسون"
    assert "15–18 سبتمبر 2014" in said(document.xpath("//*[@class='strap']")[0])
    quote = at(document, "heldIn").find(".//q")
    assert (quote.get("lang"), quote.get("dir")) == ("en", "ltr")
    [theme] = at(page(site, "ar/session/62/"), "theme").xpath(".//*[@class='val']//bdi")
    assert (theme.get("lang"), theme.get("dir")) == ("en", "ltr")


def test_an_arabic_page_tells_of_the_item_in_arabic(site: Site) -> None:
    document = page(site, "ar/meeting/oewg-2/")
    told = document.xpath("//*[@class='claim gap']//*[@class='val'] | //*[@class='reason'] | //*[@class='sum']")
    assert len(told) > 8
    assert [text for one in told if re.search("[A-Za-z]{3}", text := said(one))] == []
    assert "الفقرة 2" in said(at(document, "heldIn"))


def messages() -> Iterator[str]:
    """Every message of the site: those that templates and code say, and those that stand in tables."""
    folder = Path(words.__file__).parent
    for path in sorted(folder.rglob("*.html")):
        yield from (found[1] for found in re.findall(r"""(?:\bsay|\b_)\(\s*(['"])(.+?)\1""", path.read_text("utf-8")))
    for path in sorted(folder.rglob("*.py")):
        with path.open("rb") as file:
            for _, found, _, _ in extract("python", file, {"say": None}):
                yield from (text for text in ([found] if isinstance(found, str) else found) if text not in LANGUAGES)
    yield from (part.heading for parts in layouts.LAYOUTS.values() for part in parts)
    yield from (layouts.REST.heading, layouts.UNKNOWN.heading)
    tables = (phrases.PLURALS, phrases.KINDS, phrases.STANDINGS, phrases.ABOUT, phrases.POINTING, phrases.PROPERTIES)
    for table in (*tables, phrases.MISSING):
        yield from table.values()
    yield from (column.heading for found in (*columns.COLUMNS.values(), columns.CONCEPTS) for column in found)
    yield from (question for question, _ in home.ASKED)


def test_no_message_is_without_its_arabic() -> None:
    wanted = {message for message in messages() if message}
    assert len(wanted) > 250
    assert sorted(wanted - words.catalogue("ar").keys()) == []


def test_what_the_editors_say_is_in_arabic_nearly_everywhere(loaded: graph.Graph) -> None:
    """A new text may wait for its Arabic, and is shown in English until then; not many may."""
    for name in ("summary", "missing", "reason", "note", "searched", "extentRead"):
        facts = [q for q in loaded.store.quads_for_pattern(None, ox.NamedNode(ONTOLOGY + name), None, None)]
        texts = [q.object.value for q in facts if isinstance(q.object, ox.Literal) and q.object.language == "en"]
        assert len(texts) > 50
        waiting = [text for text in texts if not words.translated(text, "ar")]
        assert len(waiting) < len(texts) / 20, name


def test_what_is_translated_of_the_record_is_in_the_record(loaded: graph.Graph) -> None:
    texts = {quad.object.value for quad in loaded.store if isinstance(quad.object, ox.Literal)}
    forms = {re.sub(r"\d[\d.,/]*\d|\d", "#", text) for text in texts}
    translated = words.recorded("ar")
    assert len(translated) > 300
    assert sorted(translated.keys() - texts - forms) == []
    assert [text for text, arabic in translated.items() if text.count("#") != arabic.count("#")] == []


def test_arabic_messages_keep_the_places_of_what_is_filled_in() -> None:
    def places(text: str) -> set[str]:
        return set(re.findall(r"{(\w+)}", text))

    found = words.catalogue("ar")
    assert found
    assert [english for english, arabic in found.items() if places(english) != places(arabic)] == []


@cache
def _targets(site: Site) -> frozenset[str]:
    return frozenset(site.paths())


def check(site: Site, path: str) -> set[str]:
    """What holds of every page: its size, one heading, addresses used once, no IRI for a name. Gives its addresses."""
    answer = site.answer(path)
    assert answer.status == 200, path
    assert len(answer.body) < MOST, f"{path}: {len(answer.body)} bytes"
    document = markup.document_fromstring(answer.body.decode())
    ids = document.xpath("//@id")
    assert len(ids) == len(set(ids)), path
    assert [bool(said(heading)) for heading in document.findall(".//h1")] == [True], path
    assert said(document.find(".//title")), path
    for tools in document.xpath("//*[@class='tools']"):  # where addresses are what is meant
        tools.drop_tree()
    assert "w3id.org/aalco-kg" not in said(document.find("body")), path
    assert not [link for link in document.xpath("//a") if said(link).startswith("http")], path
    for link in document.xpath("//a"):
        assert link.text_content().strip() or link.get("aria-label"), f"{path}: a link without a name"
    return set(ids)


def leads_somewhere(site: Site, path: str) -> None:
    """Every link of a page leads to a page of the site, and within the page to an address that it has."""
    document = page(site, path)
    links = [link for link in document.xpath("//a/@href") if not link.startswith(("http", "mailto:"))]
    assert links
    for link in links:
        there, _, fragment = link.partition("#")
        whole = posixpath.normpath(posixpath.join("/" + path, there)).strip("/") if there else path
        assert {whole, whole + "/"} & _targets(site), f"{path} leads to {link}"
        assert there or not fragment or document.xpath("//*[@id=$id]", id=fragment), f"{path} leads to {link}"


def test_a_page_of_every_class_holds_in_both_languages(site: Site) -> None:
    for path in one_of_each(site):
        for language in ("en", "ar"):
            check(site, f"{language}/{path}")
            leads_somewhere(site, f"{language}/{path}")


@pytest.mark.slow
def test_every_page_holds_and_shows_every_record_of_its_thing(site: Site) -> None:
    wanted: dict[str, set[str]] = {}
    for class_ in sorted(RECORDS):
        for node in site.graph.subjects(TYPE, class_):
            name, _, fragment = node.removeprefix(BASE).partition("#")
            wanted.setdefault(name, set()).add(fragment)
    seen = 0
    for section in (home, records, lists, things):
        for path in section.paths(site.graph):
            for language in LANGUAGES:
                ids = check(site, f"{language}/{path}")
                assert wanted.get(path.rstrip("/"), set()) <= ids, path
                seen += 1
    assert seen > 3900
    assert len(wanted) > 1000


HOSTILE = (
    "<script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>",
    "\u202egnorw\u2066 side",
    "very long " * 200,
    "unbroken" * 200,
    "{{ 7 * 7 }} {% raw %}",
    "",
    " ",
)


@pytest.fixture(scope="module")
def hostile() -> Site:
    """A site whose every text is hostile, each in its turn."""
    triples = graph.read(files.ontology_files() + files.data_files())
    texts = 0

    def turned(term: ox.Literal) -> ox.Literal:
        nonlocal texts
        texts += 1
        return ox.Literal(HOSTILE[texts % len(HOSTILE)], language=term.language)

    return Site(
        graph.Graph(
            ox.Triple(t.subject, t.predicate, turned(t.object))
            if isinstance(t.object, ox.Literal) and t.object.language
            else t
            for t in triples
        )
    )


def test_a_hostile_text_in_any_field_harms_no_page(site: Site, hostile: Site) -> None:
    shown = 0
    for path in one_of_each(site):
        for language in ("en", "ar"):
            tame, wild = page(site, f"{language}/{path}"), page(hostile, f"{language}/{path}")
            assert len(wild.findall(".//script")) == len(tame.findall(".//script")), path
            assert not wild.xpath("//*[@onerror] | //img[@src='x']"), path
            assert all(said(link) or link.get("aria-label") for link in wild.xpath("//a")), path
            text = wild.text_content()
            assert " 49 " not in text or " 49 " in tame.text_content(), path
            shown += "<script>alert(1)</script>" in text
            head = said(wild.find(".//title")) + "".join(wild.xpath("//meta/@content"))
            assert "\u202e" not in head, path
            assert len(said(wild.find(".//title"))) < 200, path
            for element in wild.iter():  # what turns the direction of text ends with its element
                if isinstance(element.tag, str) and element.tag != "script" and "\u202e" in (element.text or ""):
                    isolated = element.tag in ("bdi", "a", "q", "i")
                    assert isolated, f"{path}: {element.tag}"
                assert "\u202e" not in (element.tail or "") or element.getparent().tag == "i", path
    assert shown > 20


def test_a_page_that_is_not_there_says_so(site: Site) -> None:
    for path in ("en/session/999/", "en/nothing/", "ar/gap/nothing/", "en/session/page/2/", "en/session/53", "xx/"):
        answer = site.answer(path)
        assert answer.status == 404, path
        assert b"<h1>" in answer.body, path
