"""The live figures and the drawings: what they show is what runs and theory give."""

import json

import numpy as np
import pytest

import momentumlib as ml
from golden import figures
from momentumlib import palette
from momentumlib.live.noise import draws

STORED = json.loads(figures.FILE.read_text(encoding="utf-8"))


def leaves(value, place=""):
    """(place, number or word) for each part of a value of JSON."""
    if isinstance(value, dict):
        for key in value:
            yield from leaves(value[key], f"{place}.{key}")
    elif isinstance(value, list | tuple):
        yield f"{place}.size", len(value)
        for i, each in enumerate(value):
            yield from leaves(each, f"{place}[{i}]")
    else:
        yield place, value


@pytest.mark.parametrize("name", figures.LIVE | figures.DRAWN)
def test_a_figure_is_what_it_was(name):
    """Recorded, like the chapters' outputs: a change that is meant is recorded again."""
    fresh, stored = dict(leaves(figures.made(name))), dict(leaves(STORED[name]))
    assert fresh.keys() == stored.keys()
    for place, value in stored.items():
        same = value
        if isinstance(value, float):
            same = pytest.approx(value, rel=1e-6, abs=1e-9)
        assert fresh[place] == same, place


def test_the_record_is_whole():
    assert list(STORED) == list(figures.LIVE | figures.DRAWN)


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
