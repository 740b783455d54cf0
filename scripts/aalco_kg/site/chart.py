"""The timeline as a drawing: where each mark stands. A template turns it into SVG, with a table of the same events."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from aalco_kg.site.rendering import Page
from aalco_kg.views.timeline import LANES, Event

WIDTH, LANE, AXIS = 1000, 58, 34  # of the timeline: whole width, height of a lane, height of the row of years
_MARGIN = 112  # room for the names of the lanes
_STEP = 15  # from a mark to the next one above or below it, where events lie close
_LEVELS = (0, -1, 1)  # where marks of a lane may stand


@dataclass(frozen=True)
class Mark:
    """An event where it stands; a date less precise than a day is drawn over the time it may lie in."""

    event: Event
    x: float
    y: float
    wide: float  # from `x` to the end of the month or year, negative when the page reads from right to left


@dataclass(frozen=True)
class Chart:
    """The timeline: years with where they begin, lanes with their middle, marks."""

    width: int
    height: int
    years: tuple[tuple[int, float], ...]
    lanes: tuple[tuple[str, float], ...]
    marks: tuple[Mark, ...]


def chart(page: Page, events: Iterable[Event]) -> Chart:
    """The timeline of dated events; in Arabic it runs from right to left, as its readers do."""
    found = list(events)
    first = min(_days(event.date.value)[0] for event in found).year
    last = max(_days(event.date.value)[1] for event in found).year + 1
    start, end = date(first, 1, 1).toordinal(), date(last, 1, 1).toordinal()

    def x(day: int) -> float:
        along = _MARGIN + (WIDTH - _MARGIN - 20) * (day - start) / (end - start)
        return round(WIDTH - along if page.direction == "rtl" else along, 1)

    lanes = {lane: AXIS + LANE * (i + 0.5) for i, lane in enumerate(LANES)}
    marks, taken = [], dict[tuple[str, int], list[float]]()
    for event in found:
        begin, over = (x(day.toordinal()) for day in _days(event.date.value))
        level = next((n for n in _LEVELS if _free(begin, taken.get((event.lane, n), []))), 0)
        taken.setdefault((event.lane, level), []).append(begin)
        marks.append(Mark(event, begin, lanes[event.lane] + level * _STEP, round(over - begin, 1)))
    years = tuple((year, x(date(year, 1, 1).toordinal())) for year in range(first, last + 1))
    return Chart(WIDTH, AXIS + LANE * len(LANES), years, tuple(lanes.items()), tuple(marks))


def _free(place: float, others: list[float]) -> bool:
    return all(abs(place - other) >= _STEP for other in others)


def _days(text: str) -> tuple[date, date]:
    """The first day that a date may mean, and the last.

    >>> _days("2016-05")
    (datetime.date(2016, 5, 1), datetime.date(2016, 5, 31))
    """
    parts = [int(part) for part in text.split("-")]
    if len(parts) == 3:
        return date(*parts), date(*parts)
    if len(parts) == 2:
        year, month = parts
        after = date(year + month // 12, month % 12 + 1, 1)
        return date(year, month, 1), date.fromordinal(after.toordinal() - 1)
    return date(parts[0], 1, 1), date(parts[0], 12, 31)
