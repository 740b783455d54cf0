"""`aalco check --sources`: the words that records quote are looked up in the texts of their sources."""

import doctest
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Ran

from aalco_kg import files
from aalco_kg.checking import quotes
from aalco_kg.errors import UserError

POSITION = files.HOME / "data" / "position" / "vietnam-63-interventions.ttl"
WORDS = "made interventions across all agenda items"


def text(folder: Path, name: str, words: str) -> Path:
    path = folder / name
    path.write_text(words, encoding="utf-8")
    return path


def test_every_quotation_from_the_founding_text_stands_in_it(founding_text: Path, tmp_path: Path) -> None:
    text(tmp_path, "aalco-cyberspace-page.txt", founding_text.read_text(encoding="utf-8"))
    looked_up = quotes.look_up(tmp_path)
    found = [quotation for quotation in looked_up if quotation.found]
    assert len(found) > 100
    assert {quotation.source for quotation in found} == {"aalco-cyberspace-page"}
    assert [str(q.finding()) for q in looked_up if q.text and not q.found] == []
    assert {quotation.source for quotation in looked_up if not quotation.text} >= {"nhandan-2025"}


@pytest.mark.slow
def test_a_quotation_that_stands_in_its_source_is_said_to(tmp_path: Path, aalco: Callable[..., Ran]) -> None:
    found = text(tmp_path, "nhandan-2025.txt", f"The delegation {WORDS}.")
    stands = f"“{WORDS}” stands in {found}."
    assert aalco("check", POSITION, "--sources", tmp_path) == Ran(
        0,
        f"data/position/vietnam-63-interventions.ttl:19: position/vietnam-63-interventions#e1: {stands}\n"
        f"data/position/vietnam-63-interventions.ttl:25: position/vietnam-63-interventions#e2: {stands}\n",
        "2 quotations found, 0 not found.\nNothing to mend.\n",
    )


@pytest.mark.slow
def test_a_quotation_that_does_not_is_a_finding_at_its_line(tmp_path: Path, aalco: Callable[..., Ran]) -> None:
    wrong = text(tmp_path, "nhandan-2025.txt", f"The delegation {WORDS.replace('all', 'most')}.")
    text(tmp_path, "nhandan-2052.txt", WORDS)
    lost = f"“{WORDS}” does not stand in {wrong}. Write aalco:quote as it stands there, or remove it."
    ran = aalco("check", POSITION, files.HOME / "data" / "state" / "cn.ttl", "--sources", tmp_path)
    assert (ran.code, ran.out) == (
        1,
        f"data/position/vietnam-63-interventions.ttl:19: position/vietnam-63-interventions#e1: {lost}\n"
        f"data/position/vietnam-63-interventions.ttl:25: position/vietnam-63-interventions#e2: {lost}\n",
    )
    stranger, counted, mend = ran.err.splitlines()
    assert stranger.startswith(f"{tmp_path}/nhandan-2052.txt bears the name of no source. Did you mean nhandan-2025")
    assert (counted, mend) == ("0 quotations found, 2 not found.", "2 findings")


def test_a_quotation_whose_source_has_no_text_is_neither(tmp_path: Path) -> None:
    text(tmp_path, "aalco-res51.txt", WORDS)
    looked_up = quotes.look_up(tmp_path, [POSITION])
    assert [(quotation.text, quotation.found) for quotation in looked_up] == [("", False), ("", False)]


def test_a_text_in_several_files_is_looked_through_whole(tmp_path: Path) -> None:
    first, second = (text(tmp_path, name, "…") for name in ("nhandan-2025.html", "nhandan-2025.txt"))
    assert {q.text for q in quotes.look_up(tmp_path, [POSITION])} == {f"{first} or {second}"}
    text(tmp_path, "nhandan-2025.txt", WORDS)
    assert {(q.text, q.found) for q in quotes.look_up(tmp_path, [POSITION])} == {(str(second), True)}


def test_a_folder_without_the_text_of_a_source_is_refused(tmp_path: Path) -> None:
    for folder, why in ((tmp_path, "holds the text of no source"), (tmp_path / "none", "cannot be read")):
        with pytest.raises(UserError, match=why):
            quotes.look_up(folder)
    (tmp_path / "nhandan-2025.txt").write_bytes(b"\xe9t\xe9")
    with pytest.raises(UserError, match=r"nhandan-2025.txt is not UTF-8"):
        quotes.look_up(tmp_path)


@pytest.mark.parametrize(
    ("words", "name", "body"),
    [
        ("Tehran, Iran, in 2014", "a.txt", "met in Tehran,\n    Iran,\u00a0in 2014, at the"),
        ("People's Republic", "a.txt", "the People’s Republic of China"),
        ("the People’s “Republic”", "a.txt", 'the People\'s "Republic" of China'),
        ("13-15 April", "a.txt", "from 13–15 April"),
        ("organization", "a.txt", "the organi\u00adzation"),
        ("café", "a.txt", "a cafe\u0301"),
        ("以观察员身份出席", "a.txt", "代表团以观察员\n身份出席了会议"),
        ("بمشاركة سورية", "a.txt", "\ufeffاجتماع بمشاركة\n\u200fسورية"),
        ("AALCO met", "a.html", "<p>AA<b>LC</b>O met</p>"),
        ("met in Tehran", "a.htm", "<td>met in</td><td>Tehran</td>"),
        ("Q&A – law", "a.html", "<p>Q&amp;A &#8212;&nbsp;law"),
        ("met in Tehran", "a.md", "AALCO *met* in [Tehran](https://example.org/Tehran)"),
        ("53 | Tehran", "a.txt", "53 | Tehran"),
        ("53 Tehran", "a.md", "| session | city |\n| --- | --- |\n| 53 | Tehran |"),
    ],
)
def test_form_does_not_matter(words: str, name: str, body: str, tmp_path: Path) -> None:
    assert quotes.stands_in(words, quotes.plain(quotes.body(text(tmp_path, name, body))))


@pytest.mark.parametrize(
    ("words", "name", "body"),
    [
        ("Tehran", "a.txt", "tehran"),
        ("Session", "a.txt", "session"),
        ("resume", "a.txt", "résumé"),
        ("in 2014", "a.txt", "in 20 14"),
        ("in 201", "a.txt", "in 2014"),
        ("India", "a.txt", "Indiana"),
        ("met in Tehran", "a.txt", "met, in Tehran"),
        ("", "a.txt", "anything"),
        ("Tehran", "a.html", "<script>Tehran</script><!-- Tehran --><a href='Tehran'>here</a>"),
    ],
)
def test_words_do(words: str, name: str, body: str, tmp_path: Path) -> None:
    assert not quotes.stands_in(words, quotes.plain(quotes.body(text(tmp_path, name, body))))


def test_the_examples_in_the_module_are_true() -> None:
    assert doctest.testmod(quotes) == doctest.TestResults(0, 2)
