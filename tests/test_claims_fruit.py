"""Each claim of chapter 6's summary and "In practice", as a reading that would deny it.

Nothing is trained here: the trainings are read as they are stored (test_studies.py computes a
sample of them again), and curvatures are measured with other pictures than the chapter's.
"""

import inspect
import json
from functools import cache
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

import momentumlib as ml

STUDIES = Path(__file__).parent.parent / "chapters" / "studies"
METHODS = "GD", "momentum", "NAG", "RMSprop", "Adam"
GAMMAS, ETAS = [0.0, 0.5, 0.9, 0.98], 0.01 * 2.0 ** np.arange(6)


@cache
def blocks(folder):
    """The arrays of a study, block by block."""
    kept = []
    for file in sorted((STUDIES / folder).glob("*.npz")):
        with np.load(file) as one:
            kept.append(dict(one))
    return kept


def costs(folder, *shape):
    """J at the end of every point of a sweep's grid."""
    return np.array([block["loss"][0] for block in blocks(folder)]).reshape(shape)


@cache
def looks(method):
    """The ten runs of a method that were looked at on their way."""
    return [blocks(f"looks/{method}-{seed}")[0] for seed in range(10, 20)]


def judged(folder, methods=METHODS):
    """The ten ends of each method's judge, and who wins."""
    seeds = range(100, 110)
    ends = {
        m: [blocks(f"{folder}/{m}/judging-{seed}")[0]["loss"][0] for seed in seeds] for m in methods
    }
    return ml.bands(ends)


def chosen(folder, method):
    """Which of the five learning rates the tuning chose."""
    return costs(f"{folder}/{method}/tuning", 5, 3).max(axis=1).argmin()


def overlap(contest, one, other):
    a, b = (contest.entries[name].band for name in (one, other))
    return a[0] <= b[2] and b[0] <= a[2]


# --- What to remember ---------------------------------------------------------------


SCALED = "NAG", "RMSprop", "Adam"


def test_gd_ended_last_and_nobody_won():
    contest = judged("contest")
    middle = {name: entry.band[1] for name, entry in contest.entries.items()}
    assert contest.winner is None
    assert sorted(middle, key=middle.get)[3:] == ["momentum", "GD"]
    assert not any(overlap(contest, "GD", name) for name in METHODS[1:])
    assert all(overlap(contest, one, other) for one in SCALED for other in SCALED)


def test_momentum_is_ahead_of_gd_and_nag_of_momentum_in_every_pair():
    """Of a pair, both have the same start and the same minibatches."""
    contest = judged("contest")
    for better, worse in (("momentum", "GD"), ("NAG", "momentum")):
        assert contest.ahead(better, worse) == 1


def test_how_far_momentum_is_ahead_of_gd_depends_on_where_one_looks():
    def first(target):
        times = lambda name: [run["t"][run["loss"] <= target] for run in looks(name)]
        return ml.bands(
            {name: [t[0] if t.size else np.inf for t in times(name)] for name in METHODS}, "steps"
        )

    easy, middle, hard = map(first, (1.0, 0.7, 0.5))
    for found in (easy, middle):  # the bands touch, and yet it is sooner in nine of ten pairs
        assert overlap(found, "momentum", "GD")
        assert [found.ahead("momentum", "GD"), found.ahead("GD", "momentum")] == [0.9, 0]
    assert not overlap(middle, "NAG", "GD")
    assert middle.ahead("NAG", "momentum") == 1
    assert np.isfinite(hard.entries["momentum"].result).all()
    assert np.isinf(hard.entries["GD"].result).all()
    assert [each.winner for each in (easy, middle, hard)] == [None] * 3


def test_the_figure_of_the_bands_shows_what_its_caption_says():
    J = {name: np.array([run["loss"] for run in looks(name)]) for name in METHODS}
    middle = {name: np.median(J[name], axis=0) for name in METHODS}
    for one, other in combinations(SCALED, 2):  # from step 60 on
        lower = np.minimum(J[one].max(axis=0), J[other].max(axis=0))
        assert (lower >= np.maximum(J[one].min(axis=0), J[other].min(axis=0)))[2:].all()
    for name in SCALED:  # from step 120 on
        assert (middle[name] < middle["momentum"])[4:].all()
    assert (middle["momentum"] < middle["GD"])[1:].all()
    assert J["momentum"][:, -1].max() < J["GD"][:, -1].min()


def right(method):
    """The share of test pictures that each run names in the end."""
    return np.array([run["right"][0, -1] for run in looks(method)])


