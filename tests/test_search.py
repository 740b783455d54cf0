"""Search: what readers type finds what they mean, in the browser as on the server."""

import json
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest
from conftest import missing

from aalco_kg.fold import fold
from aalco_kg.graph import Graph
from aalco_kg.site import pages, search
from aalco_kg.site.addresses import page_of
from aalco_kg.terms import BASE, DATASET
from aalco_kg.views.search import Found, index, words

STATIC = Path(pages.__file__).parent / "static"
# What a reader types, and the thing that stands first.
SEARCHES = {
    "soverignty": "topic/sovereignty",
    "sovreig": "topic/sovereignty",
    "China": "state/cn",
    "cn": "state/cn",
    "CHN": "state/cn",
    "people's republic of china": "state/cn",
    "PEOPLE’S REPUBLIC OF CHINA": "state/cn",
    "turkiye": "state/tr",
    "Turkey": "state/tr",
    "in": "state/in",
    "RES/55/S 17": "resolution/res-55-s-17",
    "res 55 s 17": "resolution/res-55-s-17",
    "A/RES/60/45": "instrument/a-res-60-45",
    "58": "session/58",
    "58th session": "session/58",
    "fifty eighth annual session": "session/58",
    "tehran 2014": "session/53",
    "Tehran": "place/tehran",
    "hangzhou": "place/hangzhou",
    "hangzou": "meeting/oewg-4",
    "working group 2": "meeting/oewg-2",
    "fourth meeting working group": "meeting/oewg-4",
    "un charter 51": "instrument/un-charter/article/51",
    "tallinn manual": "instrument/tallinn-manual-1",
    "questionaire": "document/questionnaire-2019",
    "special study": "document/special-study-2017",
    "plan of action of the working group": "decision/plan-of-action-57",
    "Zhang Jun": "person/zhang-jun",
    "non intervention": "topic/non-intervention",
    "the use of force": "topic/use-of-force",
    "الصين": "state/cn",
    "صين": "state/cn",
    "إيران": "state/ir",
    "ايران": "state/ir",
    "السيادة": "topic/sovereignty",
    "سيادة": "topic/sovereignty",
    "استخدام القوه": "topic/use-of-force",
    "الدورة 58": "session/58",
    "الدوره السنويه الثامنه والخمسون": "session/58",
    "اعلان كمبالا": "declaration/kampala-human-rights",
    "طهران": "place/tehran",
    "تشانغ جون": "person/zhang-jun",
    "who proposed the item": "query/agenda-items",
    "which states published national positions": "query/national-positions",
    "heldIn": "ontology#heldIn",
    "session": "session/1",
}


def found(loaded: Graph, text: str, **limits: object) -> list[str]:
    return [
        entry.iri.removeprefix(BASE).removeprefix(f"{DATASET}/")
        for entry in index(loaded).search(text, **limits).entries
    ]  # type: ignore[arg-type]


@pytest.mark.parametrize(("text", "first"), SEARCHES.items())
def test_what_is_meant_stands_first(loaded: Graph, text: str, first: str) -> None:
    assert found(loaded, text)[:1] == [first]


@pytest.fixture(scope="session")
def browser(loaded: Graph, tmp_path_factory: pytest.TempPathFactory):
    """The script of the site in Node.js, on the index that the site sends: `answers(searches)` and `folded(texts)`."""
    node = shutil.which("node", path=sysconfig.get_path("scripts")) or shutil.which("node")
    if node is None:
        missing("node")
    folder = tmp_path_factory.mktemp("search")
    (folder / "index.js").write_text(search.script(loaded), encoding="utf-8")
    program = f"""
        const fs = require("fs"), vm = require("vm"), asked = JSON.parse(fs.readFileSync(0, "utf8"));
        for (const file of [{json.dumps(str(STATIC / "search.js"))}, {json.dumps(str(folder / "index.js"))}])
          vm.runInThisContext(fs.readFileSync(file, "utf8"));
        const search = aalcoSearch.open(aalcoIndex), path = (number) => aalcoIndex.rows[number][0];
        console.log(JSON.stringify(asked.map(([what, ...rest]) => {{
          if (what !== "search") return aalcoSearch[what](...rest);
          const answer = search(...rest);
          return [answer.numbers.map(path), Object.fromEntries(answer.kinds), Object.fromEntries(answer.years)];
        }})));
    """

    def ask(asked: list[list[object]]) -> list[object]:
        ran = subprocess.run(
            [node, "-e", program], input=json.dumps(asked), capture_output=True, text=True, timeout=120
        )
        assert ran.returncode == 0, ran.stderr
        return json.loads(ran.stdout)

    return ask


