"""The live figures and the drawings: what they show is what runs and theory give."""

import inspect
import json
import re

import numpy as np
import pytest

import momentumlib as ml
from golden import figures
from golden.leaves import assert_same
from momentumlib import palette
from momentumlib.arguments import fraction
from momentumlib.live.ball import frame as frame_of_curve
from momentumlib.live.frame.figure import frame
from momentumlib.live.frame.traits import Checked
from momentumlib.live.noise import draws
from momentumlib.live.race import wrap
from tiers import first

STORED = json.loads(figures.FILE.read_text(encoding="utf-8"))
NAMES = list(figures.LIVE | figures.DRAWN)


@pytest.mark.parametrize("name", first([name for name in NAMES if "race, " not in name], NAMES))
def test_a_figure_is_what_it_was(name):
    """Recorded, like the chapters' outputs: a change that is meant is recorded again."""
    assert_same(figures.made(name), STORED[name])


def test_the_record_is_whole():
    assert list(STORED) == NAMES


def test_the_clouds_have_the_variances_of_theory():
    figure = ml.live.noise(9, eta=0.02, gamma=0.8, batch=4, compare="effective", seed=5)
    assert figure.settings() == ((0.02, 0.8), (pytest.approx(0.1), 0.0))
    variance = ml.theory.stationary_variance
    wanted = [variance(eta, gamma, lam, 0.5)
              for eta, gamma in figure.settings() for lam in (1, 9)]  # fmt: skip
    assert figure.variances() == pytest.approx(wanted, rel=0.1)
    slow, fast = (ml.live.noise(4, eta=eta, gamma=0.5, compare="effective") for eta in (0.2, 0.25))
    assert (len(slow.variances()), len(fast.variances())) == (4, 2)  # η/(1 − γ) = ½ is the edge
    assert len(ml.live.noise(4, eta=0.75, gamma=0.5).variances()) == 0  # 2(1 + γ)/κ


def test_the_shoes_are_of_no_use_at_45_degrees():
    """Along the axes Adam's coordinates leave little of κ, turned by 45° nearly all."""
    for step in (0, 1, 40, 100):
        straight, turned = (
            np.linalg.cond(ml.live.shoes(30, angle=angle, step=step).seen()) for angle in (0, 45)
        )
        assert straight < 5
        assert turned > 29
    # In them one step of Adam that remembers nothing is a step of gradient descent.
    figure = ml.live.shoes(30, angle=20, eta=0.1, beta1=0, beta2=0, step=2)
    theta = figure.run().theta * np.sqrt(figure.divisors())
    assert theta[2] == pytest.approx(theta[1] - 0.1 * figure.seen() @ theta[1])


def test_the_spectrum_is_level_at_the_best_pair():
    best = ml.theory.polyak(1, 50)
    figure = ml.live.spectrum(50, eta=best.eta, gamma=best.gamma)
    assert figure.sizes(np.linspace(1, 50, 99)) == pytest.approx(best.rate, abs=1e-7)
    assert figure.rate() == pytest.approx(best.rate, abs=1e-7)


def test_the_noise_is_normal_enough():
    """Mean 0, variance 1, a fourth moment near 3, and no number like the one before."""
    x = draws(3, 200_000)
    assert abs(x.mean()) < 0.01
    assert x.var() == pytest.approx(1, abs=0.01)
    assert np.mean(x**4) == pytest.approx(3 - 1.2 / 4, abs=0.05)  # of a sum of four
    assert abs(np.mean(x[1:] * x[:-1])) < 0.01
    assert abs(np.corrcoef(x, draws(4, 200_000))[0, 1]) < 0.01


def test_a_race_at_the_best_rate_is_the_best_of_its_sixty():
    figure = ml.live.race(
        ml.problems.quadratic(kappa=30), ml.gd(0.5), mode="best", eta_range=(0.01, 0.1), steps=40
    )
    etas = np.geomspace(0.01, 0.1, 60)
    ends = [ml.minimize(figure.current(), ml.gd(eta), steps=40).loss[-1] for eta in etas]
    assert figure.run().method.hyper["eta"] == pytest.approx(etas[np.argmin(ends)])
    assert figure.run().loss[-1] == min(ends)


