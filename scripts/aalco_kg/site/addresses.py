"""Where things are on the site: the path of each page.

Paths have no leading slash and end in a slash for pages (`en/session/53/`), so that every link can be relative and
the same bytes work on a server, under a sub-path of a static host, and after a move.
"""

from aalco_kg.terms import BASE, ONTOLOGY

LANGUAGES = ("en", "ar")


def page_of(iri: str, language: str) -> str | None:
    """The path of the page that shows a thing, a term or a question of ours, with its fragment; None for others.

    >>> page_of("https://w3id.org/aalco-kg/id/session/53#e1", "en")
    'en/session/53/#e1'
    """
    if iri.startswith(ONTOLOGY) and len(iri) > len(ONTOLOGY):
        name = iri[len(ONTOLOGY) :]
        return f"{language}/ontology/{'class' if name[0].isupper() else 'property'}/{name}/"
    if not iri.startswith(BASE) or len(iri) == len(BASE):
        return None
    name, hash_, fragment = iri[len(BASE) :].partition("#")
    if name.startswith("query/"):
        name = "question" + name[len("query") :]
    return f"{language}/{name}/{hash_}{fragment}"
