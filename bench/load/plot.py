"""The run as a picture: SVG, written by hand so that it needs nothing to draw."""

from collections import defaultdict
from statistics import median

from bench.load.crowd import Record

WIDTH, HEIGHT, LEFT, GAP = 860, 170, 60, 50
BLUE, ORANGE, GREEN = "#2f6f9f", "#c8642b", "#4b7f52"
BUCKETS = 60


def draw(record: Record) -> str:
    """Three panels over time: REST and live updates (median and 95th percentile), and memory."""
    end = max(moment for moment, *_ in (*record.rest, *record.memory))
    panels = [
        ("REST check-in, ms: median and 95th percentile", [*curves(record.rest, end)]),
        ("Tap to changed page, ms: median and 95th percentile", [*curves(record.live, end)]),
        (
            "Memory, MB: web workers and Huey workers",
            [
                (BLUE, [(moment, web) for moment, web, _ in record.memory]),
                (GREEN, [(moment, workers) for moment, _, workers in record.memory]),
            ],
        ),
    ]
    height = len(panels) * (HEIGHT + GAP) + 10
    drawn = "".join(panel(title, lines, end, index * (HEIGHT + GAP)) for index, (title, lines) in enumerate(panels))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" '
        f'font-size="12" fill="#333"><rect width="{WIDTH}" height="{height}" fill="#fff"/>{drawn}</svg>\n'
    )


def curves(times: list[tuple[float, float]], end: float) -> list[tuple[str, list[tuple[float, float]]]]:
    buckets: dict[int, list[float]] = defaultdict(list)
    for moment, took in times:
        buckets[min(BUCKETS - 1, int(moment / end * BUCKETS))].append(took * 1000)
    middles = {bucket: (bucket + 0.5) * end / BUCKETS for bucket in sorted(buckets)}
    half = [(middle, median(buckets[bucket])) for bucket, middle in middles.items()]
    most = [(middle, sorted(buckets[bucket])[int(len(buckets[bucket]) * 0.95)]) for bucket, middle in middles.items()]
    return [(BLUE, half), (ORANGE, most)]


def panel(title: str, lines: list[tuple[str, list[tuple[float, float]]]], end: float, top: float) -> str:
    highest = max((value for _, line in lines for _, value in line), default=1.0) * 1.15
    base, wide = top + GAP - 20 + HEIGHT, WIDTH - LEFT - 20

    def place(moment: float, value: float) -> str:
        return f"{LEFT + moment / end * wide:.1f},{base - value / highest * HEIGHT:.1f}"

    parts = [f'<text x="{LEFT}" y="{top + 20}" font-weight="bold">{title}</text>']
    for share in (0, 0.5, 1):
        y = base - share / 1.15 * HEIGHT
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - 20}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{highest / 1.15 * share:.0f}</text>')
    for color, line in lines:
        points = " ".join(place(moment, value) for moment, value in line)
        parts.append(f'<polyline points="{points}" fill="none" stroke="{color}" stroke-width="1.8"/>')
    parts.append(f'<text x="{WIDTH - 20}" y="{base + 15}" text-anchor="end">{end / 60:.0f} min</text>')
    return "".join(parts)
