"""A chart with two logarithmic axes, as SVG."""

import math
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 760, 460, 70, 190, 40, 50
COLOURS = ("#0b6e99", "#b5452b", "#3f7d20", "#7a4fa3", "#c98a00", "#444444", "#d0578f", "#2f8f8f")


@dataclass(frozen=True)
class Line:
    """A series of points (x, y) with a name; one that is not `marked` is drawn in grey, without its name."""

    name: str
    points: list[tuple[float, float]]
    marked: bool = True


def chart(title: str, x: str, y: str, lines: list[Line]) -> str:
    """The lines in one chart, both axes logarithmic and as long as the points need."""
    lines = [line for line in lines if line.points]
    xs, ys = zip(*(point for line in lines for point in line.points), strict=True)
    across, up = _axis(xs), _axis(ys)

    def place(px: float, py: float) -> tuple[float, float]:
        right = LEFT + (math.log10(px) - across[0]) / (across[1] - across[0]) * (WIDTH - LEFT - RIGHT)
        return right, HEIGHT - BOTTOM - (math.log10(py) - up[0]) / (up[1] - up[0]) * (HEIGHT - TOP - BOTTOM)

    parts = [f'<text x="{LEFT}" y="24" font-size="16">{escape(title)}</text>']
    for power in range(across[0], across[1] + 1):
        right, bottom = place(10**power, 10 ** up[0])
        parts.append(_rule(right, TOP, right, bottom))
        parts.append(f'<text x="{right:.1f}" y="{bottom + 18:.1f}" text-anchor="middle">{_number(power)}</text>')
    for power in range(up[0], up[1] + 1):
        left, height = place(10 ** across[0], 10**power)
        parts.append(_rule(left, height, WIDTH - RIGHT, height))
        parts.append(f'<text x="{left - 8:.1f}" y="{height + 4:.1f}" text-anchor="end">{_number(power)}</text>')
    parts.append(f'<text x="{LEFT}" y="{HEIGHT - 10}">{escape(x)} (across), {escape(y)} (up)</text>')
    colours = iter(COLOURS * 3)
    ends: list[float] = []
    for line in sorted(lines, key=lambda line: (line.marked, -line.points[-1][1])):
        colour = next(colours) if line.marked else "#cccccc"
        corners = " ".join(f"{px:.1f},{py:.1f}" for px, py in (place(*point) for point in line.points))
        parts.append(f'<polyline points="{corners}" fill="none" stroke="{colour}" stroke-width="2"/>')
        if line.marked:
            right, height = place(*line.points[-1])
            ends.append(max(height, ends[-1] + 14) if ends else height)
            parts.append(f'<text x="{right + 8:.1f}" y="{ends[-1] + 4:.1f}" fill="{colour}">{escape(line.name)}</text>')
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
        f'font-size="12" role="img">\n<title>{escape(title)}</title>\n'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>\n{body}\n</svg>\n'
    )


def _axis(values: tuple[float, ...]) -> tuple[int, int]:
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return low, max(high, low + 1)


def _rule(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="#eeeeee"/>'


def _number(power: int) -> str:
    return {3: "1k", 4: "10k", 5: "100k", 6: "1M", 7: "10M"}.get(power, f"{10.0**power:g}")
