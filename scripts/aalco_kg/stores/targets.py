"""Bringing a store to say what a content says: every graph as a whole, or only the difference.

A target holds our graphs and maybe others, which are left alone. While it is being loaded it bears a mark, so that
an interrupted load is seen the next time, and is then resumed or rolled back.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from aalco_kg.errors import UserError
from aalco_kg.stores.content import Content, Lines, is_blank
from aalco_kg.stores.difference import Difference, between
from aalco_kg.terms import BASE, DATASET, PREFIXES

SOURCES = BASE + "source/"  # graphs with such an address are ours
Step = Callable[[int], None]  # told how many statements more are done


class Target(Protocol):
    """A store that can be read and written graph by graph; the default graph is ''."""

    name: str
    default: str  # the graph for the facts unless the user names one

    def interrupted(self) -> str:
        """What became of a load that was interrupted before, in a sentence; empty when there was none."""

    def graphs(self) -> set[str]:
        """The addresses of the named graphs that hold something."""

    def read(self, graph: str) -> Lines:
        """What a graph holds."""

    def replace(self, content: Content, before: Content, step: Step) -> None:
        """Put each graph of `content` that differs from `before` in its place, and drop those it has not."""

    def change(self, difference: Difference, step: Step) -> None:
        """Apply a difference."""

    def finish(self) -> None:
        """Take off the mark: the load is done and proven."""

    def close(self) -> None:
        """Let go of files and connections."""


@dataclass(frozen=True)
class Plan:
    """What a load would do to a target, from what it holds (`before`) to what it should hold (`after`)."""

    before: Content
    after: Content
    difference: Difference
    interrupted: str

    def in_words(self, update: bool) -> str:
        """What will be done, in a sentence."""
        if not self.difference.changes:
            return "It holds the release already; there is nothing to do."
        if update:
            return f"{self.difference.removed:,} statements to remove, {self.difference.added:,} to add."
        names = [change.graph for change in self.difference.changes]
        put = [name for name in names if name in self.after.graphs]
        size = sum(len(self.after.graphs[name]) for name in put)
        return f"{len(put):,} graphs to put in place ({size:,} statements), {len(names) - len(put):,} to drop."

    def size(self, update: bool) -> int:
        """How many statements will be told of as done."""
        return self.difference.removed + self.difference.added if update else len(self.after)


def plan(target: Target, content: Content, main: str) -> Plan:
    """What has to be done to `target`, where the graph `main` holds the facts.

    Raises UserError when that graph also holds something that is not ours.
    """
    ours = {*content.graphs} | {name for name in target.graphs() if name.startswith(SOURCES)}
    before = _held(target, ours)
    if foreign := _foreign(before.graphs.get(main, frozenset()) - content.graphs.get(main, frozenset())):
        raise UserError(
            f"The {f'graph {main}' if main else 'default graph'} of {target.name} also holds {foreign:,} statements of "
            "something else, which would be lost.",
            "Load into a graph of its own: --graph https://w3id.org/aalco-kg",
            code=1,
        )
    return Plan(before, content, between(before, content), target.interrupted())


def _held(target: Target, names: set[str]) -> Content:
    held = ((name, target.read(name)) for name in sorted(names))
    return Content({name: lines for name, lines in held if lines})


# What the subjects of our statements begin with: things, and terms of the vocabularies that we use.
_OURS = tuple(f"<{start}" for start in (DATASET + "/", *PREFIXES.values()))


def _foreign(extra: Lines) -> int:
    """How many lines are about something that is not ours."""
    return sum(not line.startswith(_OURS) and not is_blank(line) for line in extra)


def carry_out(target: Target, plan: Plan, update: bool, step: Step) -> None:
    """Do what is planned, and compare. Raises UserError when the target then does not say what it should."""
    if plan.difference.changes:
        if update:
            target.change(plan.difference, step)
        else:
            target.replace(plan.after, plan.before, step)
        found = _held(target, {*plan.before.graphs, *plan.after.graphs})
        if found.digest != plan.after.digest:
            raise UserError(
                f"{target.name} holds {len(found):,} statements after loading, not the {len(plan.after):,} that it was "
                "given, as they are.",
                "Load again; if it stays so, the store changes what it is given.",
                code=1,
            )
    target.finish()
