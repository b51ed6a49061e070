"""What was measured, against what it is to be: as a table and as a picture."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, ROW, LEFT, TOP = 860, 24, 380, 40
MOST = 3.0  # of its aim; what goes beyond is drawn to the edge
GOOD, SHORT, INK, QUIET = "#4b7f52", "#c8642b", "#333", "#999"


@dataclass(frozen=True)
class Figure:
    """One figure: `value` in `unit` (a ratio by default), to be at least its aim, or at most with `at_most`.

    `beside` says what else was measured in the same run, the floor above all.
    """

    name: str
    value: float
    aim: float
    unit: str = "×"
    at_most: bool = False
    beside: str = ""

    @property
    def reached(self) -> float:
        """How much of the aim is reached: 1 is just that."""
        better, worse = (self.aim, self.value) if self.at_most else (self.value, self.aim)
        return better / worse

    @property
    def aims(self) -> str:
        return f"{'≤' if self.at_most else '≥'} {number(self.aim)} {self.unit}"


def number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:,.2f}".rstrip("0").rstrip(".")


def line(figure: Figure) -> str:
    """For the terminal."""
    verdict = "reached" if figure.reached >= 1 else f"{figure.reached:.2f} of it"
    value = f"{number(figure.value)} {figure.unit}"
    return f"{figure.name:58} {value:>16}   aim {figure.aims:>14}   {verdict}\n    {figure.beside}"


def table(figures: Sequence[Figure]) -> str:
    """A Markdown table."""
    rows = [f"| {one.name} | **{number(one.value)} {one.unit}** | {one.aims} | {one.beside} |" for one in figures]
    return "\n".join(["| | measured | aim | in the same run |", "|---|---|---|---|", *rows])


def plot(figures: Sequence[Figure]) -> str:
    """Each figure as a bar, in parts of its aim: an SVG that needs nothing to draw."""
    height = TOP + ROW * len(figures) + 20
    unit = (WIDTH - LEFT - 90) / MOST
    parts = [_text(LEFT + unit, 22, "the aim", anchor="middle", fill=QUIET)]
    for place, one in enumerate(figures):
        y = TOP + place * ROW
        color = GOOD if one.reached >= 1 else SHORT
        wide = unit * min(MOST, one.reached)
        parts += [
            _text(LEFT - 10, y + 15, one.name.replace("`", ""), anchor="end"),
            f'<rect x="{LEFT}" y="{y + 3}" width="{wide:.0f}" height="{ROW - 8}" rx="2" fill="{color}"/>',
            _text(LEFT + wide + 8, y + 15, f"{number(one.value)} {one.unit}"),
        ]
    x = LEFT + unit
    parts.append(f'<path d="M{x:.0f} 28 V{height - 14}" stroke="{QUIET}" stroke-dasharray="3 3"/>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" '
        f'font-size="12"><rect width="{WIDTH}" height="{height}" fill="#fff"/>{"".join(parts)}</svg>\n'
    )


def _text(x: float, y: float, text: str, anchor: str = "start", fill: str = INK) -> str:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}" fill="{fill}">{escaped}</text>'