def as_rows(found: Found) -> list[object]:
    paths = [str(page_of(entry.iri, "")).strip("/") for entry in found.entries]
    return [paths, found.kinds, {str(year): number for year, number in found.years.items()}]


def test_browser_and_server_answer_alike(loaded: Graph, browser) -> None:
    asked = [["search", text] for text in [*SEARCHES, "xyzzy", "", "  ", "of the", "--", "<script>", "a" * 200]]
    asked += [["search", "cyberspace", "Document"], ["search", "cyberspace", "", 2019], ["search", "", "State", 0]]
    here = [as_rows(index(loaded).search(*rest)) for _, *rest in asked]  # type: ignore[arg-type]
    for (_, *rest), answer, expected in zip(asked, browser(asked), here, strict=True):
        assert answer == expected, rest


def test_browser_and_server_fold_alike(loaded: Graph, browser) -> None:
    texts = sorted({text for labels in loaded.labels.values() for text in labels.values()})
    texts += ["STRASSE Straße", "İstanbul", "الأُمَّةُ المُتَّحِدَة", "مـــد", "Œuvre", "Ａ１", "58th 1st", "x" * 300]
    assert len(texts) > 3000
    assert browser([["fold", text] for text in texts]) == [fold(text) for text in texts]
    assert browser([["words", text] for text in texts]) == [words(text) for text in texts]


def test_every_question_and_every_term_is_found_by_its_name_in_both_languages(loaded: Graph) -> None:
    entries = [entry for entry in index(loaded).entries if entry.type in ("Question", "Term")]
    assert len(entries) > 200
    for entry in entries[::5]:
        for label in entry.labels:
            assert entry.iri in [one.iri for one in index(loaded).search(label, entry.type).entries], label


def test_counts_say_what_choosing_would_show(loaded: Graph) -> None:
    whole = index(loaded).search("cyberspace")
    assert whole.kinds["Document"] == len(found(loaded, "cyberspace", kind="Document")) > 5
    assert whole.years[2019] == len(found(loaded, "cyberspace", year=2019)) > 3
    assert sum(whole.kinds.values()) == len(whole.entries)
    chosen = index(loaded).search("cyberspace", kind="Document")
    assert chosen.kinds == whole.kinds  # other kinds can still be chosen


def test_the_page_answers_without_javascript(loaded: Graph) -> None:
    site = pages.Site(loaded)
    html = site.answer("en/search/", {"q": "soverignty"}).body.decode()
    assert '<a href="../topic/sovereignty/">sovereignty</a>' in html
    assert '<a href="?q=soverignty&amp;kind=Topic">' in html
    assert "<p>Nothing answers." in site.answer("en/search/", {"q": "xyzzy"}).body.decode()
    arabic = site.answer("ar/search/", {"q": "سيادة", "kind": "Topic"}).body.decode()
    assert '<a href="../topic/sovereignty/">السيادة</a>' in arabic
    assert 'aria-current="true"' in arabic
    found = site.answer("ar/search/", {"q": "موقفا وطنيا", "kind": "Question"}).body.decode()
    assert '<a href="../question/national-positions/">' in found
    assert 'kind=Question" aria-current="true">سؤال</a>' in found
    assert (
        '<a href="../ontology/property/heldIn/">held in</a>' in site.answer("en/search/", {"q": "heldIn"}).body.decode()
    )


@pytest.mark.parametrize(
    "query",
    [
        {"year": "x"},
        {"year": "٢٠١٤"},
        {"kind": "<b>"},
        {"q": '"><script>alert(1)</script>'},
        {"q": "\x00\u202e"},
        {"q": "a" * 9999},
    ],
)
def test_no_query_harms_the_page(loaded: Graph, query: dict[str, str]) -> None:
    answer = pages.Site(loaded).answer("en/search/", query)
    assert answer.status == 200
    assert b"<script>alert" not in answer.body
    assert b"\x00" not in answer.body
    assert len(answer.body) < 60_000


def test_the_index_is_small(loaded: Graph) -> None:
    import gzip

    assert len(gzip.compress(search.script(loaded).encode())) < 250_000


def test_every_name_is_in_the_index_of_names(loaded: Graph) -> None:
    site = pages.Site(loaded)
    letters = [path for path in site.pages() if path.startswith("index/") and path != "index/"]
    assert len(letters) > 40
    text = "".join(site.answer(f"en/{path}").body.decode() for path in letters)
    for name in ("../../session/58/", "../../state/cn/", "../../topic/sovereignty/", "../../resolution/res-55-s-17/"):
        assert text.count(f'href="{name}"') >= 2, name  # in Latin and in Arabic letters
    assert all(len(site.answer(f"ar/{path}").body) < 60_000 for path in letters)
