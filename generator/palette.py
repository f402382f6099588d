"""The colours of the charts, by name, for light and dark pages.

Charts name colours only as CSS variables (`ink` is `var(--pe-ink)`), so one drawing is right in
every scheme. The page's style sheet gives the variables these values; a file that stands alone
has them written in. Text, lines and fills that carry meaning keep 4.5:1 against `paper`; each
`seq-ink-N` keeps 4.5:1 on `seq-N`. `grid` is decoration.
"""

from __future__ import annotations

from typing import Final

PREFIX: Final = "--pe-"
"""What every variable's name starts with in CSS."""

LIGHT: Final[dict[str, str]] = {
    "ink": "#1b2a33",
    "muted": "#54626c",
    "grid": "#d5dde2",
    "paper": "#ffffff",
    "observed": "#0b5c7a",
    "target": "#b4500f",
    "highlight": "#7b3294",
    "seq-1": "#e3f0f4",
    "seq-2": "#b4d6e1",
    "seq-3": "#7fb6c9",
    "seq-4": "#2c7490",
    "seq-5": "#0a4a66",
    "seq-ink-1": "#1b2a33",
    "seq-ink-2": "#1b2a33",
    "seq-ink-3": "#1b2a33",
    "seq-ink-4": "#ffffff",
    "seq-ink-5": "#ffffff",
    "cat-1": "#12607f",
    "cat-2": "#b4500f",
    "cat-3": "#56711a",
    "cat-4": "#7b3294",
    "cat-5": "#8a6400",
    "cat-6": "#5a6670",
    "status-on-track": "#1f7346",
    "status-at-risk": "#9a5b00",
    "status-off-track": "#b3261e",
    "status-completed": "#0b5c7a",
    "status-completed-late": "#46659b",
    "status-not-started": "#5a6670",
    "status-on-hold": "#75578f",
    "status-cancelled": "#7a5348",
    "status-unknown": "#687680",
}
"""For white paper: pages in light scheme, print, and files that stand alone."""

DARK: Final[dict[str, str]] = {
    "ink": "#e6edf1",
    "muted": "#a8b5be",
    "grid": "#38444c",
    "paper": "#14181c",
    "observed": "#5cb6d3",
    "target": "#f0a35c",
    "highlight": "#d6a0e6",
    "seq-1": "#1f3640",
    "seq-2": "#26505f",
    "seq-3": "#2f7188",
    "seq-4": "#6fb4ca",
    "seq-5": "#b9e0ec",
    "seq-ink-1": "#e6edf1",
    "seq-ink-2": "#e6edf1",
    "seq-ink-3": "#ffffff",
    "seq-ink-4": "#14181c",
    "seq-ink-5": "#14181c",
    "cat-1": "#5cb6d3",
    "cat-2": "#f0a35c",
    "cat-3": "#a9c46c",
    "cat-4": "#d6a0e6",
    "cat-5": "#e0c25a",
    "cat-6": "#aab6be",
    "status-on-track": "#6cc495",
    "status-at-risk": "#ecb04e",
    "status-off-track": "#ff9a8f",
    "status-completed": "#5cb6d3",
    "status-completed-late": "#9db8ea",
    "status-not-started": "#aab6be",
    "status-on-hold": "#c8a9e0",
    "status-cancelled": "#cfa99e",
    "status-unknown": "#93a0a9",
}
"""For dark paper; the same names as LIGHT."""


def var(name: str) -> str:
    """The CSS variable of a colour. Raises KeyError for a name that LIGHT lacks, so that no drawing goes black."""
    LIGHT[name]
    return f"var({PREFIX}{name})"
