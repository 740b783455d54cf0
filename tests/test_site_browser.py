"""Every kind of page as people meet it: with assistive technology, a keyboard, no script, a phone, in the dark."""

import json
import os
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import chromium, watched
from conftest import missing
from http_client import ask
from playwright.sync_api import Browser, expect

from aalco_kg.files import HOME
from aalco_kg.graph import Graph
from aalco_kg.site.pages import Site

pytestmark = pytest.mark.slow
NODE_MODULES = HOME / "tests/node/node_modules"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


def test_everything_can_be_read_and_found_without_javascript(loaded: Graph, served: str, browser: Browser) -> None:
    with watched(browser, served, java_script_enabled=False) as visit:
        page = visit.page()
        page.goto(f"{served}/ar/")
        page.get_by_role("searchbox").fill("سيادة")
        page.get_by_role("button", name="بحث").click()
        expect(page).to_have_url(f"{served}/ar/search/?q=%D8%B3%D9%8A%D8%A7%D8%AF%D8%A9")
        expect(page.locator("ol.hits li").first).to_contain_text("السيادة")
        page.goto(f"{served}/en/session/53/")
        page.get_by_role("searchbox").fill("soverignty")
        page.get_by_role("searchbox").press("Enter")
        expect(page.locator("ol.hits li").first).to_contain_text("sovereignty")
        page.locator(".facets").get_by_role("link", name="position").click()
        expect(page.locator("#found")).to_contain_text("Results: 2")
        page.locator("ol.hits a").first.click()
        expect(page.locator("h1")).to_contain_text("sovereignty")
        page.get_by_text("Cite this page", exact=True).click()
        expect(page.locator("#cite-text")).to_contain_text("https://w3id.org/aalco-kg/id/position/")
        assert visit.faults == []


def test_the_search_box_is_a_combobox_for_the_keyboard(served: str, browser: Browser) -> None:
    with watched(browser, served) as visit:
        page = visit.page()
        page.goto(f"{served}/en/session/53/")
        box = page.get_by_role("combobox")
        expect(box).to_have_attribute("aria-expanded", "false")
        box.press_sequentially("hangzou")
        options = page.get_by_role("option")
        expect(options.first).to_contain_text("Fourth Meeting")
        expect(page.locator("form.search [role=status]")).to_have_text(f"Results: {options.count()}")
        expect(box).to_have_attribute("aria-expanded", "true")
        box.press("ArrowDown")
        active = box.get_attribute("aria-activedescendant")
        expect(page.locator(f"#{active}")).to_have_attribute("aria-selected", "true")
        box.press("Escape")
        expect(page.get_by_role("listbox")).to_be_hidden()
        box.press("ArrowDown")
        box.press("Enter")
        expect(page).to_have_url(f"{served}/en/meeting/oewg-4/")
        assert visit.faults == []


def test_results_follow_what_is_typed_and_their_address_can_be_shared(served: str, browser: Browser) -> None:
    links = "e => [...e.querySelectorAll('a')].map(a => [a.getAttribute('href'), a.textContent])"
    with watched(browser, served) as visit:
        page = visit.page()
        page.goto(f"{served}/en/search/")
        page.get_by_role("searchbox").press_sequentially("soverignty")
        expect(page.locator("#found")).to_have_text("Results: 10")
        expect(page).to_have_url(f"{served}/en/search/?q=soverignty")
        page.reload()  # now the server answers
        expect(page.locator("#found")).to_have_text("Results: 10")
        first = page.locator("#results").evaluate(links)
        page.get_by_role("searchbox").press("End")
        page.get_by_role("searchbox").press("Backspace")
        page.get_by_role("searchbox").press_sequentially("y")
        expect(page.locator("#found")).to_have_text("Results: 10")
        assert page.locator("#results").evaluate(links) == first != []  # the script's list is the server's
        assert visit.faults == []


