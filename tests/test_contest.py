"""Contests: the same effort for all, an honest judge, no winner where bands overlap."""

import numpy as np
import pytest

import momentumlib as ml

VALLEY = ml.problems.quadratic(kappa=100)
ETAS, GAMMAS = np.array([0.0025, 0.005, 0.01, 0.02, 0.04]), [0.0, 0.5, 0.8, 0.9]
quiet = {"progress": False}


def pair(etas=ETAS):
    return {"GD": (ml.gd, {"eta": etas}), "momentum": (ml.momentum, {"eta": etas, "gamma": GAMMAS})}


def made(**results):
    return ml.bands(results)


def test_the_judge_measures_what_minimize_does():
    starts = np.array([[-4.0, 2.0], [3.0, 1.0]])
    found = ml.contest(
        VALLEY, pair(), steps=200, noise=0.1, tol=1e-30, **quiet,
        tuning={"seeds": [0]}, judging={"starts": starts, "seeds": [7, 8, 9]},
    )  # fmt: skip
    for name, method in (("GD", ml.gd), ("momentum", ml.momentum)):
        entry = found.entries[name]
        ends = [
            [
                ml.minimize(VALLEY, method(**entry.best), start=s, steps=200, noise=0.1, seed=k)
                for k in (7, 8, 9)
            ]
            for s in starts
        ]
        loss = np.array([[run.loss[-1] for run in row] for row in ends])
        assert entry.result == pytest.approx(np.median(loss, axis=0), rel=1e-12)
        at = tuple(int(np.flatnonzero(entry.tried.axes[n] == x)[0]) for n, x in entry.best.items())
        assert entry.tried.loss[at][0] == entry.tried.loss.min()


def test_steps_are_counted_for_each_start_and_never_is_inf():
    starts = np.array([[-4.0, 2.0], [3.0, 1.0], [0.1, 4.0]])
    judging = {"starts": starts, "seeds": [9]}
    found = ml.contest(VALLEY, pair(), by="steps", steps=300, judging=judging, **quiet)
    slow, fast = found.entries["GD"], found.entries["momentum"]
    assert slow.result.shape == fast.result.shape == (3,)
    assert np.isinf(slow.result).any()
    assert np.isfinite(fast.result).all()
    assert slow.band[2] == np.inf
    assert "inf" in str(found)


def test_who_begins_at_the_end_takes_no_step():
    starts = np.array([[0.0, 0.0], [1.0, 0.0]])
    only = {"GD": (ml.gd, {"eta": [0.01]})}
    found = ml.contest(
        VALLEY, only, by="steps", steps=9, tol=0.5, judging={"starts": starts, "seeds": [9]},
        **quiet,
    )  # fmt: skip
    assert found.entries["GD"].result[0] == 0


def test_an_edge_is_named_and_zero_is_none():
    found = ml.contest(VALLEY, pair([0.0025, 0.005]), by="steps", steps=2000, **quiet)
    assert found.entries["GD"].edges == ("eta",)
    assert "eta = 0.005 (edge)" in str(found)
    wide = ml.contest(VALLEY, pair(), by="steps", steps=2000, **quiet)
    assert wide.entries["GD"].edges == ()
    only = {"momentum": (ml.momentum, {"eta": ETAS, "gamma": [0.0, 0.999]})}
    assert ml.contest(VALLEY, only, by="steps", steps=900, **quiet).entries["momentum"].edges == ()


def test_a_list_of_one_has_no_edge():
    for gamma in ([0.9], 0.9):
        only = {"momentum": (ml.momentum, {"eta": ETAS, "gamma": gamma})}
        found = ml.contest(VALLEY, only, by="steps", steps=300, **quiet).entries["momentum"]
        assert found.best["gamma"] == 0.9
        assert "gamma" not in found.edges


def test_bands_that_touch_have_no_winner():
    apart = made(a=[1, 2, 3], b=[4, 5, 6], c=[9, 9, 9])
    assert apart.winner == "a"
    assert str(apart).endswith("a wins")
    touching = made(a=[1, 2, 4], b=[4, 5, 6])
    assert touching.winner is None
    assert str(touching).endswith("no winner: the bands overlap")
    assert touching.ahead("a", "b") == 1.0
    assert made(a=[1, 5, 3, 3], b=[2, 4, 4, 3]).ahead("a", "b") == 0.5
    assert made(a=[1.0, 2.0]).winner == "a"
    assert "wins" not in str(made(a=[1.0, 2.0]))


def test_what_was_measured_already_is_compared_alike():
    found = ml.bands({"GD": [310, 290, 335], "momentum": [64, np.inf, 60]}, by="steps")
    assert found.winner is None
    assert found.entries["momentum"].band == (60, 64, np.inf)
    assert [line.split() for line in str(found).splitlines()[:2]] == [
        ["steps", "10", "%", "to", "90", "%"], ["GD", "310", "290", "to", "335"],
    ]  # fmt: skip
    for wrong, error in (({}, TypeError), ({"a": []}, ValueError), ({"a": [np.nan]}, ValueError)):
        with pytest.raises(error, match="results"):
            ml.bands(wrong)
    with pytest.raises(TypeError, match="by must be a word"):
        ml.bands({"a": [1]}, by=2)


