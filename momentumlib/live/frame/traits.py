"""The traits of live figures: what the reader or Python sets is looked at before it is kept."""

import traitlets as t

from ...arguments import number, vector, whole, within

#: The most steps of a run in a page, and how far from the origin it may start.
STEPS, REACH = 100_000, 1e9


class Checked(t.TraitType):
    """A trait that is what `check(name, value, *more)` returns, and raises what that raises.

    Where `Float` would raise a TraitError, or take any number, a figure says in one sentence
    what the value must be, and stays as it is.
    """

    def __init__(self, default, check, *more):
        super().__init__(default)
        self.check, self.more = check, more
        self.tag(sync=True)

    def validate(self, figure, value):
        return self.check(self.name, value, *self.more)


class Which(Checked):
    """The number of one of what the figure's trait `of` holds."""

    def __init__(self, of):
        super().__init__(0, whole, 0)
        self.of = of

    def validate(self, figure, value):
        return whole(self.name, value, 0, max(0, len(getattr(figure, self.of)) - 1))


def kappa(name, value):
    """A condition number: from 1 on, and not so large that the picture is beyond numbers."""
    return within(name, value, 1, 1e12)


def start(name, value):
    """Where a run begins, as [θ₁, θ₂]."""
    return [within(name, x, -REACH, REACH) for x in vector(name, value, 2)]


def steps(name, value):
    """How many steps a run takes."""
    return whole(name, value, 1, STEPS)


def step(name, value):
    """How far along a run the figure is; past its end is its end."""
    return whole(name, value, 0, STEPS)


def rate(name, value):
    """A learning rate."""
    value = number(name, value)
    if not 0 < value <= REACH:
        raise ValueError(f"{name} must be greater than 0 and at most {REACH:g}, but is {value:g}")
    return value