def test_the_keyboard_reaches_everything_in_the_order_of_the_page(served: str, browser: Browser) -> None:
    reachable = """() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')]
        .filter(e => e.tabIndex >= 0 && e.checkVisibility()).length"""
    seen = """() => { const e = document.activeElement, r = e.getBoundingClientRect();
        return [e.tagName, e.textContent.trim().slice(0, 40) || e.id, r.width > 0 && r.height > 0,
                [...document.querySelectorAll('*')].indexOf(e)]; }"""
    with watched(browser, served) as visit:
        page = visit.page()
        for path in ("en/session/53/", "ar/state/cn/", "en/search/?q=china"):
            page.goto(f"{served}/{path}")
            page.keyboard.press("Tab")
            assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
            expected = page.evaluate(reachable)
            order = [page.evaluate(seen)]
            for _ in range(expected + 5):
                page.keyboard.press("Tab")
                now = page.evaluate(seen)
                if now[0] == "BODY" or now[3] == order[0][3]:
                    break
                order.append(now)
            places = [place for *_, place in order]
            assert places == sorted(places), path
            assert len(order) == expected, path
            assert all(visible for _, _, visible, _ in order), [line for line in order if not line[2]]
        page.goto(f"{served}/en/session/53/")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_a_query_is_written_in_the_editor_where_it_is_installed_else_in_the_plain_form(
    served: str, browser: Browser
) -> None:
    if not (NODE_MODULES / "@zazuko/yasgui/build/yasgui.min.js").exists():
        missing("@zazuko/yasgui")
    with watched(browser, served) as visit:
        page = visit.page()
        page.goto(f"{served}/en/sparql/?question=session")
        expect(page.locator("textarea[name=query]")).to_be_hidden()
        expect(page.locator(".CodeMirror-code")).to_contain_text("AnnualSession")
        expect(page.locator(".CodeMirror .cm-keyword").first).to_be_visible()  # the query is coloured
        page.locator(".CodeMirror-code").click()
        page.keyboard.press("Control+a")
        page.keyboard.insert_text("ASK { ?session a <https://w3id.org/aalco-kg/ontology#AnnualSession> }")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name="Ask")).to_be_focused()  # the keyboard leaves the editor
        page.keyboard.press("Enter")
        expect(page.locator("#result")).to_have_text("yes")
        assert visit.faults == []
    with watched(browser, served, java_script_enabled=False) as visit:
        page = visit.page()
        page.goto(f"{served}/en/sparql/")
        page.locator("textarea[name=query]").fill("ASK {}")
        page.get_by_role("button", name="Ask").click()
        expect(page.locator("#result")).to_contain_text("yes")


def test_a_fact_can_be_cited(served: str, browser: Browser) -> None:
    with watched(browser, served, permissions=["clipboard-read", "clipboard-write"]) as visit:
        page = visit.page()
        page.goto(f"{served}/en/session/53/")
        page.locator("#heldIn dt a").click()
        page.get_by_text("Cite this page", exact=True).click()
        expected = "‘Fifty-Third Annual Session: Held in’"
        expect(page.locator("#cite-text")).to_contain_text(expected)
        page.locator("#cite").get_by_role("button", name="Copy").first.click()
        expect(page.locator("#cite").get_by_role("button").first).to_have_text("Copied")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert expected in copied
        assert copied.endswith("<https://w3id.org/aalco-kg/id/session/53#heldIn>")
        page.goto(f"{served}/ar/session/53/#heldIn")  # a citation is in one language
        expect(page.locator("#cite-text")).to_contain_text(expected)
        assert visit.faults == []


def test_a_brief_prints_on_few_pages_with_all_its_footnotes(served: str, browser: Browser, tmp_path: Path) -> None:
    with watched(browser, served) as visit:
        page = visit.page()
        for path, most in (("en/brief/state/tz/", 2), ("en/brief/state/cn/", 4), ("ar/brief/topic/attribution/", 3)):
            page.goto(f"{served}/{path}")
            page.emulate_media(media="print")
            notes = page.locator(".notes li[id^=n]").count()
            assert notes > 2
            assert all(page.locator(f"#n{number}").is_visible() for number in range(1, notes + 1))
            assert page.locator("sup a").count() >= notes
            pdf = page.pdf(format="A4", prefer_css_page_size=True)
            assert 1 <= pdf.count(b"/Type /Page\n") <= most, path