@pytest.mark.parametrize(("runs", "chance"), [(3, 1 / 10), (5, 1 / 126)])
def test_chance_parts_the_bands_of_equal_methods_as_often_as_is_said(runs, chance):
    draws = np.random.default_rng(0).normal(size=(100_000, 2, runs))
    low, high = draws.min(axis=2), draws.max(axis=2)
    apart = (high[:, 0] < low[:, 1]) | (high[:, 1] < low[:, 0])
    assert apart.mean() == pytest.approx(chance, rel=0.1)


def test_the_band_holds_eighty_percent():
    assert made(a=np.arange(1, 101)).entries["a"].band == (10, 50, 90)


def test_trials_are_some_of_all_settings_and_the_same_again():
    settings = {"by": "steps", "steps": 2000, "trials": 6, **quiet}
    one, again = (ml.contest(VALLEY, pair(), seed=3, **settings) for _ in range(2))
    other = ml.contest(VALLEY, pair(), seed=4, **settings)
    assert one.entries["momentum"].tried.steps.shape == (6, 3)
    assert one.entries["GD"].tried.steps.shape == (5, 3)
    assert one.entries["GD"].tried.axes["seed"].tolist() == [0, 1, 2]
    assert one.entries["GD"].result.shape == (10,)  # the judge's seeds, 100 to 109
    assert str(one) == str(again)
    assert not np.array_equal(
        one.entries["momentum"].tried.steps, other.entries["momentum"].tried.steps
    )
    best = one.entries["momentum"].best
    assert best["eta"] in ETAS
    assert best["gamma"] in GAMMAS
    steps = ml.minimize(VALLEY, ml.momentum(**best), steps=2000).loss
    first = int(np.flatnonzero(steps >= 1e-6 * steps[0])[-1]) + 1
    counts = one.entries["momentum"].tried.steps
    assert counts[counts >= 0].min() == first


def test_a_network_begins_anew_for_the_judge(tmp_path):
    digits = ml.datasets.digits()
    fresh = lambda seed: ml.models.perceptron(digits, seed=seed)
    settings = {
        "steps": 20, "tuning": {"seeds": [0]}, "judging": {"seeds": [5, 6]},
        "fresh": fresh, "study": tmp_path, **quiet,
    }  # fmt: skip
    entrants = {"momentum": (ml.momentum, {"eta": [0.05, 0.2], "gamma": [0.9]})}
    found = ml.contest(fresh(0), entrants, **settings)
    best = found.entries["momentum"].best
    ends = [
        ml.minimize(fresh(k), ml.momentum(**best), steps=20, seed=k, keep=20).loss[-1]
        for k in (5, 6)
    ]
    assert found.entries["momentum"].result == pytest.approx(ends, rel=1e-12)
    assert sorted(p.name for p in (tmp_path / "momentum").iterdir()) == [
        "judging-5", "judging-6", "tuning",
    ]  # fmt: skip
    again = ml.contest(fresh(0), entrants, **settings)
    assert np.array_equal(again.entries["momentum"].result, found.entries["momentum"].result)


@pytest.mark.parametrize(
    ("wrong", "error", "sentence"),
    [
        ({"entrants": {}}, TypeError, "entrants must be a dict of methods and lists, but is {}"),
        ({"entrants": {"GD": ml.gd}}, TypeError, "entrants: GD must be (method, lists), but is"),
        ({"entrants": {"GD": (0.1, {})}}, TypeError, "entrants: the method of GD must be a"),
        ({"by": "time"}, ValueError, "by must be"),
        ({"tuning": {"seed": 1}}, TypeError, "tuning must be a dict of starts and seeds, but is"),
        ({"judging": {"seeds": [2, 3]}}, ValueError, "judging must have seeds of its own"),
        (
            {"judging": {"seeds": [2, 1]}},
            ValueError,
            "judging must have seeds of its own, but shares 1",
        ),
        ({"trials": 0}, ValueError, "trials must be"),
        ({"fresh": 3}, TypeError, "fresh must be a function of a seed, but is 3"),
        ({"fresh": lambda seed: 7}, TypeError, "fresh must return a Problem, but returned 7"),
        ({"steps": 0}, ValueError, "steps must be"),
    ],
)
def test_wrong_arguments_get_their_sentence(wrong, error, sentence):
    settings = {"entrants": pair(), "steps": 5, **quiet} | wrong
    with pytest.raises(error) as raised:
        ml.contest(VALLEY, **settings)
    assert str(raised.value).startswith(sentence)


def test_an_entry_is_shown_without_its_numbers():
    entry = made(a=[1, 2]).entries["a"]
    assert repr(entry) == "Entry(best={}, edges=())"


def test_best_by_loss_is_the_lowest_end():
    grid = ml.sweep(VALLEY, ml.momentum, eta=ETAS, gamma=GAMMAS, steps=400, tol=0.5, **quiet)
    i, j = np.unravel_index(np.argmin(grid.loss), grid.loss.shape)
    assert grid.best("loss") == {"eta": ETAS[i], "gamma": GAMMAS[j]}
    assert grid.best("loss") != grid.best()
    with pytest.raises(ValueError, match="by must be"):
        grid.best("time")
