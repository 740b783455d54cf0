"""Checking while somebody writes: after an edit only what the edit reaches is judged again.

`Watched` holds the project as it was last read. `again` takes the files that changed and gives the findings of the
whole, which are those that `check` would give; a record that was judged before and is out of reach keeps its verdict.
"""

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from aalco_kg import turtle
from aalco_kg.checking import Finding, form, hygiene_findings, located, unreadable
from aalco_kg.checking.again import Judge
from aalco_kg.checking.engines import Result, validate
from aalco_kg.checking.reach import line
from aalco_kg.errors import UserError
from aalco_kg.files import meta_shape_files, ontology_files, read_text, shape_files, turtle_files
from aalco_kg.graph import read


class Watched:
    """The project, its findings, and what it takes to judge a part of it again."""

    def __init__(self) -> None:
        self.texts: dict[Path, str] = {}
        self.triples: dict[Path, list[ox.Triple]] = {}
        self.form: dict[Path, list[Finding]] = {}
        self.results: dict[str, set[Result]] = defaultdict(set)
        self._begin()

    def _begin(self) -> None:
        """Read and judge everything."""
        self.texts, self.triples, self.form = {}, {}, {}
        terms = read(ontology_files())
        self.terms = {t.subject.value for t in terms if isinstance(t.subject, ox.NamedNode)}
        for path in turtle_files():
            self._read(path)
        shapes = read(shape_files() + meta_shape_files())
        everything = [t for file in self.triples.values() for t in file]
        self.judge = Judge(shapes, (line(t) for t in everything))
        self.results.clear()
        for result in validate(everything, shapes):
            self.results[result.focus].add(result)

    def _read(self, path: Path) -> None:
        """Take a file in as it is now; one that is gone, or is not Turtle, has no triples."""
        self.triples[path], self.form[path] = [], []
        if not path.exists():
            for held in (self.texts, self.triples, self.form):
                held.pop(path, None)
            return
        self.texts[path] = read_text(path)
        try:
            self.triples[path] = turtle.parse(path, self.texts[path])
            self.form[path] = form(path, self.texts[path], self.triples[path], self.terms)
        except UserError as error:
            self.form[path] = [unreadable(path, error)]

    def again(self, paths: Iterable[Path]) -> list[Finding]:
        """The findings of the whole after these files changed."""
        paths = {path.resolve() for path in paths}
        if any("ontology" in path.parts for path in paths):  # every record may stand on it
            self._begin()
            return self.findings()
        before = [t for path in paths for t in self.triples.get(path, ())]
        for path in sorted(paths):
            self._read(path)
        after = [t for path in paths for t in self.triples.get(path, ())]
        reached = self.judge.change((line(t) for t in before), (line(t) for t in after))
        for node in reached:
            self.results.pop(node.strip("<>"), None)
        for result in self.judge.verdict(reached):
            self.results[result.focus].add(result)
        return self.findings()

    def findings(self) -> list[Finding]:
        """Everything to mend; what ties records together is told when each file is in order by itself."""
        alone = [finding for found in self.form.values() for finding in found]
        if alone:
            return sorted(set(alone))
        results = [result for found in self.results.values() for result in found]
        return sorted({*located(results, self.triples, self.texts), *hygiene_findings(self.triples, self.texts)})
