"""Every line of the translator, run by loops written here: it does what the translation says.

The packages' updates are put together from their parts, as optax does; test_peers_frameworks
types the same lines into the packages themselves.
"""

import inspect
from functools import cache
from types import SimpleNamespace as Package

import numpy as np
import pytest

import momentumlib as ml
from momentumlib import dialects, frameworks

STEPS, START = 120, np.array([-4.0, 2.0])
CURVATURES = np.array([[3.7, 9.0], [9.0, 30.0]])
#: What the learning rate is multiplied by, step by step.
PLANS = {
    "constant": np.ones(STEPS),
    "changing": np.repeat([1.0, 0.1, 0.7, 0.175], STEPS // 4),
}


def slope(theta):
    return CURVATURES @ theta + [0.04 * theta[0] ** 3, 0.0]


# --- Parts: (update, theta, factor of the learning rate, own memory) -> update ------------


def decay(weight):
    return lambda u, theta, factor, memory: u + weight * theta


def rate(eta):
    return lambda u, theta, factor, memory: eta * factor * u


def trace(gamma, nesterov=False):
    def part(u, theta, factor, memory):
        memory["v"] = gamma * memory.get("v", 0) + u
        return gamma * memory["v"] + u if nesterov else memory["v"]

    return part


def dampened(gamma, dampening):
    def part(u, theta, factor, memory):
        memory["v"] = gamma * memory["v"] + (1 - dampening) * u if memory and gamma else u
        return memory["v"]  # without momentum PyTorch passes its buffer over

    return part


def average(gamma, debias):
    assert not debias

    def part(u, theta, factor, memory):
        memory["m"] = gamma * memory.get("m", 0) + (1 - gamma) * u
        return memory["m"]

    return part


def rms(beta2, eps, inside):
    def part(u, theta, factor, memory):
        memory["s"] = beta2 * memory.get("s", 0) + (1 - beta2) * u**2
        return u / (np.sqrt(memory["s"] + eps) if inside else np.sqrt(memory["s"]) + eps)

    return part


def moments(beta1, beta2, eps, early=False):
    def part(u, theta, factor, memory):
        t = memory["t"] = memory.get("t", 0) + 1
        memory["m"] = beta1 * memory.get("m", 0) + (1 - beta1) * u
        memory["s"] = beta2 * memory.get("s", 0) + (1 - beta2) * u**2
        root, fresh = np.sqrt(memory["s"]), np.sqrt(1 - beta2**t)
        scale = (root + eps) / fresh if early else root / fresh + eps
        return memory["m"] / (1 - beta1**t) / scale

    return part


def pull(eta, weight):
    return lambda u, theta, factor, memory: u + eta * factor * weight * theta


def chain(*parts):
    return parts


def descend(parts, factors):
    theta, path, memories = START, [START], [{} for _ in parts]
    for factor in factors:
        u = slope(theta)
        for part, memory in zip(parts, memories, strict=True):
            u = part(u, theta, factor, memory)
        theta = theta - u
        path.append(theta)
    return np.array(path)


# --- The packages -------------------------------------------------------------------------


def torch_sgd(params, lr, momentum, dampening=0.0, nesterov=False, weight_decay=0.0):
    through = trace(momentum, nesterov) if nesterov else dampened(momentum, dampening)
    return chain(decay(weight_decay), through, rate(lr))


def keras_sgd(learning_rate, momentum, nesterov=False, weight_decay=0.0):
    return chain(rate(learning_rate), trace(momentum, nesterov), pull(learning_rate, weight_decay))


def optax_sgd(learning_rate, momentum, nesterov=False):
    return chain(trace(momentum, nesterov), rate(learning_rate))


def torch_rmsprop(params, lr, alpha, eps, momentum):
    return chain(rms(alpha, eps, inside=False), trace(momentum), rate(lr))


def keras_rmsprop(learning_rate, rho, epsilon, momentum, inside=True):
    return chain(rms(rho, epsilon, inside), rate(learning_rate), trace(momentum))


def optax_rmsprop(learning_rate, decay, eps, eps_in_sqrt, momentum):
    return keras_rmsprop(learning_rate, decay, eps, momentum, eps_in_sqrt)


def jax_rmsprop(step_size, gamma, eps, momentum):
    return keras_rmsprop(step_size, gamma, eps, momentum)


def adamw(learning_rate, b1, b2, eps, weight_decay=0.0, early=False):
    return chain(moments(b1, b2, eps, early), decay(weight_decay), rate(learning_rate))


def torch_adam(params, lr, betas, eps, weight_decay=0.0):
    return adamw(lr, *betas, eps, weight_decay)


def keras_adam(learning_rate, beta_1, beta_2, epsilon, weight_decay=0.0):
    return adamw(learning_rate, beta_1, beta_2, epsilon, weight_decay, early=True)


def flat(*parts):
    """optax's chain, whose parts may be chains."""
    return [part for each in parts for part in (each if isinstance(each, tuple) else [each])]


SCOPE = {
    "params": None,
    "torch": Package(optim=Package(
        SGD=torch_sgd, RMSprop=torch_rmsprop, AdamW=torch_adam,
        Adam=lambda params, lr, betas, eps: torch_adam(params, lr, betas, eps),
    )),
    "keras": Package(optimizers=Package(
        SGD=keras_sgd, RMSprop=keras_rmsprop, Adam=keras_adam, AdamW=keras_adam,
    )),
    "optax": Package(
        sgd=optax_sgd, rmsprop=optax_rmsprop, adamw=adamw, chain=flat, trace=trace, ema=average,
        adam=lambda learning_rate, b1, b2, eps: adamw(learning_rate, b1, b2, eps),
        add_decayed_weights=decay, scale_by_learning_rate=rate,
    ),
    "optimizers": Package(
        momentum=lambda step_size, mass: optax_sgd(step_size, mass),
        nesterov=lambda step_size, mass: optax_sgd(step_size, mass, nesterov=True),
        rmsprop_momentum=jax_rmsprop,
        adam=lambda step_size, b1, b2, eps: adamw(step_size, b1, b2, eps),
    ),
    "ml": Package(
        momentum=lambda eta, gamma: chain(rate(eta), trace(gamma)),
        nag=lambda eta, gamma: chain(rate(eta), trace(gamma, nesterov=True)),  # look-ahead points
        rmsprop=lambda eta, beta2, eps, gamma: keras_rmsprop(eta, beta2, eps, gamma, inside=False),
        adam=lambda eta, beta1, beta2, eps: adamw(eta, beta1, beta2, eps),
        adamw=lambda eta, beta1, beta2, eps, weight_decay: adamw(
            eta, beta1, beta2, eps, weight_decay
        ),
    ),
}  # fmt: skip


@cache
def path(code, plan):
    return descend(eval(code, SCOPE), PLANS[plan])


# --- Translations -------------------------------------------------------------------------

CASES = {  # family -> what to translate, under the book's names
    "momentum": [
        {"gamma": 0.9}, {"gamma": 0.9, "nesterov": True}, {"gamma": 0.5, "dampening": 0.25},
        {"gamma": 0.9, "decay": 0.2}, {"gamma": 0.8, "nesterov": True, "decay": 0.2},
        {"gamma": 0.0, "decay": 0.2}, {"gamma": 0.0}, {"gamma": 0.0, "dampening": 0.25},
        {"gamma": 0.0, "nesterov": True}, {"gamma": 0.5, "dampening": 0.25, "decay": 0.2},
    ],
    "rmsprop": [
        {"eps": 0.1}, {"eps": 0.1, "gamma": 0.8}, {"eps": 0.0, "gamma": 0.8},
        {"eps": 0.1, "beta2": 0.7},
    ],
    "adam": [{"eps": 0.1}, {"eps": 0.1, "decay": 0.1}, {"eps": 0.0, "beta1": 0.5, "beta2": 0.8}],
}  # fmt: skip
ETAS = {"momentum": 0.005, "rmsprop": 5e-4, "adam": 2e-3}
NAMES = {family: {} for family in CASES}
for _family, _rows in dialects.DIALECTS.items():
    for _row in _rows:
        NAMES[_family].setdefault(_row["framework"], {}).update(_row["names"])


def given(family, source, case):
    """A case in the names of its source; None where the source has not all of them."""
    names = NAMES[family][source]
    if any(value and name not in names for name, value in case.items()):
        return None
    settings = {"eta": ETAS[family], **case}
    return {names[name]: value for name, value in settings.items() if name in names}


PAIRS = [
    (family, source, number)
    for family, cases in CASES.items()
    for source in NAMES[family]
    for number, case in enumerate(cases)
    if given(family, source, case)
]


@pytest.mark.parametrize(("family", "source", "number"), PAIRS)
def test_a_translation_is_what_it_says(family, source, number):
    """Equal where it says so, for both plans of η; and really apart where it says that."""
    settings = given(family, source, CASES[family][number])
    own = ml.translate(source, source, family, **settings)
    assert (own.exact, own.notes) == (dialects.EXACT[0], ())
    kept = {name: value for name, value in settings.items() if name != "nesterov"}
    assert own.settings.items() >= kept.items()
    for target in NAMES[family]:
        told = ml.translate(source, target, family, **settings)
        if any("weight decay here" in note or "beside the step" in note for note in told.notes):
            continue  # what the reader adds by hand
        level = dialects.EXACT.index(told.exact)
        for plan in PLANS:
            apart = np.abs(path(told.code, plan) - path(own.code, plan)).max()
            if level == 0 or (level == 1 and plan == "constant"):
                assert apart < 1e-9, (target, plan, told)
            else:
                assert apart > 1e-6, (target, plan, told)


def test_the_notes_say_how_much():
    told = ml.translate("torch", "keras", lr=0.1, momentum=0.9, dampening=0.2)
    (note,) = [note for note in told.notes if "dampening" in note]
    assert "only 0.8 of lr acts later" in note
    assert "Its first velocity is 1.25 times as large" in note
    assert told.settings["learning_rate"] == pytest.approx(0.08)
    for beta2, times in ((0.99, "10 times"), (0.9999, "100 times"), (0.96, "5 times")):
        told = ml.translate("keras", "torch", "adam", beta_2=beta2)
        assert times in told.notes[0]  # 1/√(1 − β₂)


def test_which_notes_and_in_which_order():
    """What each setting calls for, and nothing else."""
    beginnings = lambda *arguments, **settings: [
        next(name for name, (_, text) in dialects.NOTES.items()
             if text.split("{")[-1].split("}")[-1] in note or note == text)
        for note in ml.translate(*arguments, **settings).notes
    ]  # fmt: skip
    momentum = lambda source, target, **ours: beginnings(
        source, target, **given("momentum", source, {"gamma": 0.9} | ours)
    )
    assert momentum("book", "torch") == ["to outside"]
    assert momentum("torch", "book") == ["to inside"]
    assert momentum("book", "keras") == momentum("torch", "jax") == []
    assert momentum("book", "torch", nesterov=True) == ["nesterov", "point"]
    assert momentum("book", "keras", nesterov=True) == ["point"]
    assert momentum("torch", "ema") == ["average"]
    assert momentum("torch", "ema", nesterov=True) == ["no nesterov", "average"]
    assert momentum("torch", "jax", dampening=0.1) == ["dampening"]
    assert momentum("torch", "jax", dampening=0.1, gamma=0.0) == []
    assert momentum("torch", "jax", decay=0.1) == ["cost"]
    assert momentum("keras", "book", decay=0.1) == ["no decay"]
    assert momentum("keras", "book", decay=0.1, gamma=0.0) == ["cost"]
    assert momentum("torch", "keras", decay=0.1) == ["to inside", "to decoupled"]
    assert momentum("keras", "torch", decay=0.1) == ["to outside", "to l2"]
    assert momentum("keras", "torch", decay=0.1, gamma=0.0) == []
    adam = lambda source, target, **ours: beginnings(
        source, target, "adam", **given("adam", source, ours)
    )
    assert adam("torch", "jax", decay=0.1) == ["no decay"]
    assert adam("torch", "keras") == adam("keras", "jax") == ["early"]
    assert adam("keras", "torch", eps=0.0) == []
    assert beginnings("torch", "keras", "rmsprop", eps=0.1) == ["root"]
    assert beginnings("torch", "keras", "rmsprop", eps=0) == []


def test_what_the_reader_adds_by_hand():
    """A decay that belongs into the cost is exact; one beside the step is none of JAX's."""
    exact = lambda *arguments, **settings: ml.translate(*arguments, **settings).exact
    decayed = {"momentum": 0.9, "weight_decay": 0.1}
    assert exact("torch", "jax", **decayed) == dialects.EXACT[0]
    assert exact("keras", "jax", **decayed) == dialects.EXACT[2]
    assert exact("torch", "jax", "adam", weight_decay=0.1) == dialects.EXACT[2]
    assert exact("keras", "book", momentum=0.0, weight_decay=0.1) == dialects.EXACT[0]


def test_values_are_written_as_python_reads_them():
    line = lambda **settings: ml.translate("book", "book", "rmsprop", **settings).code
    assert line(eta=1) == "ml.rmsprop(eta=1.0, beta2=0.9, eps=1e-8, gamma=0.0)"
    assert line(eta=1e-10, eps=1.5e-7, gamma=1 / 3) == (
        "ml.rmsprop(eta=1e-10, beta2=0.9, eps=1.5e-7, gamma=0.333333)"
    )
    assert line(eta=1e20).startswith("ml.rmsprop(eta=1e+20, ")


def test_what_is_left_out_has_the_book_s_usual_value():
    """Those of ml.momentum, ml.rmsprop and ml.adam, and the papers' η."""
    for family, names in (("rmsprop", ml.rmsprop), ("adam", ml.adam), ("momentum", ml.momentum)):
        usual = names(dialects.SETTINGS[family]["eta"]).hyper
        assert dialects.SETTINGS[family].items() >= usual.items()
    assert [dialects.SETTINGS[family]["eta"] for family in CASES] == [0.01, 0.001, 0.001]
    nothing = {"nesterov": False, "dampening": 0.0, "decay": 0.0}
    assert dialects.SETTINGS["momentum"].items() >= nothing.items()
    assert dialects.SETTINGS["adam"]["decay"] == 0


@pytest.mark.parametrize("value", [0.0, 0.999])
def test_the_edges_of_a_range_are_taken(value):
    assert ml.translate("torch", "keras", momentum=value).settings["momentum"] == value
    for bad in (1.0, 1.5, -1e-9):
        with pytest.raises(ValueError, match=r"momentum must be in \[0, 1\)"):
            ml.translate("torch", "keras", momentum=bad)
    assert ml.translate("torch", "keras", weight_decay=0).settings["weight_decay"] == 0


# --- The formulas of momentumlib.frameworks -----------------------------------------------


def cost(theta):
    return theta @ CURVATURES @ theta / 2 + 0.01 * theta[0] ** 4


FORMULAS = {  # the formula here, given the learning rates -> its parts
    "torch_sgd, damped": (
        lambda e: frameworks.torch_sgd(e, 0.9, 0.4, 0.2), torch_sgd(None, 1, 0.9, 0.4, False, 0.2)
    ),
    "torch_sgd, plain": (lambda e: frameworks.torch_sgd(e), torch_sgd(None, 1, 0.0)),
    "torch_sgd, nesterov": (
        lambda e: frameworks.torch_sgd(e, 0.9, weight_decay=0.2, nesterov=True),
        torch_sgd(None, 1, 0.9, 0.0, True, 0.2),
    ),
    "keras_sgd": (
        lambda e: frameworks.keras_sgd(e, 0.9, weight_decay=0.2), keras_sgd(1, 0.9, False, 0.2)
    ),
    "keras_sgd, plain": (lambda e: frameworks.keras_sgd(e), keras_sgd(1, 0.0)),
    "keras_sgd, nesterov": (
        lambda e: frameworks.keras_sgd(e, 0.9, True, 0.2), keras_sgd(1, 0.9, True, 0.2)
    ),
    "optax_ema": (
        lambda e: frameworks.optax_ema(e, 0.8, debias=False), chain(average(0.8, False), rate(1))
    ),
    "torch_rmsprop": (
        lambda e: frameworks.torch_rmsprop(e, 0.9, 0.1, 0.8), torch_rmsprop(None, 1, 0.9, 0.1, 0.8)
    ),
    "keras_rmsprop": (
        lambda e: frameworks.keras_rmsprop(e, 0.9, 0.8, 0.1), keras_rmsprop(1, 0.9, 0.1, 0.8)
    ),
    "torch_adam": (
        lambda e: frameworks.torch_adam(e, 0.8, 0.95, 0.1, 0.3),
        chain(decay(0.3), moments(0.8, 0.95, 0.1), rate(1)),
    ),
    "keras_adam": (
        lambda e: frameworks.keras_adam(e, 0.8, 0.95, 0.1, 0.3), keras_adam(1, 0.8, 0.95, 0.1, 0.3)
    ),
}  # fmt: skip


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize(("formula", "parts"), FORMULAS.values(), ids=FORMULAS)
def test_a_formula_is_its_parts(formula, parts, plan):
    etas = 0.005 * PLANS[plan]
    run = ml.minimize(ml.Problem(cost, slope, start=START), formula(etas), steps=STEPS)
    assert run.theta == pytest.approx(descend(parts, etas), rel=1e-9, abs=1e-9)


def test_an_average_without_its_bias_is_adam_s():
    """optax.ema divides by 1 − γᵗ: on a constant slope each step is η long."""
    line = ml.Problem(lambda theta: 2 * theta[0], lambda theta: [2.0], start=[5.0])
    walk = lambda method: ml.minimize(line, method, steps=30).theta[:, 0]
    assert walk(frameworks.optax_ema(0.1)) == pytest.approx(5 - 0.2 * np.arange(31))
    biased = walk(frameworks.optax_ema(0.1, debias=False))
    assert -np.diff(biased) == pytest.approx(0.2 * (1 - 0.9 ** np.arange(1, 31)))


#: What the packages' signatures say (test_peers_frameworks asks them).
DEFAULTS = {
    "torch.optim.SGD": "lr=0.001, momentum=0, dampening=0, weight_decay=0",
    "keras.optimizers.SGD": "learning_rate=0.01, momentum=0.0, weight_decay=None",
    "torch.optim.RMSprop": "lr=0.01, alpha=0.99, eps=1e-08, momentum=0",
    "keras.optimizers.RMSprop": "learning_rate=0.001, rho=0.9, epsilon=1e-07",
    "optax.rmsprop": "decay=0.9, eps=1e-08, eps_in_sqrt=True",
    "torch.optim.AdamW": "lr=0.001, eps=1e-08, weight_decay=0.01",
    "keras.optimizers.AdamW": "learning_rate=0.001, epsilon=1e-07, weight_decay=0.004",
    "optax.adamw": "eps=1e-08, weight_decay=0.0001",
}


def test_the_defaults_are_those_of_the_packages():
    assert {
        name: ", ".join(f"{key}={value}" for key, value in defaults.items())
        for name, defaults in dialects.DEFAULTS.items()
    } == DEFAULTS
    for formula, name in (
        (frameworks.torch_rmsprop, "torch.optim.RMSprop"),
        (frameworks.keras_rmsprop, "keras.optimizers.RMSprop"),
    ):
        takes = inspect.signature(formula).parameters
        wanted = {k: v for k, v in dialects.DEFAULTS[name].items() if "l" != k[0]}
        assert {key: takes[key].default for key in wanted} == wanted
    adam = dict(ml.adam(1).hyper)
    assert frameworks.torch_adam(1).hyper == adam
    assert frameworks.keras_adam(1).hyper == adam | {"eps": 1e-7}
    assert frameworks.optax_ema(1).hyper == {"eta": 1, "beta1": 0.9}
    for formula in (frameworks.torch_sgd, frameworks.keras_sgd, frameworks.keras_rmsprop):
        assert formula(1).hyper["gamma"] == 0
