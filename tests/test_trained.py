"""A training that is looked at: the numbers of minimize, and kept in a study, read again."""

from dataclasses import replace

import numpy as np
import pytest

import momentumlib as ml
from momentumlib import trained
from momentumlib.study import Study, _nine_digits, mark_of

DIGITS = ml.datasets.digits()
MODEL = ml.models.softmax(DIGITS.train[:200])
METHOD = ml.momentum(ml.schedules.cosine(0.05, 12), 0.9)
LOOKS = {"steps": 12, "seed": 3, "keep": 5, "parts": {"test": DIGITS.test}, "end": True}


def test_it_sees_what_minimize_does():
    run, seen = (
        ml.minimize(MODEL, METHOD, steps=12, seed=3, keep=5),
        ml.train(MODEL, METHOD, **LOOKS),
    )
    assert seen.t.tolist() == run.t.tolist() == [0, 5, 10, 12]
    assert np.array_equal(seen.loss, run.loss)
    assert seen.right["test"].tolist() == [MODEL.accuracy(row, DIGITS.test) for row in run.theta]
    table = seen.confusion["test"]
    assert np.array_equal(table, MODEL.confusion(run.theta[-1], DIGITS.test))
    assert np.trace(table) / table.sum() == seen.right["test"][-1]
    assert np.array_equal(seen.theta, run.theta[-1].astype(np.float32))
    assert seen.status == run.status
    assert seen.first(seen.loss[1]) == 5
    assert seen.first(0.0) is None
    assert ml.train(MODEL, METHOD, steps=2).theta is None
    assert all(f"{name}=" not in repr(seen) for name in ("right", "confusion", "theta"))


def test_a_kept_training_is_read_and_not_computed(tmp_path, monkeypatch):
    before = ml.train(MODEL, METHOD, **LOOKS, study=tmp_path / "one")
    monkeypatch.setattr(trained, "minimize", None)
    for forbidden in ("put", "_write"):  # as in a folder that nobody may write into
        monkeypatch.setattr(Study, forbidden, None)
    after = ml.train(MODEL, METHOD, **LOOKS, study=tmp_path / "one")
    for name in ("t", "loss", "theta"):
        assert np.array_equal(getattr(after, name), getattr(before, name))
    assert np.array_equal(after.right["test"], before.right["test"])
    assert np.array_equal(after.confusion["test"], before.confusion["test"])
    assert after.status == before.status


@pytest.mark.parametrize(
    "other",
    [
        {"steps": 13}, {"seed": 4}, {"keep": 6}, {"end": False}, {"parts": {}},
        {"parts": {"test": DIGITS.test[:-1]}}, {"method": ml.momentum(0.05, 0.9)},
        {"model": ml.models.softmax(DIGITS.train[:200], batch=32)},
        {"model": ml.models.softmax(DIGITS.train[:200], seed=1)},
        {"model": ml.models.softmax(DIGITS.train[:200], dtype=np.float64)},
    ],
    ids=lambda other: next(iter(other)),
)  # fmt: skip
def test_another_training_is_refused_and_the_recipe_named(tmp_path, other):
    kept = tmp_path / "studies" / "contest" / "one"
    ml.train(MODEL, METHOD, **LOOKS, study=kept)
    (tmp_path / "studies" / "recipe.txt").write_text("make studies\n")
    settings = {"model": MODEL, "method": METHOD, **LOOKS, **other}
    with pytest.raises(ValueError, match=r"another sweep.*own, or compute it anew: make studies$"):
        ml.train(**settings, study=kept)
    (tmp_path / "recipe.txt").write_text("too far above\n")
    (tmp_path / "studies" / "recipe.txt").unlink()
    with pytest.raises(ValueError, match=r"give this one a folder of its own$"):
        ml.train(**settings, study=kept)


def test_a_mark_does_not_see_the_last_digit_of_a_processor():
    """Cosines and logarithms end in another digit elsewhere; nine digits are the same."""
    table = METHOD.table(12)[None]
    end = lambda array: array * (1 + 2**-52)
    moved = mark_of(MODEL, [METHOD], end(MODEL.start), end(table))
    assert not np.array_equal(end(table), table)
    assert moved == mark_of(MODEL, [METHOD], MODEL.start, table)
    assert moved != mark_of(MODEL, [METHOD], MODEL.start * (1 + 1e-8), table)
    bits, power, rest = _nine_digits(np.array([1.0, -np.pi, np.inf]))
    assert bits.tolist() == [2**29, -round(np.pi / 4 * 2**30), 0]
    assert (power.tolist(), rest.tolist()) == ([1, 2, 0], [np.inf])
    odd = [np.array(row) for row in ([np.inf, 1.0], [-np.inf, 1.0], [np.nan, 1.0], [0.0, 1.0])]
    assert len({mark_of(MODEL, [METHOD], row) for row in odd}) == 4
    narrow, wide = (mark_of(MODEL, [METHOD], np.arange(3, dtype=kind)) for kind in ("i4", "i8"))
    assert narrow == wide  # Windows and others


@pytest.mark.parametrize(
    ("wrong", "error", "sentence"),
    [
        ({"model": 3}, TypeError, "model must be a Network"),
        ({"method": ml.gd}, TypeError, "method must be a method"),
        ({"steps": 0}, ValueError, "steps must be at least 1"),
        ({"steps": 10**9 + 1}, ValueError, "steps must be at most 1000000000, but is 1000000001"),
        ({"seed": -1}, ValueError, "seed must be at least 0"),
        ({"keep": 0}, ValueError, "keep must be at least 1"),
        ({"end": 1}, TypeError, "end must be True or False"),
        ({"parts": DIGITS.test}, TypeError, "parts must hold Pictures by name"),
        ({"parts": {"test": 3}}, TypeError, "parts must hold Pictures by name"),
        ({"parts": {"test": replace(DIGITS.test, names=tuple("abcdefghij"))}}, ValueError,
         "pictures must have the names"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_before_it_trains(monkeypatch, wrong, error, sentence):
    monkeypatch.setattr(trained, "minimize", None)
    with pytest.raises(error, match=sentence):
        ml.train(**{"model": MODEL, "method": METHOD, "steps": 2, **wrong})
