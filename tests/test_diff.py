"""`aalco diff`: what changed, in words that a reader understands and in patches that a store can apply."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from conftest import Ran
from hypothesis import given
from hypothesis import strategies as st

from aalco_kg import turtle
from aalco_kg.stores import content, difference

Aalco = Callable[..., Ran]
PREFIXES = """\
@base <https://w3id.org/aalco-kg/id/> .
@prefix aalco: <https://w3id.org/aalco-kg/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
aalco:startDate rdfs:label "start date"@en .
aalco:venue rdfs:label "venue"@en .
aalco:AnnualSession rdfs:label "annual session"@en .
<source/page> rdfs:label "the agenda page"@en .
<source/press> rdfs:label "the press"@en .
<place/tehran> rdfs:label "Tehran"@en .
"""
OLD = """
<session/53> a aalco:AnnualSession ; rdfs:label "Fifty-Third Annual Session"@en ;
    aalco:startDate "2014-09-14"^^xsd:date ; aalco:searchKey "old" .
<session/53#e1> a aalco:Evidence ; aalco:about <session/53> ; aalco:states aalco:startDate ;
    aalco:source <source/press> .
<session/53#g1> a aalco:Gap ; aalco:about <session/53> ; aalco:property aalco:venue ; aalco:missing "Where." .
<session/99> a aalco:AnnualSession ; rdfs:label "Ninety-Ninth"@en .
"""
NEW = """
<session/53> a aalco:AnnualSession ; rdfs:label "Fifty-Third Annual Session"@en ;
    aalco:startDate "2014-09-15"^^xsd:date ; aalco:searchKey "new" ; aalco:heldIn <place/tehran> .
<session/53#e1> a aalco:Evidence ; aalco:about <session/53> ; aalco:states aalco:startDate ;
    aalco:source <source/page> ; aalco:locator "paragraph 1" .
<session/53#e2> a aalco:Evidence ; aalco:about <session/53> ; aalco:states aalco:startDate ;
    aalco:source <source/press> .
<session/53#d1> a aalco:Dispute ; aalco:about <session/53> ; aalco:property aalco:startDate ;
    aalco:value "2014-09-14"^^xsd:date ; aalco:source <source/press> .
<session/64> a aalco:AnnualSession ; rdfs:label "Sixty-Fourth"@en , "الرابعة والستون"@ar ; aalco:heldIn <place/tehran> .
"""


@pytest.fixture
def versions(tmp_path: Path) -> tuple[Path, Path]:
    for name, text in (("old", OLD), ("new", NEW)):
        (tmp_path / f"{name}.ttl").write_text(PREFIXES + text, encoding="utf-8")
    return tmp_path / "old.ttl", tmp_path / "new.ttl"


def test_changes_are_told_in_words(versions: tuple[Path, Path], aalco: Aalco) -> None:
    ran = aalco("diff", *versions)
    assert (ran.code, ran.err) == (0, "")
    assert (
        ran.out
        == """\
9 statements removed, 18 added.

### New

- Sixty-Fourth (session/64, annual session): name “Sixty-Fourth”, “الرابعة والستون” (ar); is held in Tehran.

### Changed

- Fifty-Third Annual Session (session/53): now starts 15 September 2014, no longer 14 September 2014; \
aalco:heldIn Tehran added; dispute on start date, 14 September 2014 (the press) added; \
evidence for start date from the agenda page (paragraph 1) added; gap on venue, Where. removed.

### Gone

