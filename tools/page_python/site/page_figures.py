"""What a page needs to show figures: drawings as SVG in its colours, and live figures' states.

In the page it is the module `page_figures`. matplotlib is there only when a cell draws.
"""

import base64
import io
import logging
import re
from itertools import count

from momentumlib import palette

#: What is unlike in each drawing, so that the ids of one are not those of another.
numbers = count()
ID = re.compile(r'(\bid="|url\(#|href="#)')


def begin(show):
    """Have `plt.show` call `show`, and the book's look for what is drawn."""
    import matplotlib.pyplot as plt

    from momentumlib import plot

    if plt.show is not show:
        plt.rcParams.update(plot.STYLE)
        plt.show = show
        logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)


def drawing(figure):
    """A figure of matplotlib as SVG in the page's colours; it is closed."""
    import matplotlib.pyplot as plt

    from momentumlib import plot

    out = io.StringIO()
    figure.savefig(out, format="svg", bbox_inches="tight", **plot.SVG)
    plt.close(figure)
    return palette.themed(ID.sub(rf"\1r{next(numbers)}-", out.getvalue()))


def state(figure):
    """A live figure's state as the page's host takes it: bytes as base64.

    `script` runs in place of a module, `same` names traits whose bytes the page has.
    """
    kind, values = type(figure), figure.state()
    data = {name: value for name, value in values.items() if isinstance(value, bytes)}
    same = {name: value.same for name, value in data.items() if getattr(value, "same", "")}
    return {
        "id": f"{kind.__module__}.{kind.__name__}",
        "state": {name: value for name, value in values.items() if name not in data},
        "bytes": {name: base64.b64encode(value).decode() for name, value in data.items()},
        "script": getattr(values.get("module"), "script", ""),
        "same": same,
        "esm": figure._esm,
        "css": figure._css,
    }
