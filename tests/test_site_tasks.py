"""The ten tasks of a legal adviser: at most three clicks from the first page, and the answer is there to be read."""

from collections.abc import Iterator
from urllib.parse import urljoin

import pytest
from browser import chromium, watched
from playwright.sync_api import Browser, Page, expect

from aalco_kg.graph import Graph
from aalco_kg.site.pages import Site
from aalco_kg.site.tasks import TASKS, Task

pytestmark = pytest.mark.slow
# What stands where the answer is, by the words of the record.
ANSWERS: dict[str, tuple[str, ...]] = {
    "Who proposed the item?": ("Proposed by", "China"),
    "What did the resolutions ask of the Secretariat, and what came of it?": (
        "Direction to the Secretariat to study",
        "Special Study",
    ),
    "Who took part in the Hangzhou meeting?": ("Iran", "Japan", "Viet Nam", "International Committee of the Red Cross"),
    "What did the 58th session discuss?": ("International Law in Cyberspace",),
    "Where was the second meeting of the working group, and why is that disputed?": (
        "Nairobi",
        "New Delhi",
        "so neither place can be preferred",
    ),
    "What has China said, session by session?": (
        "2014",
        "2015",
        "2021",
        "China recommended that AALCO take up the item",
    ),
    "What is the status of the principles text?": (
        "Not known to be adopted",
        "Consensual Basic Principles",
        "Fifth Meeting of the Open-ended Working Group",
        "circulated among Member",
    ),
    "Which States published national positions?": ("China", "Iran", "Japan"),
    "What is known about the 60th session, and what is not?": ("2022", "Not known"),
    "Where does a fact come from, and how is it cited?": ("Tehran", "Fifty-Third Annual Session of AALCO in Tehran"),
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


def follow(page: Page, served: str, there: str) -> None:
    """Click a link that leads to a path of the site, as a reader does."""
    address = f"{served}/en/{there}"
    for link in page.locator("main a[href], header a[href]").all():
        if urljoin(page.url, str(link.get_attribute("href"))) == address and link.is_visible():
            link.click()
            page.wait_for_url(address)
            return
    raise AssertionError(f"no link from {page.url} to {there}")


def read(page: Page, task: Task) -> None:
    """Find the answer in what is shown."""
    for words in ANSWERS[task.question]:
        expect(page.locator("main").get_by_text(words).locator("visible=true").first).to_be_visible()


def test_each_question_has_its_answer_written_down_here() -> None:
    assert [task.question for task in TASKS] == list(ANSWERS)


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.there)
def test_one_click_from_the_first_page(
    task: Task, served: str, browser: Browser, request: pytest.FixtureRequest
) -> None:
    with watched(browser, served, viewport={"width": 1280, "height": 900}) as visit:
        page = visit.page()
        page.goto(f"{served}/en/")
        page.get_by_role("link", name=task.question, exact=True).click()
        page.wait_for_url(f"{served}/en/{task.there}")
        read(page, task)
        if "#" in task.there:  # the address leads to the very place
            expect(page.locator("#" + task.there.partition("#")[2])).to_be_in_viewport()
        folder = request.config.cache.mkdir("screenshots")  # kept beside pytest's own cache, not in the repository
        page.screenshot(path=folder / f"{TASKS.index(task) + 1:02}.png")
        assert visit.faults == []


@pytest.mark.parametrize("task", TASKS, ids=lambda task: "-".join(task.walk))
def test_at_most_three_clicks_through_the_lists(task: Task, served: str, browser: Browser) -> None:
    assert len(task.walk) <= 3
    with watched(browser, served) as visit:
        page = visit.page()
        page.goto(f"{served}/en/")
        for there in task.walk:
            follow(page, served, there)
        read(page, task)
        assert visit.faults == []


def test_a_fact_is_cited_with_the_third_click(served: str, browser: Browser) -> None:
    with watched(browser, served) as visit:
        page = visit.page()
        page.goto(f"{served}/en/")
        follow(page, served, "session/53/")
        page.locator("#heldIn dt a").click()
        page.get_by_role("link", name="cite", exact=True).click()
        expect(page.locator("#cite-text")).to_be_in_viewport()
        expect(page.locator("#cite-text")).to_contain_text("‘Fifty-Third Annual Session: Held in’")
        expect(page.locator("#cite-text")).to_contain_text("<https://w3id.org/aalco-kg/id/session/53#heldIn>")
        assert visit.faults == []


def test_the_tasks_are_written_down_with_links(loaded: Graph) -> None:
    for language in ("en", "ar"):
        html = Site(loaded).answer(f"{language}/about/tasks/").body.decode()
        for task in TASKS:
            assert f'href="../../{task.there}"' in html
            assert all(f'href="../../{there}"' in html for there in task.walk)