- Ninety-Ninth (session/99, annual session): name “Ninety-Ninth”.
"""
    )


def applied(patch: str, quads: set[ox.Quad]) -> set[ox.Quad]:
    rows = patch.splitlines()
    assert (rows[0], rows[-1]) == ("TX .", "TC .")
    for row in rows[1:-1]:
        [quad] = ox.parse(row[2:], ox.RdfFormat.N_QUADS)
        assert row[0] in "AD"
        (quads.add if row[0] == "A" else quads.remove)(quad)
    return quads


def test_a_patch_makes_the_old_the_new(versions: tuple[Path, Path], aalco: Aalco) -> None:
    old, new = ({*ox.parse(path=str(path))} for path in versions)
    assert applied(aalco("diff", *versions, "--format", "patch").out, old) == new
    told = json.loads(aalco("diff", *versions, "--format", "json").out)
    assert (told["removed"], told["added"], [change["graph"] for change in told["changes"]]) == (9, 18, [None])


@pytest.mark.slow
def test_the_same_is_the_same_in_whatever_syntax(built: Path, aalco: Aalco) -> None:
    assert aalco("diff", built, built / "aalco-kg.trig") == (0, "They are the same.\n", "")
    assert aalco("diff", built, built, "--format", "patch").out == "TX .\nTC .\n"


@pytest.mark.slow
def test_every_change_of_a_real_record_is_told(built: Path, tmp_path: Path, aalco: Aalco) -> None:
    """A date corrected and a source dropped, in the quads of the release."""
    text = (built / "aalco-kg.nq").read_text(encoding="utf-8")
    session = "<https://w3id.org/aalco-kg/id/session/53>"
    later, dates = re.subn(rf'(?m)^{session} (\S+#startDate>) "2014-09-15"', rf'{session} \1 "2014-09-14"', text)
    later, lines = re.subn(r"(?m)^<https://w3id.org/aalco-kg/id/session/53#e7> .*\n", "", later)
    assert dates > 1
    assert lines > 4
    (tmp_path / "later.nq").write_text(later, encoding="utf-8")
    assert aalco("diff", built, tmp_path / "later.nq").out.splitlines()[2:] == [
        "### Changed",
        "",
        "- Fifty-Third Annual Session (session/53): now starts 14 September 2014, no longer 15 September 2014; "
        "evidence for start date from International Law in Cyberspace, AALCO agenda item page (paragraph 1) removed.",
    ]


NODES = [*(f"<http://example.org/{x}>" for x in "abc"), *(f"_:{x}" for x in "xyz")]
QUADS = st.builds(
    lambda s, o, g: f"{s} <http://example.org/p> {o} {g} .",
    st.sampled_from(NODES),
    st.sampled_from([*NODES, '"1"', '"a\\n\\""@en']),
    st.sampled_from(["", "<http://example.org/g>"]),
)


@given(old=st.sets(QUADS, max_size=8), new=st.sets(QUADS, max_size=8))
def test_an_update_makes_any_content_any_other(old: set[str], new: set[str]) -> None:
    store = ox.Store()
    store.load("\n".join(old), ox.RdfFormat.N_QUADS)
    wanted = content.of_quads(ox.parse("\n".join(new), ox.RdfFormat.N_QUADS))
    for text in difference.updates(difference.between(content.of_quads(store), wanted)):
        store.update(text)
    assert content.of_quads(store).digest == wanted.digest


def test_a_long_change_comes_in_several_updates() -> None:
    def counted(numbers: range) -> content.Content:
        return content.Content(
            {"": frozenset(f'<http://example.org/a> <http://example.org/p> "{n}" .' for n in numbers)}
        )

    old, new = counted(range(7_000)), counted(range(2_000, 12_000))
    store = ox.Store()
    store.bulk_load("".join(old.quads()), ox.RdfFormat.N_QUADS)
    texts = list(difference.updates(difference.between(old, new)))
    assert [text.count("\n<http") for text in texts] == [2000, 2000, 2000, 1000]
    for text in texts:
        store.update(text)
    assert content.of_quads(store).digest == new.digest


def test_turtle_reads_the_lines_that_a_content_has(built: Path) -> None:
    wanted = content.read(built).graphs[""]
    assert content.lines(turtle.parse(built / "aalco-kg.ttl")) == wanted
