"""The strength of a habit over time, as a Plotly figure in the page's theme."""

from datetime import date, timedelta

import plotly.graph_objects as go
import reflex as rx
from plotly.graph_objs.layout import Template

from habit_coach.habits import strength
from habit_coach.habits.history import History
from habit_coach.ui import formats
from habit_coach.ui.words import percent

MOST_POINTS = 400
A_YEAR = 365
DAY_IN_MS = 86_400_000


Series = list[tuple[date, float]]


def series(of: History) -> Series:
    """Strength by day from the first entry on; empty until it makes a line."""
    points = strength.series(of.plan, of.marks, of.today)
    return points if len(points) > 1 else []


def recent(series: Series) -> Series:
    """The last 12 months of it."""
    return series[-A_YEAR:]


def figure(series: Series, color: str) -> dict:
    """Plotly's figure: strength in percent, daily or, where that makes many points, weekly."""
    if not series:
        return {}
    step = 1 if len(series) <= MOST_POINTS else 7
    points = series[::-1][::step][::-1]
    share = formats.percent_for_charts("%{y:.0f}")
    return {
        "data": [
            {
                "type": "scatter",
                "mode": "lines",
                "x0": points[0][0].isoformat(),
                "dx": step * DAY_IN_MS,
                "y": [round(100 * score, 1) for _, score in points],
                "line": {"width": 2.5, "shape": "spline", "smoothing": 0.4},
                "fill": "tozeroy",
                "fillcolor": _faint(color),
                "hovertemplate": f"%{{x|{formats.for_charts()}}}: {share}<extra></extra>",
            }
        ],
        "layout": {
            "xaxis": {"nticks": 5, "tickangle": 0, "showgrid": False, "fixedrange": True},
            "yaxis": {
                "range": [0, 102],
                "tickvals": [0, 25, 50, 75, 100],
                "ticktext": ["0", *map(formats.percent, (0.25, 0.5, 0.75, 1))],
                "fixedrange": True,
            },
        },
    }


def words(series: Series) -> str:
    """The curve for those who do not see it."""
    if not series:
        return ""
    today, now = series[-1]
    best_day, best = max(series, key=lambda point: point[1])
    before = dict(series).get(today - timedelta(days=30))
    earlier = "" if before is None else f", {percent(before)} thirty days ago"
    return f"{percent(now)} today{earlier}. The highest was {percent(best)}, on {formats.on_day(best_day)}."


def plot(data: rx.Var[dict], label: rx.Var[str]) -> rx.Component:
    """The chart, with its words for screen readers. Plotly's smallest build comes only to pages that have it."""
    return rx.el.div(
        rx.plotly.basic(
            data=data.to(go.Figure),
            template=rx.color_mode_cond(light=_template(**LIGHT), dark=_template(**DARK)).to(Template),
            config={"displayModeBar": False, "scrollZoom": False, "doubleClick": False},
            use_resize_handler=True,
            style={"width": "100%", "height": "100%"},
        ),
        class_name="plot",
        role="img",
        aria_label=label,
    )


LIGHT = {"ink": "#554d42", "line": "#e7dfd2", "curve": "#24201b", "surface": "#fffdfa"}
DARK = {"ink": "#cabfb1", "line": "#37312b", "curve": "#f4efe8", "surface": "#201d1a"}


def _template(ink: str, line: str, curve: str, surface: str) -> dict:
    """The tokens of the stylesheet as Plotly understands them: it takes no CSS variables."""
    axis = {"gridcolor": line, "zeroline": False, "linecolor": line, "automargin": True}
    return {
        "layout": {
            "font": {"family": "Figtree, system-ui, sans-serif", "size": 13, "color": ink},
            "colorway": [curve],
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
            "showlegend": False,
            "hovermode": "x",
            "dragmode": False,
            "hoverlabel": {"bgcolor": surface, "bordercolor": line, "font": {"color": curve}},
            "xaxis": axis,
            "yaxis": axis,
        }
    }


def _faint(color: str) -> str:
    red, green, blue = (int(color[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.28)"