def test_the_marks_of_the_methods():
    """Readers know the methods by them, and stored pictures show them."""
    patterns = {name: "-" if dash == "-" else dash[1] for name, dash in palette.DASHES.items()}
    assert patterns == {
        "gd": (1, 1.2), "momentum": "-", "nag": (6, 2), "rmsprop": (4, 1.5, 1, 1.5),
        "adam": (8, 2, 2, 2), "nadam": (3, 2), "amsgrad": (2, 1), "adamw": (8, 2, 1, 1, 1, 2),
        "lion": (5, 1),
    }  # fmt: skip
    assert all(dash == "-" or dash[0] == 0 for dash in palette.DASHES.values())
    assert len(palette.LEVELS) == len(palette.MAP) == 10
    light = [sum(bytes.fromhex(color[1:])) for color in (*palette.LEVELS, *palette.MAP)]
    assert light[:10] == sorted(light[:10])
    assert palette.DARK.keys() == palette.LIGHT.keys()
    assert [palette.DARK[f"map{i}"] for i in range(10)] == palette.MAP
    assert palette.themed("fill:#FFF;stroke:black") == "fill:var(--fig-paper);stroke:var(--fig-ink)"


def contrast(one, other):
    """The contrast of two colors, as WCAG counts it."""
    light = sorted(np.dot(linear(color), [0.2126, 0.7152, 0.0722]) for color in (one, other))
    return (light[1] + 0.05) / (light[0] + 0.05)


def linear(color):
    """The light of #rrggbb."""
    parts = np.array(list(bytes.fromhex(color[1:]))) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


#: What each kind of color vision makes of light (Machado et al. 2009), and light as Oklab's axes.
SEEN = {
    "all": np.eye(3),
    "no red": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
               [-0.003882, -0.048116, 1.051998]],
    "no green": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                 [-0.011820, 0.042940, 0.968881]],
    "no blue": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
                [0.004733, 0.691367, 0.303900]],
}  # fmt: skip
CONES = [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
         [0.0883024619, 0.2817188376, 0.6299787005]]  # fmt: skip
