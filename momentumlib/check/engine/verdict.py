"""What a check says: as text, and as HTML for a notebook; no color carries a meaning alone."""

import re
from dataclasses import dataclass
from html import escape

from ...palette import LIGHT

STATES = {True: ("✓", "right", "good"), False: ("✗", "not right yet", "bad")}

#: JupyterLab's extension for the book's Markdown takes the triangle before a summary away.
SUMMARY = "cursor:pointer;list-style:revert"

#: How a reader checks an answer again; a page of the book has a button for it.
AGAIN = "run this cell again"


@dataclass(frozen=True)
class Verdict:
    """The result of a check; true when the answer is right.

    name : the check's;  passed : bool;  tried : False for a stub that nobody touched;
    mistake : the name of a known mistake, "" without one;  message : what it is;
    difference : where it first shows;  picture : SVG of the two paths;
    hints : the exercise's, folded in a notebook;  offered : how many of them repeated
    tries have earned, the last of which stands open.

    >>> verdict = Verdict("momentum", True, message="Well done.")
    >>> verdict
    ✓ momentum: right
      Well done.
    >>> bool(verdict), verdict.passed
    (True, True)
    """

    name: str
    passed: bool
    tried: bool = True
    mistake: str = ""
    message: str = ""
    difference: str = ""
    picture: str = ""
    hints: tuple = ()
    offered: int = 0

    def __bool__(self):
        return self.passed

    @property
    def hint(self):
        """The last hint that is offered, with its number; "" for none."""
        if not self.offered:
            return ""
        return f"Hint {self.offered} of {len(self.hints)}: {self.hints[self.offered - 1]}"

    def _state(self):
        return STATES[self.passed] if self.tried else ("○", "not tried yet", "muted")

    def _title(self):
        sign, state, _ = self._state()
        return f"{sign} {self.name}: {state}" + (f" ({self.mistake})" if self.mistake else "")

    def __repr__(self):
        parts = self._title(), self.message, self.difference, self.hint
        return "\n  ".join(part for part in parts if part)

    def _repr_html_(self):
        role = self._state()[2]
        color = f"var(--fig-{role}, {LIGHT[role]})"
        style = f"border-left:4px solid {color};padding:.2em 1em;margin:.5em 0;max-width:42em"
        lines = [f"<p><strong>{_html(self._title())}</strong></p>"]
        for part in (self.message, self.difference):
            if part:
                lines.append(f"<p>{_html(part)}</p>")
        inside = "".join(lines) + self.picture + self._folded()
        return f'<div class="check" role="note" style="{style}">{inside}</div>'

    def _folded(self):
        """The hints of an answer that is not right yet, each folded but the one just offered."""
        if self.passed:
            return ""
        return "".join(
            f"<details{' open' * (number == self.offered)}>"
            f'<summary style="{SUMMARY}">Hint {number} of {len(self.hints)}</summary>'
            f"<p>{_html(hint)}</p></details>"
            for number, hint in enumerate(self.hints, 1)
        )


def untried(name, hints=()):
    """The Verdict on a stub."""
    says = f"Write your answer in place of the `...`, then {AGAIN}."
    return Verdict(name, False, tried=False, message=says, hints=hints)


def _html(text):
    """Escaped text, `code` between backticks as code."""
    return re.sub("`([^`]+)`", r"<code>\1</code>", escape(text, quote=False))
