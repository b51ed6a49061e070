"""A habit's own colour, and what can be read on it."""

import reflex as rx

INK, WHITE = "#1d1712", "#ffffff"


def readable_on(color: str) -> str:
    """White or ink, whichever has more contrast on `color` (WCAG 2 relative luminance)."""
    luminance = _luminance(color)
    on_white = 1.05 / (luminance + 0.05)
    on_ink = (luminance + 0.05) / (_luminance(INK) + 0.05)
    return WHITE if on_white >= on_ink else INK


def tint(color: str | rx.Var[str], on_color: str | rx.Var[str]) -> dict:
    """The `style` that lets everything inside use the habit's colour; `on_color` comes from `readable_on`."""
    return {"--habit": color, "--on-habit": on_color}


def _luminance(color: str) -> float:
    channels = (int(color[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