OKLAB = [[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
         [0.0259040371, 0.7827717662, -0.8086757660]]  # fmt: skip


@pytest.mark.parametrize("colors", [palette.LIGHT, palette.DARK], ids=["light", "dark"])
def test_the_symbols_are_legible_and_apart_for_every_eye(colors):
    symbols = [colors[name] for name in palette.SYMBOLS]
    assert min(contrast(color, colors["paper"]) for color in symbols) >= 4.5  # they color text
    assert min(contrast(color, colors["level0"]) for color in symbols) >= 3  # and arrows
    for kind, matrix in SEEN.items():
        lab = [OKLAB @ np.cbrt(CONES @ np.clip(matrix @ linear(color), 0, 1)) for color in symbols]
        apart = [np.linalg.norm(a - b) for i, a in enumerate(lab) for b in lab[:i]]
        assert min(apart) > 0.1, kind


def test_a_goal_is_reached_by_what_it_names_alone():
    aim = ml.live.goal("Reach the star with γ alone.", ["J2 < 0.001", "only gamma"])
    figure = ml.live.race(ml.problems.wavy(), [ml.gd(0.05), ml.momentum(0.05, 0.8)], steps=400,
                          goal=aim)  # fmt: skip
    assert not figure.reached()
    figure.gamma, figure.step = 0.9, 3
    assert figure.measures()["J2"] == figure.run(1).loss[-1] < 0.001
    assert figure.reached()
    figure.eta = 0.049
    assert not figure.reached()  # though the run still arrives
    assert figure.measures()["J2"] < 0.001
    assert not ml.live.race(ml.problems.wavy(), ml.gd(0.05)).reached()  # no goal


@pytest.mark.parametrize("wrong", [3, "J < 1", {"text": "x"}, {"text": "x", "when": [], "and": 1}])
def test_a_goal_is_what_goal_gives(wrong):
    with pytest.raises(TypeError, match=r"goal must be what ml\.live\.goal gives"):
        ml.live.roots(goal=wrong)
    assert ml.live.roots(goal=None).goal == ml.live.roots(goal={}).goal == {}


def test_another_landscape_is_chosen_by_its_number():
    pair = [ml.problems.quadratic(kappa) for kappa in (4.0, 9.0)]  # of one kind: compiled once
    for figure in (ml.live.ball(), ml.live.race(pair, ml.gd(0.01))):
        figure.problem = 1
        assert figure.problem == 1
        with pytest.raises(ValueError, match="problem must be at most"):
            figure.problem = len(figure.problems)


def test_what_goals_measure_is_what_the_figures_show():
    assert ml.live.rate_map(kappa=9, eta=0.1).measures() == {
        "rate": pytest.approx(ml.theory.rate(ml.momentum(0.1, 0.9), [1, 9]))
    }
    clouds = ml.live.noise(kappa=4, gamma=0.5)
    along, _, other, _ = clouds.variances()
    assert clouds.measures()["ratio"] == pytest.approx(np.sqrt(along / other))
    assert ml.live.noise(eta=0.9, gamma=0.0).measures()["ratio"] is not None
    plan = ml.live.designer(steps=40)
    assert plan.measures() == {"J": plan.run().loss[-1]}
    assert ml.live.designer(eta=0.1, steps=900).measures() == {"J": np.inf}
    rates = ml.live.per_coordinate(steps=5)
    assert rates.measures()["ratio"] == np.divide(*rates.learning_rates()[-1])
    one = ml.live.factors(kappa=9, eta=0.21)
    assert one.measures() == {"rate": pytest.approx(ml.theory.rate(ml.gd(0.21), [1, 9]))}
    one = ml.live.spectrum(kappa=9, eta=0.1, gamma=0.4)
    rate = ml.theory.rate(ml.momentum(0.1, 0.4), np.linspace(1, 9, 99))
    assert one.measures() == {"rate": pytest.approx(rate)}
    one = ml.live.roots(0.7, gamma=0.2)
    assert one.measures() == {"rate": pytest.approx(ml.theory.rate(ml.momentum(0.7, 0.2), 1))}
    assert ml.live.shoes(9, start=[-2, 1]).measures() == {"left": pytest.approx(2)}


# --- What a figure may be set to ---------------------------------------------------------

#: A trait's name: the least and the largest value that a reader may give it.
ENDS = {
    "kappa": (1, 1e12), "eta": (5e-324, 1e9), "slope": (5e-324, 1e9), "gamma": (0, 1),
    "gamma0": (0, 1), "gamma1": (0, 1), "beta1": (0, 1), "beta2": (0, 1), "dampening": (0, 1),
    "steps": (1, 100_000), "length": (1, 100_000), "k": (1, 100_000), "step": (0, 100_000),
    "batch": (1, 10**9), "seed": (0, 2**31 - 1), "eps": (0, np.inf), "decay": (0, np.inf),
}  # fmt: skip
#: Those of one figure.
OWN_ENDS = {
    ("TrainHere", "seed"): (0, 2**32 - 1), ("TrainHere", "steps"): (10, 10_000),
    ("Ball", "start"): (-1e9, 1e9), ("Race", "problem"): (0, np.inf),
    ("Ball", "problem"): (0, np.inf),
}  # fmt: skip
LIVE = {name: getattr(ml.live, name) for name in ml.live.__all__ if name[0].isupper()}


def accepts(trait, value):
    """Whether a control takes a value, or says of itself that it does not."""
    try:
        return trait.check(trait.name, value, *trait.more) is not None
    except (TypeError, ValueError) as error:
        return trait.name not in str(error)


@pytest.mark.parametrize("name", LIVE)
def test_a_control_goes_from_end_to_end(name):
    for trait in LIVE[name].class_traits().values():
        least, most = OWN_ENDS.get((name, trait.name)) or ENDS.get(trait.name, (None, None))
        if least is None:
            continue
        whole = isinstance(trait.default_value, int)
        assert accepts(trait, least)
        assert not accepts(trait, least - (1 if whole else 1e-9 * max(most, 1)))
        if most < np.inf:
            step = 1 if whole else 1e-9 * most
            assert accepts(trait, most) == (trait.check is not fraction)  # which is below its end
            assert accepts(trait, most - step)
            assert not accepts(trait, most + step)


@pytest.mark.parametrize("name", LIVE)
def test_a_figure_begins_where_its_function_begins(name):
    """A class by itself makes the same figure as the function, at its first step."""
    function = getattr(ml.live, re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower())
    given = inspect.signature(function).parameters
    unsaid = {"eta": 0.1 if name == "Factors" else 0.01, "gamma": 0.9, "first": ()}
    unsaid["start"] = -6.0 if name == "Ball" else ml.problems.quadratic().start.tolist()
    for trait in LIVE[name].class_traits().values():
        if isinstance(trait, Checked) and trait.name in given:
            begun = 0 if trait.name in ("step", "problem") else given[trait.name].default
            begun = unsaid.get(trait.name, {}) if begun is None else begun
            same = list(begun) if isinstance(begun, tuple) else begun
            assert trait.default_value == same, trait.name


@pytest.mark.parametrize(
    ("problem", "start", "wanted"),
    [
        (ml.problems.quadratic(), [-4.0, 2.0], [[-5, 5], [-2.5, 2.5]]),
        (ml.problems.quadratic(), [-4.0, 0.5], [[-5, 5], [-2.5, 2.5]]),  # no narrower than half
        (ml.problems.quadratic(), [1.0, 8.0], [[-5, 5], [-10, 10]]),
        (ml.problems.saddle(), [3.0, 0.0], [[-3.75, 3.75], [-1.875, 1.875]]),  # between minima
        (ml.Problem(sum, np.ones_like, dim=2), [3.0, -1.0], [[-2, 8], [-6, 4]]),  # no minimum
    ],
)
def test_a_frame_shows_start_and_minima_with_a_quarter_of_room(problem, start, wanted):
    assert frame(problem, start) == wanted


def test_a_curve_s_frame_where_the_run_begins_at_the_star():
    """There a room of 1, and its curve's own height."""
    xlim, ylim = frame_of_curve(ml.problems.quadratic(1, 1), 0.0, None)
    assert xlim == [-0.15, 0.65]
    top = 0.65**2 / 2
    assert ylim == pytest.approx([-0.2 * top, 1.5 * top], abs=1e-4)
    given, _ = frame_of_curve(ml.problems.quadratic(1, 1), 0.0, (-2.0, 3.0))
    assert given == [-2.0, 3.0]


def test_a_bare_step_takes_its_values_from_the_sliders():
    def step(theta, m, s, g, eta, beta1, beta2, eps):
        m, s = beta1 * m + g, beta2 * s + g * g
        return theta - eta * m / (s + eps), m, s

    made = wrap(step, 0.02, 0.7)
    assert made.hyper == {"eta": 0.02, "beta1": 0.7, "beta2": 0.999, "eps": 1e-8}
    assert wrap(made, 0.5, 0.5) is made


def test_a_race_on_a_landscape_that_is_no_valley():
    """What the controls begin with where neither a valley nor a constant says it."""
    land, growing = ml.problems.himmelblau(), ml.nag(0.02, ml.schedules.nesterov())
    race = ml.live.race(land, [growing, ml.adam(0.1)], steps=30, xlim=(-5, 4))
    assert (race.kappa, race.angle, race.eta, race.gamma) == (10.0, 0.0, 0.02, 0.9)
    assert (race.steps, race.step, race.mode, race.rivals) == (30, 30, "same", False)
    (place,) = race.problems
    assert (place["p"], place["kind"], place["label"]) == (0, "", "himmelblau")
    assert (place["xlim"], place["minimum"]) == ([-5, 4], 0.0)
    assert np.shape(place["minima"]) == (4, 2)
    assert place["start"] == race.start == land.start.tolist()
    assert place["python"] == "ml.problems.himmelblau()"
    assert [m["slider"]["eta"] for m in race.methods] == [True, True]
    assert [m["slider"]["gamma"] for m in race.methods] == [False, False]
    other = ml.live.race([land], growing, eta=0.05, gamma=0.0, step=4, start=(1, 2))
    assert (other.eta, other.gamma, other.step, other.start) == (0.05, 0.0, 4, [1, 2])
    assert other.problems[0]["start"] == land.start.tolist()
