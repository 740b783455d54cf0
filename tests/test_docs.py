"""What the documents say is what the project does: generated parts are fresh, shown output is real."""

import csv
import os
import re
import shlex
import tomllib

import pytest

from aalco_kg import __version__, files, queries, table
from aalco_kg.graph import Graph, read
from aalco_kg.terms import ONTOLOGY, PREFIXES
from aalco_kg.views import vocabulary


def fresh(name: str, document: str, text: str) -> None:
    """Hold the generated part of a document equal to `text` (write it, under AALCO_WRITE_GOLDEN)."""
    path = files.HOME / document
    start, end = f"<!-- generated: {name} -->\n", "<!-- end -->\n"
    before, _, rest = path.read_text(encoding="utf-8").partition(start)
    found, _, after = rest.partition(end)
    if os.environ.get("AALCO_WRITE_GOLDEN"):
        path.write_text(before + start + text + end + after, encoding="utf-8")
        found = text
    assert found == text


def test_the_list_of_queries_is_fresh() -> None:
    lines = ["", "| name | question | parameters |", "| --- | --- | --- |"]
    for query in queries.catalogue().values():
        takes = ", ".join(f"`{p.name}`" + ("" if p.required else " (optional)") for p in query.parameters)
        lines.append(f"| [{query.name}]({query.name}.rq) | {query.summary} | {takes} |")
    fresh("queries", "queries/README.md", "\n".join([*lines, "", ""]))


def test_the_table_of_coverage_is_fresh(loaded: Graph) -> None:
    counted = table.run(
        loaded,
        """PREFIX aalco: <https://w3id.org/aalco-kg/ontology#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        SELECT ?label (COUNT(DISTINCT ?thing) AS ?n) {
            ?thing a ?class . FILTER(STRSTARTS(STR(?thing), "https://w3id.org/aalco-kg/id/"))
            ?class rdfs:label ?label ; rdfs:isDefinedBy ?home . FILTER(LANG(?label) = "en")
        } GROUP BY ?label ORDER BY STR(?label)""",
    )
    assert isinstance(counted, table.Table)
    lines = ["", "| records of class | number |", "| --- | --- |"]
    for name, number in zip(counted.column("label"), counted.column("n"), strict=True):
        lines.append(f"| {name} | {number} |")
    answer = table.run(loaded, queries.named("coverage").text)
    assert isinstance(answer, table.Table)
    lines += ["", "For each annual session, how many of its properties have evidence, are disputed, or are a gap:", ""]
    lines += ["| session | known | disputed | missing | deliberations | documents and outcomes |"]
    lines += ["| --- | --- | --- | --- | --- | --- |"]
    for row in answer.rows:
        cells = [table.plain(row[answer.columns.index(name)]) for name in answer.columns if name != "session"]
        lines.append("| " + " | ".join(cells) + " |")
    assert len(answer.rows) == 63
    fresh("coverage", "data/README.md", "\n".join([*lines, "", ""]))


def test_the_matrix_of_questions_and_terms_is_fresh(loaded: Graph) -> None:
    needs = vocabulary.needs(loaded)
    lines = ["", "| question | rows | terms it needs |", "| --- | --- | --- |"]
    for name, needed in needs.items():
        with (files.HOME / "tests" / "golden" / f"{name}.csv").open(encoding="utf-8", newline="") as golden:
            rows = sum(1 for _ in csv.DictReader(golden))
        words = " ".join(iri.removeprefix(ONTOLOGY) for iri in sorted(needed, key=lambda term: (term.casefold(), term)))
        lines.append(f"| [{name}](../queries/{name}.rq) | {rows} | {words} |")
    fresh("matrix", "ontology/README.md", "\n".join([*lines, "", ""]))


