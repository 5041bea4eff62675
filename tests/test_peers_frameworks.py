"""Every line of the translator, typed into the real package; its paths beside the formulas.

The loops are those that the chapter on frameworks shows (chapters/frameworks).
"""

import dataclasses
import importlib.util
import os
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import momentumlib as ml
from momentumlib import dialects, frameworks, translation

pytestmark = pytest.mark.peers

SHOWN = Path(__file__).parent.parent / "chapters" / "frameworks"
STEPS, START = 200, [-4.0, 2.0]
CLOSE = {"rel": 1e-10, "abs": 1e-10}
STEEP, FLAT, LEAN = 30.0, 1.0, 0.3  # a turned valley with a fourth power, no quadratic
CONSTANT = lambda eta: np.full(STEPS, eta)
#: Down by ten, up again, down by four: twice a step, once a jump upward.
CHANGING = lambda eta: eta * np.repeat([1.0, 0.1, 0.7, 0.175], STEPS // 4)
PLANS = {"constant": CONSTANT, "changing": CHANGING}


def cost(theta):
    x, y = theta[0], theta[1] + LEAN * theta[0]
    return FLAT * x**2 / 2 + STEEP * y**2 / 2 + 0.01 * x**4


def slope(theta):
    x, y = theta[0], theta[1] + LEAN * theta[0]
    return np.array([FLAT * x + LEAN * STEEP * y + 0.04 * x**3, STEEP * y])


PROBLEM = ml.Problem(cost, slope, start=START)


@cache
def shown(name):
    """A file of the chapter, as a module; JAX and Keras in float64."""
    os.environ.setdefault("KERAS_BACKEND", "jax")
    import jax
    import keras

    jax.config.update("jax_enable_x64", True)
    keras.config.set_floatx("float64")
    spec = importlib.util.spec_from_file_location(name, SHOWN / f"{name}_descend.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def package_path(framework, code, etas):
    """The path of a line of code in its package."""
    return np.array(DESCEND[framework](code, etas))


def torch_path(code, etas):
    import torch

    make = lambda params: eval(code, {"torch": torch, "params": params})
    return shown("torch").descend(cost, START, make, etas)


def keras_path(code, etas):
    import keras

    return shown("keras").descend(cost, START, eval(code, {"keras": keras}), etas)


def scheduled(code, eta, etas):
    """The line with a function of the step in place of its learning rate."""
    import jax

    table = jax.numpy.array(etas)
    first = translation._digits(eta)
    for before in ("learning_rate=", "step_size=", "scale_by_learning_rate("):
        code = code.replace(before + first, before + "schedule")
    assert "schedule" in code, code
    return code, {"schedule": lambda t: table[t]}


def optax_path(code, etas):
    module = shown("optax")
    import optax

    code, scope = scheduled(code, etas[0], etas)
    return module.descend(cost, START, eval(code, {"optax": optax, **scope}), STEPS)


def jax_path(code, etas):
    module = shown("jax")
    from jax.example_libraries import optimizers

    code, scope = scheduled(code, etas[0], etas)
    return module.descend(cost, START, eval(code, {"optimizers": optimizers, **scope}), STEPS)


def book_path(code, etas):
    made = eval(code, {"ml": ml})
    method = dataclasses.replace(made, hyper={**made.hyper, "eta": np.asarray(etas)})
    run = ml.minimize(PROBLEM, method, steps=STEPS, states=True)
    ahead = method.hyper["gamma"] * run.v if method.name == "nag" else 0
    return run.theta - ahead  # the frameworks store the look-ahead point


DESCEND = {
    "book": book_path, "torch": torch_path, "keras": keras_path, "optax": optax_path,
    "ema": optax_path, "jax": jax_path,
}  # fmt: skip

# --- Translations -----------------------------------------------------------------

CASES = {  # family -> what to translate, under the book's names
    "momentum": [
        {"gamma": 0.9}, {"gamma": 0.9, "nesterov": True}, {"gamma": 0.5, "dampening": 0.25},
        {"gamma": 0.9, "decay": 0.2}, {"gamma": 0.8, "nesterov": True, "decay": 0.2},
        {"gamma": 0.0, "decay": 0.2}, {"gamma": 0.0},
    ],
    "rmsprop": [{"eps": 0.1}, {"eps": 0.1, "gamma": 0.8}, {"eps": 0.0, "gamma": 0.8}],
    "adam": [{"eps": 0.1}, {"eps": 0.1, "decay": 0.1}, {"eps": 0.0}],
}  # fmt: skip
# Scaled steps that have arrived jump about chaotically, and the last digits grow apart.
ETAS = {"momentum": 0.005, "rmsprop": 5e-4, "adam": 2e-3}
ETA = ETAS["momentum"]


def settings(family, source, case):
    """A case in the names of its source; None where the source has not all of them."""
    names = {}
    for row in translation._rows(family, source):
        names |= row["names"]
    if any(value and name not in names for name, value in case.items()):
        return None
    given = {"eta": ETAS[family], **case}
    return {names[name]: value for name, value in given.items() if name in names}


def pairs():
    for family, cases in CASES.items():
        frameworks = list(dict.fromkeys(row["framework"] for row in dialects.DIALECTS[family]))
        for source in frameworks:
            for number, case in enumerate(cases):
                if settings(family, source, case):
                    yield family, source, number


@cache
def told_path(framework, code, plan, eta):
    return package_path(framework, code, PLANS[plan](eta))


@pytest.mark.parametrize(("family", "source", "number"), list(pairs()))
def test_a_translation_is_what_it_says(family, source, number):
    """Equal where it says so, for both plans of η; and really apart where it says that."""
    given = settings(family, source, CASES[family][number])
    own = ml.translate(source, source, family, **given)
    assert own.exact == dialects.EXACT[0]
    assert not own.notes
    for target in dict.fromkeys(row["framework"] for row in dialects.DIALECTS[family]):
        told = ml.translate(source, target, family, **given)
        if any("weight decay here" in note or "beside the step" in note for note in told.notes):
            continue  # what the reader adds by hand: tested below
        etas = [ETAS[family], told.settings[next(iter(told.settings))]]
        for plan in PLANS:
            ours = told_path(source, own.code, plan, etas[0])
            theirs = told_path(target, told.code, plan, etas[1])
            level = dialects.EXACT.index(told.exact)
            if level == 0 or (level == 1 and plan == "constant"):
                assert theirs == pytest.approx(ours, **CLOSE), (target, plan, told)
            else:
                assert np.abs(theirs - ours).max() > 1e-6, (target, plan, told)


def test_the_decay_as_a_part_of_the_cost(monkeypatch):
    """PyTorch's weight decay, in JAX's optimizer: added to the cost, as the note says."""
    etas, given = CHANGING(ETA), {"lr": ETA, "momentum": 0.9, "weight_decay": 0.3}
    ours = package_path("torch", ml.translate("torch", "torch", **given).code, etas)
    plain = cost
    monkeypatch.setitem(globals(), "cost", lambda x: plain(x) + 0.15 * (x[0] ** 2 + x[1] ** 2))
    theirs = package_path("jax", ml.translate("torch", "jax", **given).code, etas)
    assert theirs == pytest.approx(ours, **CLOSE)


def test_the_decay_by_hand_beside_the_step():
    """Keras's weight decay, beside the book's momentum, as the note says."""
    etas, theta, v, path = CHANGING(ETA), np.array(START), 0.0, [START]
    for eta in etas:
        v = 0.9 * v + eta * slope(theta)
        theta = theta - v - eta * 0.3 * theta
        path.append(theta)
    given = {"learning_rate": ETA, "momentum": 0.9, "weight_decay": 0.3}
    ours = package_path("keras", ml.translate("keras", "keras", **given).code, etas)
    assert np.array(path) == pytest.approx(ours, **CLOSE)


def test_the_defaults_are_those_of_the_packages():
    import inspect

    shown("keras")
    import keras
    import optax
    import torch

    packages = {"torch": torch, "keras": keras, "optax": optax}
    for name, defaults in dialects.DEFAULTS.items():
        takes = inspect.signature(eval(name, packages)).parameters
        assert {key: takes[key].default for key in defaults} == defaults, name


# --- A change of η, and what makes up for it -----------------------------------------


def test_momentum_that_makes_up_for_a_change_of_eta():
    """The step at which η changes gets another momentum: PyTorch then goes the book's path."""
    import torch

    etas, gamma = CHANGING(ETA), 0.9
    theta = torch.tensor(START, dtype=torch.float64, requires_grad=True)
    optimizer, path = torch.optim.SGD([theta], lr=etas[0], momentum=gamma), [theta.tolist()]
    for now, old in zip(etas, [etas[0], *etas[:-1]], strict=True):
        optimizer.param_groups[0].update(lr=now, momentum=gamma * old / now)
        optimizer.zero_grad()
        cost(theta).backward()
        optimizer.step()
        path.append(theta.tolist())
    book = ml.minimize(PROBLEM, ml.momentum(etas, gamma), steps=STEPS)
    assert np.array(path) == pytest.approx(book.theta, **CLOSE)


def test_the_other_way_round():
    """The book's momentum goes PyTorch's path when γ takes part in each change of η."""
    etas, gamma = CHANGING(ETA), 0.9
    gammas = gamma * etas / np.concatenate([etas[:1], etas[:-1]])
    assert gammas.max() > 1  # where η grows, beyond what the book's own method allows
    step = lambda theta, v, g, eta, beta2: (theta - beta2 * v - eta * g, beta2 * v + eta * g)
    theta, v, path = np.array(START), np.zeros(2), [START]
    for eta, now in zip(etas, gammas, strict=True):
        theta, v = step(theta, v, slope(theta), eta, now)
        path.append(theta)
    theirs = torch_path(f"torch.optim.SGD(params, lr={etas[0]}, momentum={gamma})", etas)
    assert np.array(path) == pytest.approx(np.array(theirs), **CLOSE)


# --- The formulas of momentumlib.frameworks ------------------------------------------

FORMULAS = {  # code in the package -> its formula here, given the learning rates
    "torch.optim.SGD(params, lr={}, momentum=0.9)": lambda e: frameworks.torch_sgd(e, 0.9),
    "torch.optim.SGD(params, lr={}, momentum=0.9, dampening=0.5, weight_decay=0.2)":
        lambda e: frameworks.torch_sgd(e, 0.9, 0.5, 0.2),
    "torch.optim.SGD(params, lr={}, momentum=0.9, nesterov=True, weight_decay=0.2)":
        lambda e: frameworks.torch_sgd(e, 0.9, weight_decay=0.2, nesterov=True),
    "optax.sgd(learning_rate={}, momentum=0.9, nesterov=True)":
        lambda e: frameworks.torch_sgd(e, 0.9, nesterov=True),
    "optimizers.momentum(step_size={}, mass=0.9)": lambda e: frameworks.torch_sgd(e, 0.9),
    "optimizers.nesterov(step_size={}, mass=0.9)":
        lambda e: frameworks.torch_sgd(e, 0.9, nesterov=True),
    "keras.optimizers.SGD(learning_rate={}, momentum=0.9, weight_decay=0.2)":
        lambda e: frameworks.keras_sgd(e, 0.9, weight_decay=0.2),
    "keras.optimizers.SGD(learning_rate={}, momentum=0.9, nesterov=True, weight_decay=0.2)":
        lambda e: frameworks.keras_sgd(e, 0.9, nesterov=True, weight_decay=0.2),
    "optax.chain(optax.ema(0.9), optax.scale_by_learning_rate({}))":
        lambda e: frameworks.optax_ema(e, 0.9),
    "optax.chain(optax.ema(0.9, debias=False), optax.scale_by_learning_rate({}))":
        lambda e: frameworks.optax_ema(e, 0.9, debias=False),
    "torch.optim.RMSprop(params, lr={}, alpha=0.95, eps=0.1, momentum=0.8)":
        lambda e: frameworks.torch_rmsprop(e, 0.95, 0.1, 0.8),
    "keras.optimizers.RMSprop(learning_rate={}, rho=0.95, momentum=0.8, epsilon=0.1)":
        lambda e: frameworks.keras_rmsprop(e, 0.95, 0.8, 0.1),
    "optax.rmsprop(learning_rate={}, decay=0.95, eps=0.1, momentum=0.8)":
        lambda e: frameworks.keras_rmsprop(e, 0.95, 0.8, 0.1),
    "optimizers.rmsprop_momentum(step_size={}, gamma=0.95, eps=0.1, momentum=0.8)":
        lambda e: frameworks.keras_rmsprop(e, 0.95, 0.8, 0.1),
    "torch.optim.Adam(params, lr={}, betas=(0.85, 0.99), eps=0.1, weight_decay=0.3)":
        lambda e: frameworks.torch_adam(e, 0.85, 0.99, 0.1, 0.3),
    "keras.optimizers.Adam(learning_rate={}, beta_1=0.85, beta_2=0.99, epsilon=0.1)":
        lambda e: frameworks.keras_adam(e, 0.85, 0.99, 0.1),
    "keras.optimizers.Adam(learning_rate={}, beta_1=0.85, beta_2=0.99, epsilon=0.1, "
    "weight_decay=0.3)": lambda e: frameworks.keras_adam(e, 0.85, 0.99, 0.1, 0.3),
    "keras.optimizers.AdamW(learning_rate={}, beta_1=0.85, beta_2=0.99, epsilon=0.1, "
    "weight_decay=0.3)": lambda e: frameworks.keras_adam(e, 0.85, 0.99, 0.1, 0.3),
}  # fmt: skip


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("code", FORMULAS)
def test_a_formula_is_what_the_package_does(code, plan):
    etas = PLANS[plan](ETA)
    framework = "jax" if code.startswith("optimizers") else code.split(".")[0]
    theirs = package_path(framework, code.format(translation._digits(ETA)), etas)
    ours = ml.minimize(PROBLEM, FORMULAS[code](etas), steps=STEPS)
    assert ours.theta == pytest.approx(theirs, **CLOSE)
