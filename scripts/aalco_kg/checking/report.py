"""The proof page: what was proven of the record as it stands, by what, and with which result.

`prove` runs every gate that needs no more than the installed package, `write` puts the outcome into a folder as
`proof.json` and as `proof.html`, a page that needs neither scripts nor other files.
"""

import json
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

from aalco_kg import __version__, checking
from aalco_kg.checking import engines, hygiene, mutation, world
from aalco_kg.checking.again import Judge
from aalco_kg.errors import UserError
from aalco_kg.files import data_files, hygiene_files, meta_shape_files, query_files, shape_files, turtle_files
from aalco_kg.graph import read
from aalco_kg.terms import ONTOLOGY, PREFIXES, compact

SAMPLE = 20  # faults of each family that are made for the page
_TYPE = PREFIXES["rdf"] + "type"


@dataclass(frozen=True)
class Gate:
    """One thing proven: what holds, what shows it, the outcome in words, and whether it held."""

    name: str
    shows: str
    outcome: str
    held: bool


@dataclass(frozen=True)
class Proof:
    """All that was proven of one version: the gates, what they looked at, and the faults found by family."""

    version: str
    counts: dict[str, int]
    gates: tuple[Gate, ...]
    faults: dict[str, tuple[int, int]]  # made and found
    missed: tuple[str, ...]


def prove(sample: int = SAMPLE) -> Proof:
    """Run the gates on the project. Takes about two minutes, most of them in the reference validator."""
    findings = checking.check()
    triples = read(turtle_files())
    shapes = read(shape_files() + meta_shape_files())
    fast, reference = (engines.validate(triples, shapes, engine) for engine in ("fast", "pyshacl"))
    rows = list(hygiene.faults(triples))
    ground = world.world()
    tallies = mutation.score(Judge(shapes, [*ground.records, *ground.ontology]), mutation.mutants(ground, sample))
    made, missed = sum(t.made for t in tallies), [fault for t in tallies for fault in t.missed]
    same = "the same results" if fast == reference else "other results"
    gates = (
        Gate(
            "Every file is in order", "aalco check: syntax, layout, terms, values", _found(len(findings)), not findings
        ),
        Gate("Every record has its shape", "SHACL, by shacl-rust", _found(len(fast)), not fast),
        Gate("A second validator agrees", "SHACL, by pySHACL, the reference", same, fast == reference),
        Gate("Terms and texts are clean", f"{len(hygiene_files())} SPARQL queries", _found(len(rows)), not rows),
        Gate(
            "Faults made on purpose are found",
            f"{made} faults in {len(tallies)} families, at most {sample} of each",
            f"{1 - len(missed) / made:.1%} found",
            len(missed) <= made / 100,
        ),
    )
    kinds = Counter(t.object.value for t in read(data_files()) if t.predicate.value == _TYPE)  # type: ignore[union-attr]
    counts = {
        "files": len(turtle_files()),
        "triples": len(triples),
        "records": sum(n for kind, n in kinds.items() if kind not in {ONTOLOGY + k for k in _KEEPING}),
        **{f"{name.lower()} records": kinds[ONTOLOGY + name] for name in _KEEPING},
        "sources": kinds[ONTOLOGY + "Source"],
        "shapes": len({t.subject for t in shapes if compact(t.predicate.value) == "sh:severity"}),
        "questions": len(query_files()),
    }
    return Proof(
        __version__,
        counts,
        gates,
        {t.family: (t.made, t.made - len(t.missed)) for t in tallies},
        tuple(f"{fault.family}: {fault.what}" for fault in missed),
    )


_KEEPING = ("Evidence", "Dispute", "Gap")


def _found(number: int) -> str:
    return "nothing to mend" if not number else f"{number} to mend"


def write(proof: Proof, folder: Path) -> list[Path]:
    """Write `proof.json` and `proof.html` into a folder. Raises UserError when that cannot be done."""
    from jinja2 import Environment  # only here is a page made

    page = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(_PAGE).render(proof=proof)
    texts = {"proof.json": json.dumps(asdict(proof), ensure_ascii=False, indent=2) + "\n", "proof.html": page + "\n"}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise UserError(f"{folder} cannot be written: {error.strerror}.", "Name another folder.") from None
    return [folder / name for name in texts]


_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>What is proven of the AALCO cyberspace-law knowledge graph {{ proof.version }}</title>
<style>
:root { color-scheme: light dark }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100% }
caption { text-align: start; font-weight: bold; padding: 1.5rem 0 .5rem }
th, td { text-align: start; vertical-align: top; padding: .35rem .6rem .35rem 0; border-bottom: 1px solid GrayText }
td.n { text-align: end; font-variant-numeric: tabular-nums }
</style>
</head>
<body>
<main>
<h1>What is proven of this graph</h1>
<p>Version {{ proof.version }}:
{{ "not everything holds" if proof.gates | rejectattr("held") | list else "everything below holds" }}.
Made by <code>aalco check --report</code>; <code>scripts/test</code> proves more.</p>
<table>
<caption>Gates</caption>
<thead><tr><th scope="col">What holds</th><th scope="col">Shown by</th><th scope="col">Outcome</th></tr></thead>
<tbody>
{% for gate in proof.gates %}
<tr><th scope="row">{{ gate.name }}</th><td>{{ gate.shows }}</td>
<td>{{ "yes" if gate.held else "no" }}: {{ gate.outcome }}</td></tr>
{% endfor %}
</tbody>
</table>
<table>
<caption>What was looked at</caption>
<thead><tr><th scope="col">Kind</th><th scope="col">Number</th></tr></thead>
<tbody>
{% for name, number in proof.counts.items() %}
<tr><th scope="row">{{ name }}</th><td class="n">{{ number }}</td></tr>
{% endfor %}
</tbody>
</table>
<table>
<caption>Faults made on purpose</caption>
<thead><tr><th scope="col">Family</th><th scope="col">Made</th><th scope="col">Found</th></tr></thead>
<tbody>
{% for family, (made, found) in proof.faults.items() %}
<tr><th scope="row">{{ family }}</th><td class="n">{{ made }}</td><td class="n">{{ found }}</td></tr>
{% endfor %}
</tbody>
</table>
{% if proof.missed %}
<h2>Not found</h2>
<ul>
{% for fault in proof.missed %}
<li>{{ fault }}</li>
{% endfor %}
</ul>
{% endif %}
</main>
</body>
</html>"""