def test_a_hostile_page_runs_nothing(loaded: Graph, browser: Browser) -> None:
    from test_site_hostile import BASE_URL, HOSTILE, NAMES, hostile_site

    site = hostile_site(0)
    with watched(browser, BASE_URL) as visit:

        def answer(route) -> None:  # type: ignore[no-untyped-def]
            path = route.request.url.removeprefix(BASE_URL).partition("?")[0].partition("#")[0]
            made = site.answer(path)
            route.fulfill(status=made.status, content_type=made.media, body=made.body)

        visit.context.route(BASE_URL + "**", answer)
        page = visit.page()
        for name in NAMES:
            for language in ("en", "ar"):
                page.goto(f"{BASE_URL}{language}/{name}/")
                assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1"), name
        for text in (HOSTILE[0], HOSTILE[1], "xxxx", "alert"):
            page.goto(f"{BASE_URL}en/session/53/")
            page.get_by_role("combobox").fill(text)
            page.wait_for_timeout(150)
            page.goto(f"{BASE_URL}en/search/")
            page.get_by_role("searchbox").fill(text)
            page.wait_for_timeout(150)
        assert visit.faults == []


def test_a_copy_opened_from_disk_works(loaded: Graph, browser: Browser, tmp_path: Path) -> None:
    site = Site(loaded, "https://example.org/aalco/")
    folder = tmp_path / "copy of site"
    pages = ("en/", "en/session/53/", "en/search/", "en/topic/sovereignty/")
    for path in (*(path for path in site.paths() if path.startswith("static/")), *pages):
        file = folder / (f"{path}index.html" if path.endswith("/") else path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(site.answer(path).body)
    root = folder.as_uri()
    with watched(browser, "file://") as visit:
        page = visit.page()
        page.goto(f"{root}/en/session/53/index.html")
        page.get_by_role("combobox").press_sequentially("soverignty")
        expect(page.get_by_role("option").first).to_have_text("sovereignty topic")
        page.get_by_role("combobox").press("Enter")
        expect(page).to_have_url(f"{root}/en/search/index.html?q=soverignty")
        expect(page.locator("#found")).to_have_text("Results: 10")
        page.locator("ol.hits a").first.click()
        expect(page).to_have_url(f"{root}/en/topic/sovereignty/index.html")
        assert visit.faults == []


@pytest.mark.parametrize("path", ["en/session/53/", "ar/topic/sovereignty/"])
def test_lighthouse_gives_at_least_95_of_100(served: str, path: str, tmp_path: Path) -> None:
    program = NODE_MODULES / "lighthouse/cli/index.js"
    node = shutil.which("node", path=sysconfig.get_path("scripts")) or shutil.which("node")
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    for name, there in (("lighthouse", program.exists()), ("node", node), ("chromium", browser)):
        if not there:
            missing(name)
    out = tmp_path / "report.json"
    options = ["--quiet", "--output=json", f"--output-path={out}", "--chrome-flags=--headless --no-sandbox"]
    options += ["--only-categories=performance,accessibility,best-practices,seo"]
    command, environment = (
        [str(node), program, f"{served}/{path}", *options],
        os.environ | {"CHROME_PATH": str(browser)},
    )
    ran = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=180)
    assert ran.returncode == 0, ran.stderr[-2000:]
    report = json.loads(out.read_text())
    scores = {name: round(100 * category["score"]) for name, category in report["categories"].items()}
    failed = [audit["id"] for audit in report["audits"].values() if audit["score"] not in (None, 1)]
    assert min(scores.values()) >= 95, (scores, failed)


def test_answers_can_be_kept_by_clients(served: str) -> None:
    got = ask(f"{served}/en/session/53/")
    assert got.headers["etag"]
    assert ask(f"{served}/en/session/53/", If_None_Match=got.headers["etag"]).status == 304
    head = ask(f"{served}/en/session/53/", "HEAD")
    assert (head.status, head.body, head.headers["etag"]) == (200, b"", got.headers["etag"])
