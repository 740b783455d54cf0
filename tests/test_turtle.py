"""`aalco fmt`: one canonical form, whatever the order of triples."""

import random
from pathlib import Path

import pyoxigraph as ox
import pytest

from aalco_kg import files, turtle
from aalco_kg.errors import UserError

SESSION = files.HOME / "data" / "session" / "58.ttl"


def test_every_file_is_in_canonical_form_and_stays_so() -> None:
    paths = files.turtle_files()
    assert len(paths) > 100
    for path in paths:
        assert turtle.fmt(path) == path.read_text(encoding="utf-8"), path


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_triples_does_not_matter(seed: int) -> None:
    for path in (SESSION, files.HOME / "ontology" / "aalco.ttl", files.shape_files()[0]):
        triples = turtle.parse(path)
        random.Random(seed).shuffle(triples)
        shuffled = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES).decode()
        assert turtle.fmt(path, shuffled) == path.read_text(encoding="utf-8")


def test_evidence_without_an_address_gets_the_next_free_fragment() -> None:
    text = SESSION.read_text(encoding="utf-8")
    last = max(int(n) for n in __import__("re").findall(r"<session/58#e(\d+)> a", text))
    author = text + (
        "[] a aalco:Evidence ; aalco:about <session/58> ; aalco:states aalco:number ;\n"
        '    aalco:source <source/aalco-58as> ; aalco:locator "title" .\n'
    )
    formed = turtle.fmt(SESSION, author)
    assert f"<session/58#e{last + 1}> a aalco:Evidence ;" in formed
    assert "[]" not in formed
    assert turtle.fmt(SESSION, formed) == formed


def test_evidence_stands_right_below_its_subject() -> None:
    subjects = [line.split()[0] for line in SESSION.read_text(encoding="utf-8").splitlines() if line.startswith("<")]
    assert subjects[:2] == ["<session/58>", "<session/58#e1>"]


def test_there_are_no_blank_nodes_in_data() -> None:
    paths = files.data_files()
    assert len(paths) > 100
    for path in paths:
        for triple in turtle.parse(path):
            assert not isinstance(triple.subject, ox.BlankNode), path
            assert not isinstance(triple.object, ox.BlankNode), path


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<a> <b> 1 . # why\n", "x.ttl:1: this comment would be lost."),
        ("<a> <b> [ <c> 1 ] .\n", "x.ttl: holds a thing without an address."),
        ("<a> <b> .\n", "x.ttl:1: not Turtle"),
    ],
)
def test_what_cannot_be_formed_is_refused(text: str, message: str) -> None:
    with pytest.raises(UserError) as error:
        turtle.fmt(Path("x.ttl"), text)
    assert str(error.value).startswith(message)


def test_a_hash_in_a_string_or_an_address_is_no_comment() -> None:
    text = '<https://example.org/#a> <https://example.org/b> "# not a comment"@en .\n'
    assert turtle.fmt(Path("x.ttl"), text) == text


def test_fmt_writes_all_files_or_none(aalco, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.ttl", tmp_path / "bad.ttl"
    good.write_text("<session/1>   <https://example.org/p> 1 .\n", encoding="utf-8")
    bad.write_text("<session/1> .\n", encoding="utf-8")
    ran = aalco("fmt", good, bad)
    assert ran.code == 1
    assert ran.err.startswith(f"aalco: {bad}:1: not Turtle")
    assert good.read_text(encoding="utf-8") == "<session/1>   <https://example.org/p> 1 .\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.ttl", "good.ttl"]


def test_fmt_check_changes_nothing(aalco, tmp_path: Path) -> None:
    path = tmp_path / "x.ttl"
    path.write_text("<session/1>   <https://example.org/p> 1 .\n", encoding="utf-8")
    assert aalco("fmt", "--check", path).code == 1
    assert path.read_text(encoding="utf-8") == "<session/1>   <https://example.org/p> 1 .\n"
    assert aalco("fmt", path).code == 0
    assert aalco("fmt", "--check", path).code == 0
