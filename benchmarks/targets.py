"""What is aimed at, what results.json says of it, and where a limit stands in the way."""

import json
from pathlib import Path
from typing import NamedTuple

RESULTS = Path(__file__).with_name("results.json")
METHODS = ("momentum", "nag", "adam")


def load():
    """The stored results."""
    return json.loads(RESULTS.read_text("utf-8"))


def measured(measure, results):
    """What measure makes of the results; None where its part was never run."""
    try:
        return measure(results)
    except (KeyError, StopIteration, ValueError):
        return None


def row(results, part, key):
    """One row of a part, by its key."""
    return next(one for one in results["parts"][part]["rows"] if one["key"] == key)


def ms(one, who="momentumlib"):
    """Milliseconds of one contender in a row."""
    return one["times"][who]["ms"]


def ratio(one, who, output=None):
    """How many times as long the fastest of those whose names begin with `who` takes."""
    times = [
        time["ms"] for name, time in one["times"].items()
        if name.startswith(who) and output in (None, time["output"])
    ]  # fmt: skip
    return min(times) / ms(one)


def small(who, methods, output=None):
    """The smallest ratio over both landscapes."""
    return lambda results: min(
        ratio(row(results, "small", f"{name} {place}"), who, output)
        for name in methods for place in ("quadratic", "rosenbrock")
    )  # fmt: skip


def swept(key, who):
    """A sweep's ratio with the same output."""
    return lambda results: ratio(row(results, "grid", key), who, "all")


def share_of_peak(results):
    """Of one core's multiply-adds, what the sweep uses."""
    limits = results["parts"]["grid"]["limits"]
    apart = limits["operations"] / ms(row(results, "grid", "valley")) * 1e3 / limits["peak"]
    return limits.get("share", apart)  # in turn, or minutes apart


def own_gradient(results):
    """How many times as long a sweep takes with a reader's gradient."""
    own, built_in = (row(results, "grid", key) for key in ("a reader's gradient", "valley"))
    return ms(own) / ms(built_in)


def share_of_axpy(results):
    """Bytes a second in parts of axpy's, the smallest in double precision.

    Bytes, not times: axpy touches three numbers for each parameter, momentum five, Adam seven.
    """
    times = [row(results, "large", f"{name} float64")["times"] for name in METHODS]
    return min(time["momentumlib"]["GB/s"] / time["axpy"]["GB/s"] for time in times)


def against_fused(results):
    """The smallest ratio to PyTorch's fused step, in double precision."""
    rows = (row(results, "large", f"{name} float64") for name in METHODS)
    return min(ratio(one, "PyTorch, fused") for one in rows)


def latency_bound(results):
    """Milliseconds that 10,000 steps of momentum take at least: four operations in a chain."""
    return 10_000 * 4 * results["parts"]["machine"]["limits"]["latency"] / 1e6


def adam_bound(results):
    """The same of Adam: a root, two divisions and six products and sums in a chain."""
    one = results["parts"]["machine"]["limits"]
    return 10_000 * (one["root"] + 2 * one["division"] + 6 * one["latency"]) / 1e6


def pointer(results):
    """Nanoseconds that a step costs more in the loop that calls f and grad through pointers."""
    general, fused = (row(results, "small", key) for key in ("pointer", "momentum quadratic"))
    return (ms(general) - ms(fused)) * 1e6 / 10_000


class Target(NamedTuple):
    """work : what runs;  measure : results -> number;  aim : what it should reach, or stay
    below where `least` is False;  limit : what stands in the way where it does not, with names
    of numbers in braces, which `extensions/speed.py` looks up."""

    work: str
    measure: object
    aim: float
    unit: str
    least: bool = True
    limit: str = ""

    def met(self, found):
        """Whether a number reaches the aim."""
        return found >= self.aim if self.least else found <= self.aim


def page(what, part="pages", of=None):
    """The largest of a figure over all pages, or over all sliders.

    of : another figure, that of the page or slider with the largest.
    """

    def largest(results):
        every = results["parts"]["visits"]["limits"][part].values()
        return max((one for one in every if what in one), key=lambda one: one[what])[of or what]

    return largest


def bare(what, part=None):
    """A figure of the page with a bare slider: less is not possible in this browser."""

    def measured(results):
        found = results["parts"]["visits"]["limits"]["bare"]
        return (found[part] if part else found)[what]

    return measured


def sent(results):
    """Milliseconds that the heaviest page is on a line of 10 Mbit/s."""
    return 8 * page("kB")(results) / 10


def start(name):
    """A time of part startup."""
    return lambda results: results["parts"]["startup"]["limits"]["ms"][name]


