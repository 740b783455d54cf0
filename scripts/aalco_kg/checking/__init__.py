"""What is wrong with the records, and how to mend it: each finding with its file and line.

Syntax and form are looked at file by file; what ties records together is left to the SHACL shapes, which see
the whole graph even when only some files are asked about.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import pyoxigraph as ox
from rdflib import Literal, URIRef

from aalco_kg import turtle
from aalco_kg.checking import hygiene
from aalco_kg.checking.engines import Result, validate
from aalco_kg.errors import UserError, did_you_mean
from aalco_kg.files import HOME, home_of, meta_shape_files, ontology_files, read_text, shape_files, shown, turtle_files
from aalco_kg.graph import read
from aalco_kg.new import BLANK
from aalco_kg.terms import BASE, ONTOLOGY, PREFIXES, SHAPES, compact

_TYPE = PREFIXES["rdf"] + "type"
_XSD = PREFIXES["xsd"]


@dataclass(frozen=True, order=True)
class Finding:
    """One thing to mend: `what` is wrong with `subject` at a line of a file, and how to mend it."""

    file: str
    line: int
    subject: str
    what: str
    rule: str  # the shape, or the name of a check of this module
    path: str = ""
    value: str = ""

    def __str__(self) -> str:
        start = f"{self.subject}: " if self.subject else ""
        return f"{self.file}:{self.line}: {start}{self.what}"


def check(files: Iterable[Path] = (), engine: str = "fast") -> list[Finding]:
    """Findings in `files` (by default in every Turtle file of the project), sorted by file and line.

    Files outside the project are read together with it. Raises UserError for a file that is not there.
    """
    everything = turtle_files()
    asked = [path.resolve() for path in files] or everything
    whole = sorted({*everything, *asked})
    texts = {path: read_text(path) for path in whole}
    triples: dict[Path, list[ox.Triple]] = {}
    findings: list[Finding] = []
    for path, text in texts.items():
        try:
            triples[path] = turtle.parse(path, text)
        except UserError as error:
            findings.append(unreadable(path, error))
    if not set(shape_files()) <= set(triples):  # by which all the others are laid out and judged
        return sorted(findings)
    terms = {t.subject.value for t in read(ontology_files()) if isinstance(t.subject, ox.NamedNode)}
    for path in asked:
        if path in triples:
            findings += form(path, texts[path], triples[path], terms)
    if not findings:
        findings = _shapes(texts, triples, engine)
    names = {shown(path) for path in asked}
    return sorted({finding for finding in findings if finding.file in names or finding.rule == "syntax"})


def unreadable(path: Path, error: UserError) -> Finding:
    """A file that is not Turtle, as a finding."""
    line = re.search(r":(\d+): ", error.what)
    what = error.what.split(": ", 1)[-1]
    return Finding(shown(path), int(line[1]) if line else 1, "", f"{what} {error.mend}", "syntax")


def form(path: Path, text: str, triples: list[ox.Triple], terms: set[str]) -> list[Finding]:
    """What can be seen in one file alone: layout, place, unknown terms, values that cannot be."""
    found = []
    in_data = path.is_relative_to(HOME / "data")

    def add(triple: ox.Triple, what: str, rule: str, value: str = "") -> None:
        subject = getattr(triple.subject, "value", "")
        line = turtle.line_of(text, subject, triple.predicate.value)
        found.append(Finding(shown(path), line, compact(subject), what, rule, compact(triple.predicate.value), value))

    for triple in triples:
        for term in (triple.predicate, triple.object):
            if isinstance(term, ox.NamedNode) and term.value.startswith(ONTOLOGY) and term.value not in terms:
                near = did_you_mean(term.value.removeprefix(ONTOLOGY), (t.removeprefix(ONTOLOGY) for t in terms))
                add(triple, f"{compact(term.value)} is not a term of the ontology. {near}".strip(), "unknown-term")
        foreign = not triple.predicate.value.startswith((ONTOLOGY, PREFIXES["rdf"], PREFIXES["rdfs"]))
        if in_data and foreign and triple.predicate.value not in terms:
            name = compact(triple.predicate.value)
            add(triple, f"{name} is not a property that records use. See ontology/README.md.", "unknown-term")
        if isinstance(triple.object, ox.Literal) and _impossible(triple.object):
            kind = compact(triple.object.datatype.value)
            what = f"{triple.object.value!r} is not a value of {kind}. Correct it, or lower its precision."
            add(triple, what, "ill-typed", triple.object.value)
        if BLANK in getattr(triple.object, "value", ""):
            add(triple, f"{compact(triple.predicate.value)} is still blank. Fill it in, or remove the line.", "blank")
        home = home_of(getattr(triple.subject, "value", ""))
        if triple.predicate.value == _TYPE and in_data and home and HOME / home != path:
            add(triple, f"A record with this address lives in {home}. Move it there.", "misplaced")
    try:
        if turtle.fmt(path, text, triples) != text:
            found.append(Finding(shown(path), 1, "", f"Not in canonical form. Run: aalco fmt {shown(path)}", "form"))
    except UserError as error:
        found.append(unreadable(path, error))
    return found


def _impossible(literal: ox.Literal) -> bool:
    """Whether a typed literal is no value of its datatype (a 30 February, say)."""
    datatype = literal.datatype.value
    if not datatype.startswith(_XSD) or datatype == _XSD + "string":
        return False
    return bool(Literal(literal.value, datatype=URIRef(datatype)).ill_typed)


def _shapes(texts: dict[Path, str], triples: dict[Path, list[ox.Triple]], engine: str) -> list[Finding]:
    """What shapes and hygiene queries find; some look at the ontology and at the shapes themselves."""
    rules = shape_files() + meta_shape_files()
    data = [t for file in triples.values() for t in file]
    shapes = [t for path in rules for t in triples[path]]
    return located(validate(data, shapes, engine), triples, texts) + hygiene_findings(triples, texts)


def located(results: Iterable[Result], triples: dict[Path, list[ox.Triple]], texts: dict[Path, str]) -> list[Finding]:
    """Results of validation as findings, each at the line of its file."""
    where = _places(triples)
    return [_finding(result, where, texts) for result in results]


def hygiene_findings(triples: dict[Path, list[ox.Triple]], texts: dict[Path, str]) -> list[Finding]:
    """The rows of the hygiene queries as findings, each at the line of its file."""
    where, found = _places(triples), []
    for row in hygiene.faults(t for file in triples.values() for t in file):
        path = where.get(row.subject) or next(iter(texts))
        line = turtle.line_of(texts[path], row.subject)
        found.append(Finding(shown(path), line, compact(row.subject), row.what, row.rule, "", compact(row.value)))
    return found


def _places(triples: dict[Path, list[ox.Triple]]) -> dict[str, Path]:
    """The file that speaks of each thing first."""
    where: dict[str, Path] = {}
    for path, file in sorted(triples.items()):
        for triple in file:
            if isinstance(triple.subject, ox.NamedNode):
                where.setdefault(triple.subject.value, path)
    return where


def _finding(result: Result, where: dict[str, Path], texts: dict[Path, str]) -> Finding:
    path = where.get(result.focus) or next(iter(texts))
    line = turtle.line_of(texts[path], result.focus, result.path or None)
    what = re.sub(r"<?(https?://[^\s<>]+[^\s<>.,;:)])>?", lambda match: compact(match[1]), result.message)
    rule = result.shape.removeprefix(SHAPES)
    return Finding(shown(path), line, compact(result.focus), what, rule, compact(result.path), compact(result.value))


def as_json(findings: list[Finding]) -> str:
    """The findings as a JSON array of objects."""
    return json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=2) + "\n"


def as_turtle(findings: list[Finding]) -> str:
    """The findings as a SHACL validation report."""
    lines = [f"@base <{BASE}> .", f"@prefix sh: <{PREFIXES['sh']}> .", ""]
    conforms = str(not findings).lower()
    lines.append(f"[] a sh:ValidationReport ;\n    sh:conforms {conforms}")
    for finding in findings:
        message = ox.Literal(str(finding), language="en")
        focus = f"\n        sh:focusNode <{finding.subject}> ;" if finding.subject else ""
        lines[-1] += (
            f" ;\n    sh:result [ a sh:ValidationResult ;{focus}\n"
            f"        sh:resultSeverity sh:Violation ;\n        sh:resultMessage {message} ]"
        )
    return "\n".join(lines) + " .\n"
