"""Citations as text (OSCOLA) and for reference managers (BibTeX, RIS, CSL-JSON): `cite/session/53.bib`.

Files have no language; those of a page that shows no thing, such as a question, bear the name of its path.
"""

import html
import json
import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from aalco_kg.evidence import day
from aalco_kg.graph import Graph
from aalco_kg.site.addresses import LANGUAGES
from aalco_kg.terms import BASE, DATASET
from aalco_kg.views.reference import Reference, record, references

if TYPE_CHECKING:
    from aalco_kg.site.pages import Site

FOLDER = "cite/"
HOME = "home"  # what the file of the first page is called
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_TEX = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"} | {
    c: "\\" + c for c in "{}&%$#_"
}


def oscola(reference: Reference) -> str:
    """The citation as a footnote of a legal text, by the rules of OSCOLA for web pages and official documents.

    >>> oscola(Reference("x", "A title", "AALCO", "2016-05", "https://example.org/", "RES/55/S 17"))
    'AALCO, ‘A title’ (May 2016) RES/55/S 17 <https://example.org/>'
    """
    when = ", ".join(part for part in (reference.container, day(reference.date)) if part)
    parts = [f"{reference.author}, " if reference.author else "", f"‘{reference.title}’"]
    parts += [f" ({when})" if when else "", f" {reference.number}" if reference.number else ""]
    return "".join(parts) + (f" <{reference.url}>" if reference.url else "")


def bibtex(items: Iterable[Reference]) -> str:
    """BibTeX entries."""
    return "\n".join(_entry(item) for item in items)


def _entry(item: Reference) -> str:
    year, month, *_ = [*item.date.split("-"), "", ""]
    fields = {
        "author": f"{{{_tex(item.author)}}}" if item.author else "",
        "title": f"{{{_tex(item.title)}}}",
        "howpublished": _tex(item.container),
        "number": _tex(item.number),
        "year": year,
        "url": re.sub(r"[{}\\\s]", "", item.url),
        "language": _tex(item.language),
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    if month:
        lines.append(f"  month = {_MONTHS[int(month) - 1]}")
    return f"@misc{{{item.key},\n" + ",\n".join(lines) + "\n}\n"


def _tex(text: str) -> str:
    return "".join(_TEX.get(c, c) for c in text)


def ris(items: Iterable[Reference]) -> str:
    """RIS records."""
    return "".join(_ris(item) for item in items)


def _ris(item: Reference) -> str:
    year, *rest = item.date.split("-") if item.date else [""]
    lines = [
        ("TY", "RPRT" if item.number else "ELEC"),
        ("ID", item.key),
        ("AU", item.author),
        ("TI", item.title),
        ("T2", item.container),
        ("PY", year),
        ("DA", "/".join([year, *rest, "", ""][:3]) + "/" if year else ""),
        ("ET", item.version),
        ("M1", item.number),
        ("UR", item.url),
        ("LA", item.language),
    ]
    return "".join(f"{tag}  - {value}\r\n" for tag, value in lines if value) + "ER  - \r\n\r\n"


def csl(items: Iterable[Reference]) -> str:
    """CSL-JSON, as Zotero and citeproc take it."""
    return json.dumps([_csl(item) for item in items], ensure_ascii=False, indent=1) + "\n"


def _csl(item: Reference) -> dict[str, object]:
    fields: dict[str, object] = {
        "id": item.key,
        "type": "report" if item.number else "webpage",
        "title": item.title,
        "author": [{"literal": item.author}] if item.author else [],
        "issued": {"date-parts": [[int(part) for part in item.date.split("-")]]} if item.date else {},
        "container-title": item.container,
        "version": item.version,
        "number": item.number,
        "URL": item.url,
        "language": item.language,
    }
    return {name: value for name, value in fields.items() if value}


FORMATS: dict[str, tuple[str, str, Callable[[Iterable[Reference]], str]]] = {
    "bib": ("BibTeX", "application/x-bibtex; charset=utf-8", bibtex),
    "ris": ("RIS", "application/x-research-info-systems; charset=utf-8", ris),
    "json": ("CSL-JSON", "application/vnd.citationstyles.csl+json; charset=utf-8", csl),
}


def name_of(local: str) -> str:
    """The name of the citation files of a page, from its path without language."""
    return FOLDER + (local.rstrip("/") or HOME)


def files_of(local: str) -> list[str]:
    """The paths of the citation files of a page."""
    return [f"{name_of(local)}.{suffix}" for suffix in FORMATS]


def file(site: "Site", path: str) -> tuple[str, bytes] | None:
    """A citation file."""
    name, _, suffix = path.removeprefix(FOLDER).rpartition(".")
    if not path.startswith(FOLDER) or suffix not in FORMATS or not name:
        return None
    items = of_page(site, "" if name == HOME else f"{name}/")
    _, media, write = FORMATS[suffix]
    return (media, write(items).encode()) if items else None


def of_page(site: "Site", local: str) -> list[Reference]:
    """The references of a page: of the thing that it shows, else of the page itself by its title."""
    iri = BASE + local.rstrip("/")
    if _is_thing(site.graph, local):
        return list(references(site.graph, iri))
    title = _title(site, local)
    if title is None:
        return []
    return [record(site.graph, title, address(site.graph, local, LANGUAGES[0], site.base), name_of(local))]


def _title(site: "Site", local: str) -> str | None:
    """The English title of a page, which only the page itself knows; None when there is no such page."""
    page = site.answer(f"{LANGUAGES[0]}/{local}")
    title = re.search(r"<title>(.*?)</title>", page.body.decode(), re.DOTALL)
    return html.unescape(title[1]).rpartition(" · ")[0] if page.status == 200 and title else None


def _is_thing(graph: Graph, local: str) -> bool:
    return local.count("/") > 1 and not re.search(r'[#<>"{}|^`\\\s]', local) and graph.holds(BASE + local.rstrip("/"))


def address(graph: Graph, local: str, language: str, base: str) -> str:
    """The lasting address of a page: that of the thing it shows, else where it is published, else that of the graph."""
    if _is_thing(graph, local):
        return BASE + local.rstrip("/")
    return f"{base}{language}/{local}" if base else DATASET
