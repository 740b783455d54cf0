"""The pages of special views, questions, SPARQL and the ontology."""

import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import http_client
import pytest

from aalco_kg import queries, table
from aalco_kg.files import HOME
from aalco_kg.graph import Graph
from aalco_kg.site import answers, chart, comparing, ontology, overviews, positions, questions, sparql, world
from aalco_kg.site.pages import Site
from aalco_kg.site.rendering import Page
from aalco_kg.site.words import catalogue
from aalco_kg.terms import BASE
from aalco_kg.views.matrix import Known, matrix, positions_of
from aalco_kg.views.places import host_cities
from aalco_kg.views.timeline import LANES, timeline

SECTIONS = (overviews, positions, questions, comparing, ontology, sparql)
GOLDEN = HOME / "tests" / "golden"


@pytest.fixture(scope="module")
def site(loaded: Graph) -> Site:
    return Site(loaded)


def text(site: Site, path: str, **query: str) -> str:
    response = site.answer(path, query)
    assert response.status == 200, path
    return response.body.decode()


def sample(graph: Graph) -> Iterator[str]:
    """Each kind of page: all where they are few, some where they are many."""
    for section in SECTIONS:
        found = list(section.paths(graph))
        yield from found if len(found) < 20 else found[:: len(found) // 20]


class Links(HTMLParser):
    """The addresses and the fragments of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.hrefs: list[str] = []
        self.ids: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "a" and found.get("href"):
            self.hrefs.append(str(found["href"]))
        if found.get("id"):
            self.ids.append(str(found["id"]))


@pytest.mark.slow
def test_every_page_is_there_in_both_languages_and_small(site: Site) -> None:
    paths = list(sample(site.graph))
    assert len(paths) > 60
    for path in paths:
        for language in ("en", "ar"):
            html = text(site, f"{language}/{path}")
            assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in html
            assert len(re.findall("<h1[ >]", html)) == 1, path
            assert len(html.encode()) < 60_000, (path, len(html.encode()))


@pytest.mark.slow
def test_an_identifier_stands_once_on_a_page_and_each_link_within_it_leads_to_one(site: Site) -> None:
    for path in sample(site.graph):
        page = Links(text(site, f"en/{path}"))
        assert sorted(page.ids) == sorted(set(page.ids)), path
        inner = {href[1:] for href in page.hrefs if href.startswith("#")}
        assert inner <= set(page.ids), (path, inner - set(page.ids))


@cache
def _paths(site: Site) -> frozenset[str]:
    return frozenset(site.paths())


@pytest.mark.slow
def test_every_link_to_another_page_leads_to_one(site: Site) -> None:
    seen = 0
    for path in sample(site.graph):
        for href in Links(text(site, f"en/{path}")).hrefs:
            if href.startswith(("http:", "https:", "#", "mailto:")):
                continue
            parts = f"en/{path}{re.split('[?#]', href)[0]}".split("/")
            there: list[str] = []
            for part in parts:
                there = there[:-1] if part == ".." else there if part == "." else [*there, part]
            seen += 1
            assert "/".join(there) in _paths(site), (path, href)
    assert seen > 2_000


def test_no_message_of_these_pages_lacks_its_arabic() -> None:
    templates = HOME / "scripts" / "aalco_kg" / "site" / "templates"
    mine = [path for path in templates.glob("*.html") if "view.html" in path.read_text("utf-8")]
    mine += [templates / name for name in ("macros-views.html", "part-nav.html", "timeline.svg.html")]
    messages = {
        match[1] for path in mine for match in re.finditer(r'(?:\b_|page\.say)\("([^"]+)"', path.read_text("utf-8"))
    }
    messages |= {text for overview in overviews.OVERVIEWS for text in (overview.title, overview.about)}
    messages |= {*questions.SUBJECTS.values(), *(name for name, _, _ in world._REGIONS)}
    columns = {name for query in queries.catalogue().values() for name in query.columns}
    messages |= {questions.heading(name) for name in columns}
    assert len(messages) > 250
    assert sorted(messages - catalogue("ar").keys()) == []


def test_every_question_has_its_arabic_words() -> None:
    for query in queries.catalogue().values():
        arabic = query.words("ar")
        assert arabic.summary.endswith("؟"), query.name
        assert list(arabic.columns) == list(query.columns), query.name
        assert set(arabic.params) == {parameter.name for parameter in query.parameters}, query.name
        written = [arabic.summary, arabic.description, *arabic.columns.values(), *arabic.params.values()]
        assert all(re.search("[\u0600-\u06ff]", one) for one in written), query.name
        assert query.words("en").summary == query.summary


def test_every_question_is_on_the_list(site: Site) -> None:
    html = text(site, "en/question/")
    assert {query.tags[0] for query in queries.catalogue().values()} == set(questions.SUBJECTS)
    for name in queries.catalogue():
        assert f'href="{name}/"' in html


@pytest.mark.parametrize("name", ["sessions", "positions", "gaps", "position-matrix"])
def test_the_file_of_an_answer_is_the_golden_answer(name: str, site: Site) -> None:
    response = site.answer(f"answers/{name}.csv")
    assert response.media == "text/csv; charset=utf-8"
    assert response.body.decode().replace("\r\n", "\n") == (GOLDEN / f"{name}.csv").read_text(encoding="utf-8")
    assert site.answer(f"answers/{name}.json").media == "application/sparql-results+json"


def test_an_answer_picked_from_all_rows_is_that_of_the_query(loaded: Graph) -> None:
    picked = [asked for asked in answers.ready(loaded) if answers._picked(loaded, asked) is not None]
    assert len(picked) > 80
    for asked in picked[::6]:
        answer = table.run(loaded, asked.query.bind(loaded, dict(asked.given)))
        assert answers.rows(loaded, asked) == answer, asked


def test_the_pages_of_a_long_answer_hold_all_its_rows(site: Site) -> None:
    total = len(answers.rows(site.graph, answers.Asked("gaps")).rows)
    paths = [path for path in questions.paths(site.graph) if re.fullmatch(r"question/gaps/(page/\d+/)?", path)]
    rows = [len(re.findall("<tr>", text(site, f"en/{path}").partition("<tbody>")[2])) for path in paths]
    assert len(paths) == -(-total // questions.ROWS)
    assert sum(rows) == total
    assert site.answer(f"en/question/gaps/page/{len(paths) + 1}/").status == 404


def test_a_form_and_a_page_made_beforehand_give_the_same_answer(site: Site) -> None:
    def rows(html: str) -> list[str]:
        return [re.sub(r'(href=")(\.\./)*', r"\1", row) for row in re.findall("<tr>.*?</tr>", html, re.S)]

    made = text(site, "en/question/session/53/")
    assert rows(made) == rows(text(site, "en/question/session/", ordinal="53"))
    assert len(rows(made)) > 20
    assert 'rel="bookmark"' in made


def test_a_wrong_or_hostile_choice_is_answered_in_words(site: Site) -> None:
    assert "There is no state called" in text(site, "en/question/positions/", state="atlantis")
    assert "takes a whole number" in text(site, "en/question/session/", ordinal="many")
    for hostile in ("<script>alert(1)</script>", '"><b>', "\u202e", "x" * 5_000, "state/<x>"):
        for path, name in (("positions", "state"), ("search", "text"), ("session", "ordinal"), ("nothing", "x")):
            response = site.answer(f"en/question/{path}/", {name: hostile})
            assert response.status == (404 if path == "nothing" else 200)
            assert b"<script>alert" not in response.body
    assert (
        site.answer("en/sparql/", {"query": "</textarea><script>alert(1)</script>"}).body.count(b"<script>alert") == 0
    )
    assert "One of the two is not known here" in text(site, "en/compare/", kind="state", one="cn", other="<b>")


def test_an_empty_answer_says_that_nothing_is_known(site: Site) -> None:
    assert "nothing is known here, not that there is nothing" in text(site, "en/question/search/", text="qqqqqq")


def test_the_source_of_a_row_is_a_link_with_the_number_of_others(site: Site) -> None:
    html = text(site, "en/question/item-origin/")
    assert re.search(r'<a href="[^"]*source/[^"]*">[^<]+</a> <a class="count" href="[^"]*#notes">and 1 more</a>', html)


def test_an_answer_says_how_to_cite_it_and_how_to_get_it_again(site: Site) -> None:
    html = text(site, "en/question/positions/state/cn/")
    assert "answer to the query positions, state state/cn; aalco-kg 0.1.0" in html
    assert "aalco query positions --state state/cn --format csv" in html


def test_the_cells_of_the_matrix_say_which_kind_of_empty_they_are(site: Site) -> None:
    html = text(site, "en/positions/")
    shown = matrix(site.graph)
    for kind, cell in (("silent", '<td class="silent">P'), ("absent", '<td class="absent">N'), ("unknown", "<td>?")):
        assert html.count(f"{cell}</td>") == shown.count(Known(kind)) > 0
    assert html.count('<td class="spoke">') == shown.count(Known.spoke)
    assert html.count('<th scope="col"') == len(shown.states) + 1


def test_what_stands_behind_a_column_of_the_matrix_is_told_on_a_page_of_its_own(site: Site) -> None:
    whole, shown = text(site, "en/positions/"), matrix(site.graph)
    joint = 0
    for state in shown.states:
        path = state.removeprefix(BASE)
        assert whole.count(f'href="{path}/"') >= 2  # from its column, and once more in the list
        html = text(site, f"en/positions/{path}/")
        for position in positions_of(site.graph, state):
            slug = position.rpartition("/")[2]
            assert html.count(f'id="{slug}"') == 1
            joint += slug == "china-korea-japan-vietnam-61"
        silent = any(shown.cells[state, topic].known is Known.silent for topic in shown.topics)
        assert ('id="silent"' in html) == silent
    assert joint == 4  # under each who holds it


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_marks_of_the_timeline_stand_in_their_lanes(language: str, loaded: Graph) -> None:
    drawn = chart.chart(Page(loaded, f"{language}/timeline/", language), timeline(loaded))
    lanes = dict(drawn.lanes)
    assert [lane for lane, _ in drawn.lanes] == list(LANES)
    for mark in drawn.marks:
        assert 0 < mark.x < drawn.width
        assert 0 < mark.x + mark.wide < drawn.width
        assert abs(mark.y - lanes[mark.event.lane]) <= chart.LANE / 2
    by_date = [mark.x for mark in drawn.marks if mark.event.lane == "sessions"]
    assert by_date == sorted(by_date, reverse=language == "ar")
    assert len({(mark.x, mark.y) for mark in drawn.marks}) == len(drawn.marks)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_no_name_on_the_map_runs_into_another(language: str, loaded: Graph) -> None:
    page = Page(loaded, f"{language}/map/", language)
    drawn = world.world(page, host_cities(loaded))
    boxes = [
        world.box(page.label(dot.city.city), dot.x, dot.y, dot.radius, dot.anchor, dot.shift) for dot in drawn.dots
    ]
    assert len(boxes) > 20
    assert [(a, b) for i, a in enumerate(boxes) for b in boxes[:i] if a.meets(b)] == []
    assert all(box.left > 0 and box.right < drawn.width for box in boxes)


def test_the_drawings_have_their_tables(site: Site) -> None:
    for path, marks in (("timeline/", len(timeline(site.graph))), ("map/", len(host_cities(site.graph)))):
        html = text(site, f"en/{path}")
        body = html.partition("<tbody>")[2].partition("</tbody>")[0]
        assert body.count('<th scope="row">') == marks
        assert "<svg" in html


def test_the_editor_is_used_only_where_it_is_installed(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def page() -> str:
        sparql._editor.cache_clear()
        return text(Site(site.graph), "en/sparql/")

    monkeypatch.setattr(sparql, "_EDITOR", tmp_path)
    assert "static/editor/" not in page()
    assert list(sparql.file_paths(site)) == []
    for name in ("yasgui.min.js", "yasgui.min.css"):
        (tmp_path / name).write_text("x")
    assert "static/editor/yasgui.min.js" in page()
    assert site.answer("static/editor/yasgui.min.css").body == b"x"
    assert site.answer("static/editor/other").status == 404
    sparql._editor.cache_clear()


def test_the_form_of_the_sparql_page_takes_a_question_as_an_example(site: Site) -> None:
    html = text(site, "en/sparql/", question="session")
    assert "aalco:number 53" in html.replace("&#34;53&#34;^^&lt;http://www.w3.org/2001/XMLSchema#integer&gt;", "53")
    assert 'method="post" action="./" data-endpoint="../../sparql"' in html
    assert "SELECT" in text(site, "en/sparql/", question="nothing")


def test_a_term_is_shown_with_rules_questions_and_examples(site: Site) -> None:
    html = text(site, "en/ontology/property/heldIn/")
    for piece in (
        "held in",
        "aalco:heldIn",
        "schema:location",
        "This meeting has a wrong held in",
        "question/sessions/",
    ):
        assert piece in html
    assert site.answer("en/ontology/class/heldIn/").status == 404
    assert site.answer("en/ontology/property/nothing/").status == 404


def test_a_pair_that_is_not_made_beforehand_is_compared_all_the_same(site: Site) -> None:
    assert "compare/session/1/63/" not in set(comparing.paths(site.graph))
    assert "First Annual Session" in text(site, "en/compare/session/1/63/")
    assert site.answer("en/compare/session/1/164/").status == 404
    assert site.answer("en/compare/topic/x/y/").status == 404


def test_the_sparql_page_shows_the_answer_of_the_endpoint(served: str) -> None:
    def asked(query: str, language: str = "en") -> http_client.Got:
        return http_client.ask(
            f"{served}/{language}/sparql/",
            "POST",
            body=http_client.fields(query=query),
            Content_Type="application/x-www-form-urlencoded",
        )

    select = (
        "SELECT ?city { <https://w3id.org/aalco-kg/id/session/53> <https://w3id.org/aalco-kg/ontology#heldIn> ?city }"
    )
    answer = asked(select)
    assert answer.status == 200
    assert '<td><a href="../place/tehran/">Tehran</a></td>' in answer.text
    assert "aalco-kg/ontology#heldIn&gt;" in answer.text  # the query is still in the form
    assert ">طهران</a></td>" in asked(select, "ar").text
    assert "<p>yes</p>" in asked("ASK { ?s ?p ?o }").text
    assert "place/tehran&gt; " in asked("DESCRIBE <https://w3id.org/aalco-kg/id/place/tehran>").text.replace(
        "> ", "&gt; "
    )
    wrong = asked("SELECT <script>")
    assert wrong.status == 400
    assert "Not SPARQL." in wrong.text
    assert "<script>" not in wrong.text.partition("<main")[2]
    assert asked("DROP ALL").status == 403
    assert http_client.ask(f"{served}/fr/sparql/", "POST", body="query=x").status == 404


def test_a_form_of_a_question_is_answered_by_the_server(served: str) -> None:
    made = http_client.ask(
        f"{served}/en/question/positions/", query=http_client.fields(state="cn", topic="sovereignty")
    )
    assert made.status == 200
    assert "<small>State: China</small>" in made.text
    api = "api/queries/positions?state=state%2Fcn&topic=topic%2Fsovereignty"
    assert f'href="../../../{api.replace("&", "&amp;")}"' in made.text
    answer = http_client.ask(f"{served}/{api}", Accept="text/csv")
    assert answer.text.count("\n") == 1 + len(re.findall("<tr>", made.text.partition("<tbody>")[2]))