def test_on_the_test_pictures_gd_reaches_into_momentums_and_rmsprops_band_alone():
    best = right("GD").max()
    assert min(right(name).mean() for name in METHODS[1:]) > right("GD").mean()
    assert [name for name in METHODS[1:] if right(name).min() <= best] == ["momentum", "RMSprop"]


def test_the_last_digit_moves_momentums_run_as_far_as_another_start():
    """PyTorch's rounding against the library's, from one start; for GD and Adam it hardly does."""
    peer = json.loads((STUDIES / "torch.json").read_text(encoding="utf-8"))["contest"]
    ends = {name: [run["loss"][-1] for run in looks(name)] for name in peer}
    off = {name: abs(peer[name]["J"] - ends[name][0]) for name in peer}
    apart = [abs(one - other) for one, other in combinations(ends["momentum"], 2)]
    assert off["momentum"] > np.median(apart)
    assert max(off["GD"], off["Adam"]) < 0.01


def test_with_a_falling_eta_pytorch_ends_within_a_hundredth_of_the_library():
    peer = json.loads((STUDIES / "torch.json").read_text(encoding="utf-8"))["large"]
    for name, end in peer.items():
        assert end["J"] == pytest.approx(trained(name, None)[0], abs=0.01)
        assert end["test"] == pytest.approx(1 - trained(name, 0)[0], abs=0.005)


def test_however_many_pictures_they_show_36_drawings_and_12_others():
    seen = inspect.signature(ml.datasets.fruits).parameters["styles"].default
    fruits = len(ml.datasets.fruits(count=24).names)
    styles = len(ml.datasets.STYLES)
    assert [fruits * len(seen), fruits * (styles - len(seen))] == [36, 12]


def test_on_the_scans_nag_wins():
    assert judged("digits").winner == "NAG"


def trained(name, field):
    """J, the share of test pictures or of held-out ones missed, of the three long trainings."""
    runs = [blocks(f"large/{name.lower()}-1000-{seed}")[0] for seed in (10, 11, 12)]
    return [r["loss"][-1] if field is None else 1 - r["right"][field, -1] for r in runs]


def test_trained_to_the_end_rmsprop_is_lowest_and_no_better_on_new_pictures():
    cost, test, held = (
        ml.bands({name: trained(name, field) for name in METHODS}) for field in (None, 0, 1)
    )
    assert cost.winner == "RMSprop"
    for found in (cost, test):
        assert not any(overlap(found, "GD", name) for name in METHODS[1:])
    assert test.winner is None
    assert all(overlap(test, "RMSprop", name) for name in ("NAG", "Adam"))
    middles = [test.entries[name].band[1] for name in METHODS[1:]]
    assert np.ptp(middles) < 0.0151
    assert all(overlap(held, "GD", name) for name in METHODS[1:])


def test_the_lowest_cost_is_not_the_best_network():
    """RMSprop ends below momentum in every pair, and names no more test pictures."""
    assert judged("contest").ahead("RMSprop", "momentum") == 1
    assert right("RMSprop").mean() < right("momentum").mean()
    assert right("RMSprop").max() > right("momentum").min()


def by_drawing(name):
    """The share of right answers for each of the 12 held-out drawings."""
    table = sum(run["confusion"][1] for run in looks(name))
    return np.diag(table) / table.sum(axis=1)


def test_the_held_out_drawings_tell_no_method_from_gd():
    """With the error of 12 drawings, each as often right as its pictures are."""

    def told(one, other):
        ahead = by_drawing(one) - by_drawing(other)
        return abs(ahead.mean()) > 2 * ahead.std(ddof=1) / np.sqrt(12)

    assert [pair for pair in combinations(METHODS, 2) if told(*pair)] == [("momentum", "Adam")]


@pytest.fixture(scope="module")
def small():
    pictures = ml.datasets.fruits(count=64).train
    return ml.models.convolutional(pictures)


def test_a_few_steep_walls_and_a_floor_of_thousands_of_flat_directions():
    """At the end of the long training, with 64 pictures that it never saw."""
    from scipy.sparse.linalg import LinearOperator, eigsh

    theta = blocks("large/momentum-2000-12")[0]["theta"].astype(float)
    pictures = ml.datasets.fruits(count=64, seed=1).train
    model = ml.models.convolutional(pictures, (16, 32, 64))
    times = lambda z: model.hessian_times(theta, z.ravel())
    rng = np.random.default_rng(0)
    H = LinearOperator((model.dim, model.dim), matvec=times, dtype=float)
    top, walls = eigsh(H, 3, v0=rng.normal(size=model.dim), ncv=9, tol=0.1)
    anywhere = rng.normal(size=(3, model.dim))
    anywhere /= np.linalg.norm(anywhere, axis=1, keepdims=True)
    assert top.max() > 300 * max(abs(z @ times(z)) for z in anywhere)
    g = model.grad(theta)
    assert np.sum((walls.T @ g) ** 2) > 100 * 3 / model.dim * np.sum(g**2)


