"""The frameworks' formulas and the translator; test_peers_frameworks asks the packages."""

import itertools

import numpy as np
import pytest

import momentumlib as ml
from momentumlib import dialects, frameworks

VALLEY = ml.problems.quadratic(kappa=30, angle=30)
FALLING = ml.schedules.step(0.01, factor=0.1, every=50)


def path(method):
    return ml.minimize(VALLEY, method, steps=150).theta


def apart(a, b):
    return np.abs(path(a) - path(b)).max()


def test_eta_inside_or_outside_is_the_same_while_it_is_constant():
    assert apart(ml.momentum(0.01, 0.9), frameworks.torch_sgd(0.01, 0.9)) < 1e-12
    assert apart(ml.momentum(FALLING, 0.9), frameworks.torch_sgd(FALLING, 0.9)) > 0.01
    assert apart(ml.momentum(FALLING, 0.9), frameworks.keras_sgd(FALLING, 0.9)) < 1e-12


def test_frameworks_store_the_look_ahead_point():
    run = ml.minimize(VALLEY, ml.nag(FALLING, 0.9), steps=150, states=True)
    stored = path(frameworks.keras_sgd(FALLING, 0.9, nesterov=True))
    assert run.theta - 0.9 * run.v == pytest.approx(stored, abs=1e-12)


def test_what_equals_what_without_momentum_and_without_epsilon():
    plain = frameworks.keras_sgd(FALLING, 0.0, weight_decay=0.3)
    assert apart(plain, frameworks.torch_sgd(FALLING, 0.0, weight_decay=0.3)) < 1e-12
    assert apart(ml.adam(FALLING, eps=0), frameworks.keras_adam(FALLING, epsilon=0)) < 1e-9
    assert apart(ml.rmsprop(0.01, eps=0), frameworks.torch_rmsprop(0.01, 0.9, eps=0)) < 1e-9
    assert apart(ml.adamw(0.01, weight_decay=0), frameworks.torch_adam(0.01)) < 1e-9


@pytest.mark.slow
def test_every_formula_is_compiled():
    for make in (
        frameworks.torch_sgd, frameworks.keras_sgd, frameworks.optax_ema,
        frameworks.torch_rmsprop, frameworks.keras_rmsprop, frameworks.torch_adam,
        frameworks.keras_adam,
    ):  # fmt: skip
        assert ml.minimize(VALLEY, make(0.01), steps=1).compiled


@pytest.mark.parametrize("family", ["momentum", "adam"])
def test_there_and_back_gives_the_same_settings(family):
    """Where both ways are exact, nothing is lost on the way."""
    names = list(dict.fromkeys(row["framework"] for row in dialects.DIALECTS[family]))
    exact = 0
    for source, target in itertools.product(names, names):
        there = ml.translate(source, target, family)
        if there.exact == dialects.EXACT[0]:
            back = ml.translate(target, source, family, **there.settings)
            assert back.code == ml.translate(source, source, family).code
            exact += 1
    assert exact > len(names)


def test_a_translation_names_what_it_does():
    told = ml.translate("torch", "optax", lr=0.1, momentum=0.9, weight_decay=1e-4)
    assert told.code == (
        "optax.chain(optax.add_decayed_weights(0.0001), optax.sgd(learning_rate=0.1, momentum=0.9))"
    )
    assert told.settings["weight_decay"] == 1e-4
    assert not told.notes
    told = ml.translate("torch", "keras", lr=0.1, momentum=0.9, weight_decay=1e-4)
    assert told.settings["weight_decay"] == pytest.approx(1e-3)
    assert told.exact == "no exact equivalent"
    # the book's η inside v: optax's two parts in the other order
    assert ml.translate("book", "optax", eta=0.1).exact == "the same path"
    assert "scale_by_learning_rate(0.1), optax.trace(0.9)" in ml.translate("book", "optax",
                                                                          eta=0.1).code  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "settings", "sentence"),
    [
        (("pytorch", "keras"), {}, "source must be one of book, torch, keras, optax, jax, ema"),
        (("torch", "ema", "adam"), {}, "target must be one of book, torch, keras, optax, jax, but"),
        (("torch", "keras", "lamb"), {}, "family must be one of momentum, rmsprop, adam"),
        (("torch", "keras"), {"eta": 0.1}, "PyTorch has no eta here; it has lr, momentum"),
        (("keras", "torch"), {"momentum": 1.0}, r"momentum must be in \[0, 1\), but is 1"),
        (("keras", "torch"), {"learning_rate": 0}, "learning_rate must be greater than 0"),
        (("keras", "torch"), {"weight_decay": -1}, "weight_decay must be at least 0"),
        (("torch", "keras"), {"nesterov": True, "dampening": 0.1}, "nesterov needs dampening=0"),
    ],
)
def test_bad_input(arguments, settings, sentence):
    with pytest.raises(ValueError, match=sentence):
        ml.translate(*arguments, **settings)


def test_bad_input_of_the_formulas():
    with pytest.raises(ValueError, match="dampening must be at least 0"):
        frameworks.torch_sgd(0.1, dampening=-1)
    with pytest.raises(ValueError, match="nesterov needs dampening=0"):
        frameworks.torch_sgd(0.1, 0.9, dampening=0.5, nesterov=True)
    with pytest.raises(ValueError, match="learning_rate must be greater than 0"):
        frameworks.keras_sgd(0)