LATENCY = (
    "A step on two numbers is a chain of four operations, each waiting for the last: 10,000 take "
    "at least {bound}. Ours take {ours}, and {call} of that is the call."
)
PAINTING = (
    "A bare slider with one line on a canvas costs {event ÷ @}, which is the browser's. Of the "
    "slowest, scripts take {event-script ÷ @}, style and layout {event-layout ÷ @}; the rest of it "
    "paints, without a graphics card."
)
LOADING = (
    "A page with a bare slider answers after {first ÷ @}. The slowest page is painted after "
    "{first-paint ÷ @}, and has its first slider after {first-slider ÷ @}: until then it is read "
    "and laid out."
)
TARGETS = (
    Target("two coordinates, beside PyTorch's loop", small("PyTorch", METHODS), 1000, "×", True,
           LATENCY),
    Target("two coordinates, beside NumPy", small("NumPy", METHODS), 100, "×", True, LATENCY),
    Target("momentum and NAG, beside optax with the same output",
           small("optax", ("momentum", "nag"), "all"), 4, "×", True,
           LATENCY + " optax is compiled as well: a quarter of its {optax-all} would be "
           "{optax-all-quarter}."),
    Target("Adam, beside optax with the same output", small("optax", ("adam",), "all"), 2, "×",
           True, "A root, two divisions and six other operations are a chain, for both: 10,000 "
           "steps take at least {adam-bound}. Ours take {adam}, optax's {optax-adam}."),
    Target("a call that takes no step", lambda r: 1e3 * ms(row(r, "small", "call")), 10, "µs",
           False, "Python looks at every argument, makes six arrays and a Run, and hands "
           "them over. With 100 steps it takes {call-100}: the loop is the least of it."),
    Target("logistic regression: time in parts of optax's, same output",
           lambda r: 1 / ratio(row(r, "regression", "logistic"), "optax", "all"), 1.15, "×", False,
           "Each row's sum is taken in order, so that every machine gets the same digits. optax "
           "sums in as many parts as a register holds, and its digits follow the processor."),
    Target("sweep: share of the peak of one core", share_of_peak, 0.35, "", True,
           "The peak counts a product and a sum as one instruction; ours are two, as joining them "
           "would change digits. The steps alone, each of which waits for the one before and "
           "stores its cost, take {sweep-steps} of {sweep}; the rest looks at every run's costs."),
    Target("sweep, beside JAX with the same output", swept("valley", "JAX"), 8, "×", True,
           "Both store all costs and read them again; this takes its time in either language."),
    Target("sweep on Rosenbrock's valley, beside JAX", swept("rosenbrock", "JAX"), 1, "×", True,
           "Gradient and step run as two loops over the block, with the numbers in the cache."),
    Target("sweep of Adam, beside JAX", swept("adam", "JAX"), 1, "×", True,
           "Roots and divisions have few units in the processor, for whoever asks them."),
    Target("sweep with a reader's gradient, in parts of the built-in one", own_gradient, 3, "×",
           False, "The built-in valley takes five steps at a time without leaving the registers. "
           "A gradient of your own goes step by step."),
    Target("10⁷ parameters: bytes a second, in parts of axpy's", share_of_axpy, 0.95, "", True,
           "More arrays at once are harder for the memory than axpy's two."),
    Target("10⁷ parameters, beside PyTorch's fused step", against_fused, 1, "×", True,
           "Both are limited by the memory."),
    Target("fruit network, beside PyTorch", lambda r: ratio(row(r, "network", "network"), "PyT"),
           1.3, "×", True, "Ours takes {network-alone} on one core and {network} on two: the "
           "second has the slopes of the weights alone. PyTorch shares out each layer."),
    Target("first minimize of a second process", start("warm"), 500, "ms", False,
           "LLVM is loaded, and the machine code that the first process left."),
    Target("import, beyond NumPy's", start("beyond NumPy"), 20, "ms", False,
           "The modules of the methods and their checks are read."),
    Target("a slider's event, the slowest", page("÷ 1", "events"), 8, "ms", False,
           PAINTING.replace("@", "1")),
    Target("the same at a quarter of the speed", page("÷ 4", "events"), 33, "ms", False,
           PAINTING.replace("@", "4")),
    Target("first response of a page, the slowest", page("÷ 1"), 330, "ms", False,
           LOADING.replace("@", "1")),
    Target("the same at a quarter of the speed", page("÷ 4"), 1000, "ms", False,
           LOADING.replace("@", "4")
           + " On this visit's line of 10 Mbit/s the heaviest page is {sent}."),
    Target("weight of a page, the heaviest", page("kB"), 300, "kB", False,
           "A page carries its figures, their modules and the fonts of its formulas."),
)  # fmt: skip


def reached(results):
    """(target, number or None where it was not measured) of all targets."""
    for target in TARGETS:
        yield target, measured(target.measure, results)
