"""Paths of SVG drawings in the fewest words: from point to point, no digit that is not seen."""

import re

COMMAND = re.compile(r"([MLQCz])([^MLQCz]*)")


def short(d, digits=1):
    """The path `d` (commands M, L, Q, C and z, as notebooks store it) from point to point.

    Coordinates get `digits` decimals; rounding errors do not add up.

    >>> short("M10 20L14 20.01L14 9.5z")
    'm10 20h4v-10.5z'
    >>> short("M 0 0 Q 1.5 2 3 -4.25 L 3.25 -4", digits=2)
    'm0 0q1.5 2 3-4.25l.25 .25'
    """
    words, at, begun, last = [], (0, 0), (0, 0), ""
    for name, text in COMMAND.findall(d):
        if name == "z":
            at = begun
            words.append("z")
        else:
            given = text.split()
            points = zip(given[::2], given[1::2], strict=True)
            ends = [tuple(round(float(x) * 10**digits) for x in point) for point in points]
            steps = [(x - at[0], y - at[1]) for x, y in ends]
            if name == "L" and steps == [(0, 0)] and last:
                continue
            at = ends[-1]
            begun = at if name == "M" else begun
            name, numbers = name.lower(), [x for step in steps for x in step]
            if name == "l" and 0 in numbers:
                name, numbers = ("h", numbers[:1]) if numbers[1] == 0 else ("v", numbers[1:])
            text = joined(decimal(x, digits) for x in numbers)
            words.append((name if name != last else " " * (text[0] != "-")) + text)
        last = name if name != "z" else ""
    return "".join(words)


def decimal(number, digits):
    """`number` / 10^`digits`, written short.

    >>> [decimal(n, 1) for n in (120, -5, 34, 0)]
    ['12', '-.5', '3.4', '0']
    """
    text = f"{abs(number):0{digits + 1}d}"
    whole, rest = text[: len(text) - digits], text[len(text) - digits :].rstrip("0")
    text = (whole.lstrip("0") + "." + rest) if rest else whole
    return "-" * (number < 0) + text


def joined(numbers):
    """Numbers in a row; a minus sign separates, too."""
    return " ".join(numbers).replace(" -", "-")