def test_a_difference_of_gradients_is_hessian_times_z_only_very_close_by(small):
    """Where a sum passes zero between the two places, the slope jumps."""
    rng = np.random.default_rng(1)
    model = ml.models.convolutional(small.data, dtype=np.float64)
    z = rng.normal(size=model.dim)
    z, exact = z / np.linalg.norm(z), model.hessian_times(model.start, z / np.linalg.norm(z))
    off = {}
    for h in (1e-2, 1e-7):
        slopes = [model.grad(model.start + side * h * z) for side in (1, -1)]
        off[h] = np.linalg.norm((slopes[0] - slopes[1]) / (2 * h) - exact) / np.linalg.norm(exact)
    assert off[1e-7] < 1e-6 < 0.1 < off[1e-2]


def test_more_drawings_name_more_of_a_new_style():
    """As many pictures each time, of one, two and all three styles."""
    styles = "noto", "twemoji", "openmoji"
    share = lambda chosen: blocks(f"styles/{'-'.join(chosen)}")[0]["right"][0, -1]
    one, two, three = ([share(c) for c in combinations(styles, k)] for k in (1, 2, 3))
    assert max(one) < min(two)
    assert min(two) < three[0] < max(two)


def test_beyond_the_stability_limit_a_run_leaves_and_does_not_diverge(small):
    z = np.random.default_rng(0).normal(size=small.dim)
    for _ in range(12):
        z = small.hessian_times(small.start, z / np.linalg.norm(z))
    limit = ml.theory.eta_limit("momentum", gamma=0.0, lam=np.linalg.norm(z))
    whole = ml.Problem(small.f, small.grad, start=small.start)
    run = ml.minimize(whole, ml.gd(1.5 * limit), steps=30)
    assert run.status == "max_steps"
    assert run.loss[-1] < run.loss[0]


def test_with_all_pictures_momentum_bears_what_minibatches_do_not():
    full, drawn = costs("map-256", 4, 6), costs("map-64", 4, 6, 3)
    assert (full[2] < 0.1).all()  # γ = 0.9
    assert (full[3, :5] < 0.1).all()  # γ = 0.98, up to η = 0.16
    assert (drawn[3, 2:] > 0.2).all()  # γ = 0.98, from η = 0.04
    assert (drawn[:3, 3] < 0.1).all()  # smaller γ, at 0.08
    assert full[0, 0] > 1.8 > 0.01 > full[3, 0]  # GD and γ = 0.98 at η = 0.01


def test_at_small_eta_what_acts_is_eta_over_one_minus_gamma():
    for J in costs("map-256", 4, 6), costs("map-64", 4, 6, 3).mean(axis=2):
        assert J[0, 1] == pytest.approx(J[1, 0], rel=0.05)  # (0, 0.02) and (0.5, 0.01)
        assert J[0, 0] > 10 * J[2, 0]


# --- In practice --------------------------------------------------------------------


def test_at_the_start_the_cost_is_that_of_guessing(small):
    for seed in range(5):
        model = ml.models.convolutional(small.data, seed=seed)
        assert model.f(model.start) == pytest.approx(np.log(12), abs=0.3)


def test_the_network_can_learn_256_pictures_by_heart():
    assert costs("map-256", 4, 6).min() < 1e-3
    assert costs("map-64", 4, 6, 3).max(axis=2).min() < 1e-2


def test_the_best_of_every_list_is_inside_it_and_the_worst_does_harm():
    for name in METHODS:
        J = costs(f"contest/{name}/tuning", 5, 3).max(axis=1)
        assert 0 < chosen("contest", name) < 4
        assert J.max() > 1.5 * J.min()
    for name in METHODS:
        assert costs(f"large-tuning/{name.lower()}", 3).argmin() == 1


def test_with_minibatches_a_larger_gamma_leaves_less_room_for_eta():
    fine = costs("map-64", 4, 6, 3).max(axis=2) < 0.2
    largest = [ETAS[row].max() for row in fine]
    assert largest == sorted(largest, reverse=True)
    assert largest[3] <= largest[2] / 4
    assert ETAS[fine[0]].min() > 4 * ETAS[0]


def test_the_best_of_the_tuning_runs_flatters():
    for name in METHODS:
        best = costs(f"contest/{name}/tuning", 5, 3).min()
        assert best < judged("contest").entries[name].band[1]