def test_every_term_has_a_question_data_and_a_shape(loaded: Graph) -> None:
    needs, few = vocabulary.needs(loaded), 4
    lines = ["", "| term | data | shapes | questions |", "| --- | --- | --- | --- |"]
    for iri, (data, shapes) in borne_out(loaded).items():
        name = iri.removeprefix(ONTOLOGY)
        asked = [question for question, needed in needs.items() if iri in needed]
        assert asked, f"no question needs {name}: remove it, or extend a question where a user would want it"
        assert data, f"{name} has no data"
        assert shapes or name == "searchKey", f"{name} has no shape"  # which is derived, never written
        lines.append(f"| {name} | {data} | {shapes} | {', '.join(asked) if len(asked) <= few else len(asked)} |")
    assert len(lines) > 150
    fresh("terms", "ontology/README.md", "\n".join([*lines, "", ""]))


def borne_out(graph: Graph) -> dict[str, tuple[int, int]]:
    """For each term, how many things or statements there are, and how many shapes bear on it."""

    def count(where: Graph, iri: str, pattern: str) -> int:
        answer = table.run(where, f"SELECT (COUNT(DISTINCT *) AS ?n) {{ {pattern.replace('TERM', f'<{iri}>')} }}")
        assert isinstance(answer, table.Table)
        return int(answer.column("n")[0])

    rdfs, sh = PREFIXES["rdfs"], PREFIXES["sh"]
    shapes = Graph(read(files.shape_files()))
    return {
        iri: (
            count(graph, iri, f"?thing a/<{rdfs}subClassOf>* TERM" if kind == "Class" else "?thing TERM ?value"),
            count(shapes, iri, f"?shape <{sh}targetClass>|<{sh}class>|<{sh}path> TERM"),
        )
        for iri, kind in vocabulary.terms(graph).items()
    }


def test_the_output_that_the_readme_shows_is_real(aalco) -> None:
    path = files.HOME / "README.md"
    text = path.read_text(encoding="utf-8")
    shown = re.findall(r"<!-- output: scripts/aalco (.*?) -->\n```\n(.*?)```\n", text, re.S)
    assert len(shown) == 2
    for command, output in shown:
        ran = aalco(*shlex.split(command))
        assert ran.code == 0, ran.err
        real = ran.out.replace("\r\n", "\n")
        if os.environ.get("AALCO_WRITE_GOLDEN"):
            text = text.replace(output, real)
            path.write_text(text, encoding="utf-8")
            output = real
        assert output == real, command


def test_the_version_is_one() -> None:
    ontology = (files.HOME / "ontology" / "aalco.ttl").read_text(encoding="utf-8")
    assert f'owl:versionInfo "{__version__}"' in ontology
    assert f"owl:versionIRI <https://w3id.org/aalco-kg/ontology/{__version__}>" in ontology
    assert f"version: {__version__}\n" in (files.HOME / "CITATION.cff").read_text(encoding="utf-8")
    assert f"## {__version__} " in (files.HOME / "CHANGELOG.md").read_text(encoding="utf-8")


def test_every_link_of_the_documents_leads_somewhere() -> None:
    documents = [
        files.HOME / name
        for name in ("README.md", "CONTRIBUTING.md", "data/README.md", "ontology/README.md", "queries/README.md")
    ]
    links = [
        (path, link) for path in documents for link in re.findall(r"\]\((?!http)([^)#]+)\)", path.read_text("utf-8"))
    ]
    assert len(links) > 30
    for path, link in links:
        assert (path.parent / link).exists(), (path, link)


@pytest.mark.parametrize("name", ["constraints.txt", "constraints-test.txt"])
def test_every_package_is_pinned_with_a_hash_and_no_address(name: str) -> None:
    text = (files.HOME / name).read_text(encoding="utf-8")
    assert "://" not in text
    pinned = {match.lower().replace("_", "-") for match in re.findall(r"^([A-Za-z0-9._-]+)==", text, re.M)}
    project = tomllib.loads((files.HOME / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [re.split(r"[<>=;]", name)[0].lower() for name in project["project"]["dependencies"]]
    assert set(wanted) <= pinned
