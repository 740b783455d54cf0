"""Canned queries: a question in a `.rq` file, its description in `#+` comments, its parameters bound as terms.

The comments are YAML in the convention of grlc, the parameters grlc variables: `?_ordinal_integer` is a whole
number, `?_topic_iri` a thing, `?_day_date` a date, `?_text` plain text; two underscores (`?__topic_iri`) mark a
parameter that may be left out, and then stays a variable. `params` explains each; its `kind` says what kind of
thing is meant. Binding puts an RDF term in the place of the variable; text is never pasted. The key `ar` holds the
same words in Arabic.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from functools import cache

import pyoxigraph as ox
import yaml

from aalco_kg import things
from aalco_kg.errors import UserError, did_you_mean
from aalco_kg.files import query_files
from aalco_kg.graph import Graph
from aalco_kg.terms import PREFIXES

_XSD = PREFIXES["xsd"]
_VARIABLE = re.compile(r"\?_(?P<optional>_?)(?P<name>[a-z]+)(?:_(?P<type>iri|integer|date))?\b")


@dataclass(frozen=True)
class Parameter:
    """One parameter of a query: how it is called, typed and explained, and whether it may be left out."""

    name: str
    variable: str
    type: str  # iri, integer, date or text
    help: str
    kind: str | None  # for things: the first part of their address
    required: bool


@dataclass(frozen=True)
class Words:
    """What a query is called in a language: its question, what explains it, its columns, its parameters."""

    summary: str
    description: str
    columns: dict[str, str]
    params: dict[str, str]


@dataclass(frozen=True)
class Query:
    """A canned query: `text` is SPARQL with grlc variables, `columns` what it selects, in order."""

    name: str
    summary: str
    description: str
    tags: tuple[str, ...]
    text: str
    columns: dict[str, str]
    parameters: tuple[Parameter, ...] = field(default=())
    arabic: Words | None = None

    def words(self, language: str) -> Words:
        """The query in a language, in English where it has no words in that one."""
        if language == "ar" and self.arabic:
            return self.arabic
        return Words(self.summary, self.description, self.columns, {p.name: p.help for p in self.parameters})

    def bind(self, graph: Graph, given: dict[str, str]) -> str:
        """The SPARQL text with each parameter replaced by the RDF term for what was given.

        Things are looked up in `graph`. Raises UserError for an unknown, missing or ill-formed parameter.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in given:
            if name not in known:
                takes = ", ".join(f"--{n}" for n in known) or "no parameters"
                raise UserError(f"{self.name} has no parameter {name!r}.", f"It takes {takes}.")
        terms: dict[str, str] = {}
        for parameter in self.parameters:
            if parameter.name in given:
                terms[parameter.variable] = _written(_term(graph, parameter, given[parameter.name]))
            elif parameter.required:
                raise UserError(
                    f"{self.name} needs --{parameter.name}: {parameter.help}.",
                    f"For example: aalco query {self.name} --{parameter.name} {_example(parameter)}",
                )
        return _VARIABLE.sub(lambda match: terms.get(match[0], match[0]), self.text)


def _example(parameter: Parameter) -> str:
    return {"integer": "55", "date": "2016-05-17", "iri": f"{parameter.kind or 'session'}/…"}.get(
        parameter.type, "cyberspace"
    )


def _term(graph: Graph, parameter: Parameter, text: str) -> ox.NamedNode | ox.Literal:
    if parameter.type == "iri":
        return ox.NamedNode(things.find(graph, text, parameter.kind))
    if parameter.type == "integer":
        if not re.fullmatch(r"[0-9]{1,9}", text.strip()):
            raise UserError(f"--{parameter.name} takes a whole number, not {text!r}.", f"{parameter.help}.")
        return ox.Literal(int(text))
    if parameter.type == "date":
        try:
            return ox.Literal(date.fromisoformat(text.strip()).isoformat(), datatype=ox.NamedNode(_XSD + "date"))
        except ValueError:
            raise UserError(
                f"--{parameter.name} takes a day, not {text!r}.", "Write it as year-month-day: 2016-05-17."
            ) from None
    try:
        return ox.Literal(text)
    except ValueError:  # half a character, as a terminal may pass on
        raise UserError(f"--{parameter.name} is not text: {text!r}.", "Give it as UTF-8.") from None


def _written(term: ox.NamedNode | ox.Literal) -> str:
    r"""A term as every engine reads it in a query.

    Some take `\uXXXX` for an escaped character before they look at anything else, and so for a way out of a string;
    behind a backslash the letter is therefore written as a number itself.
    """
    return re.sub(r"\\\\([uU])|\\.", lambda found: rf"\\\U{ord(found[1]):08X}" if found[1] else found[0], str(term))


def named(name: str) -> Query:
    """The query of that name. Raises UserError, with the nearest names, when there is none."""
    queries = catalogue()
    if name not in queries:
        near = did_you_mean(name, queries)
        raise UserError(f"No query is called {name!r}.", f"{near} `aalco queries` lists all.".strip())
    return queries[name]


@cache
def catalogue() -> dict[str, Query]:
    """All canned queries, by name."""
    return {path.stem: _read(path.stem, path.read_text(encoding="utf-8")) for path in query_files()}


def _read(name: str, text: str) -> Query:
    header = yaml.safe_load("\n".join(line[2:].strip("\n")[1:] for line in text.splitlines() if line[:2] == "#+"))
    body = "\n".join(line for line in text.splitlines() if line[:2] != "#+").strip() + "\n"
    params = header.get("params") or {}
    seen: dict[str, Parameter] = {}
    for match in _VARIABLE.finditer(body):
        key, about = match["name"], params[match["name"]]
        seen.setdefault(
            key,
            Parameter(key, match[0], match["type"] or "text", about["help"], about.get("kind"), not match["optional"]),
        )
    return Query(
        name,
        header["summary"],
        header["description"],
        tuple(header["tags"]),
        body,
        header["columns"],
        tuple(seen[key] for key in params),
        Words(**{"params": {}, **header["ar"]}) if "ar" in header else None,
    )
