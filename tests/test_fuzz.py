"""Every public function takes each of its arguments in every wrong kind: it works or says why.

A row of the table is a call that works. One argument at a time is replaced by what it might
be by mistake; then the call works all the same, or raises a TypeError or ValueError of one
line that names the argument.
"""

import inspect
import re

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest

import momentumlib as ml

matplotlib.use("agg")

BAD = [
    None, "a", "", b"a", True, np.True_, float("nan"), float("inf"), -float("inf"), -1, 0, 1.5,
    1e300, 10**12, 10**30, 10**400, 1j, object(), object, {}, {"a": 1}, [], (), [1], [[1], [2, 3]],
    [None], ["a", "b"], [True, False], [1, -1, 2], [float("nan")] * 2, [1e300] * 2, np.ones((2, 3)),
    np.array("x"), np.array([]), np.ma.masked, np.ma.masked_array([0.5, 0.6], [False, True]),
    np.array([1 + 1j]), np.datetime64("2020-01-01"), {1, 2}, iter([1]), lambda: 0, len,
]  # fmt: skip
BAD.append(10**5000)  # Python does not even print it
#: Where a call costs milliseconds: a widget is made. Its traits are tried with all of BAD.
FEW = [None, "a", True, float("nan"), -1, 1e300, 10**30, {}, [], [[1], [2, 3]], lambda: 0]

VALLEY = ml.problems.quadratic(kappa=4)
METHOD = ml.momentum(0.1, 0.5)
IMAGES, LABELS = np.zeros((6, 4, 4, 1), np.float32), np.array([0, 1, 0, 1, 0, 1])
PICTURES = ml.datasets.Pictures(IMAGES, LABELS, ("a", "b"))
MODEL = ml.models.softmax(PICTURES, batch=3)
GRID = {"eta": [0.1, 0.2], "gamma": [0.0, 0.5]}


def cost(theta):
    return theta @ theta / 2


def slope(theta):
    return theta


def rule(theta, g, eta):
    return theta - eta * g


#: As Python: nothing is compiled while tests are collected.
BOWL = ml.Problem(cost, slope, start=[1.0, 2.0], minimum=0.0, compile=False)
RUN = ml.minimize(BOWL, METHOD, steps=3)

ROWS = [
    # a function, and arguments with which it works
    (ml.gd, dict(eta=0.1)),
    (ml.apply, dict(method=METHOD, theta=np.zeros(3), grad=np.zeros(3))),
    (ml.momentum, dict(eta=0.1, gamma=0.9)),
    (ml.nag, dict(eta=0.1, gamma=0.9)),
    (ml.rmsprop, dict(eta=0.1, beta2=0.9, eps=1e-8, gamma=0.0)),
    (ml.adam, dict(eta=0.1, beta1=0.9, beta2=0.9, eps=1e-8, bias_correction=True)),
    (ml.nadam, dict(eta=0.1, beta1=0.9, beta2=0.9, eps=1e-8)),
    (ml.amsgrad, dict(eta=0.1, beta1=0.9, beta2=0.9, eps=1e-8)),
    (ml.adamw, dict(eta=0.1, beta1=0.9, beta2=0.9, eps=1e-8, weight_decay=0.1)),
    (ml.lion, dict(eta=0.1, beta1=0.9, beta2=0.9, weight_decay=0.1)),
    (ml.own, dict(step=rule, look_ahead=False, eta=0.1)),
    (ml.own_vector, dict(step=rule, look_ahead=False, eta=0.1)),
    (ml.Method, dict(name="gd", hyper={}, look_ahead=False, bias_correction=True, step=None)),
    (ml.Problem, dict(f=cost, grad=slope, dim=2, start=[1.0, 2.0], minimizer=[0.0, 0.0],
                      minimum=0.0, name="bowl", check=False)),
    (ml.minimize, dict(problem=VALLEY, method=METHOD, start=[1.0, 1.0], steps=3, tol=0.0,
                       restart=None, noise=0.0, seed=0, states=False, keep=1)),
    (ml.sweep, dict(problem=VALLEY, method=ml.momentum, steps=3, start=[1.0, 1.0], starts=None,
                    seeds=None, noise=0.0, restart=None, tol=0.1, executor=None, study=None,
                    progress=False, eta=[0.1], gamma=[0.5])),
    (ml.contest, dict(problem=VALLEY, entrants={"GD": (ml.gd, {"eta": [0.1]})}, tuning={},
                      judging={}, by="loss", trials=1, seed=0, fresh=None, steps=3, noise=0.0,
                      tol=0.1, progress=False)),
    (ml.bands, dict(results={"GD": [1.0, 2.0], "momentum": [0.5, 3.0]}, by="loss")),
    (ml.train, dict(model=MODEL, method=METHOD, steps=3, seed=0, keep=1, parts={}, end=False)),
    (ml.translate, dict(source="torch", target="keras", family="momentum", lr=0.1, momentum=0.9,
                        nesterov=False, dampening=0.0, weight_decay=0.0)),
    (VALLEY.f, dict(theta=[1.0, 2.0])),
    (VALLEY.grad, dict(theta=[1.0, 2.0])),
    (VALLEY.values, dict(points=[1.0, 2.0])),
    (VALLEY.distance, dict(points=[1.0, 2.0])),
    (ml.problems.quadratic, dict(kappa=10.0, dim=2, angle=0.0)),
    (ml.problems.rosenbrock, dict(steepness=100.0)),
    (ml.problems.beale, {}),
    (ml.problems.himmelblau, {}),
    (ml.problems.ravine, dict(along=0.1, across=10.0, bend=1.0)),
    (ml.problems.saddle, {}),
    (ml.problems.wavy, dict(depth=0.3, frequency=3.0, curvature=0.2, dim=2)),
    (ml.problems.lessard, {}),
    (ml.problems.nesterov_worst, dict(dim=11, L=1.0)),
    (ml.problems.logistic, dict(rows=20, dim=5, ridge=0.01, seed=0)),
    (ml.problems.surface, dict(x=[0, 1], y=[0, 1], values=[[0, 1], [1, 2]], start=None, name="s")),
    (ml.schedules.constant, dict(value=0.9)),
    (ml.schedules.linear, dict(start=0.5, end=0.9, steps=10)),
    (ml.schedules.linear_to_one, dict(gamma0=0.5, steps=10)),
    (ml.schedules.sutskever, dict(gamma_max=0.9)),
    (ml.schedules.nesterov, {}),
    (ml.schedules.step, dict(start=0.1, factor=0.5, every=10)),
    (ml.schedules.cosine, dict(start=0.1, steps=10, end=0.0)),
    (ml.schedules.warmup, dict(steps=10, then=0.1)),
    (ml.schedules.one_cycle, dict(start=0.1, peak=0.2, steps=10, end=None, rise=0.3)),
    (ml.schedules.Schedule, dict(name="mine", formula=lambda t: t, settings={})),
    (ml.schedules.sutskever(), dict(t=[0, 250])),
    (ml.schedules.warmup(3, ml.schedules.cosine(0.1, 9)), dict(t=[0, 250])),
    (ml.restarts.every, dict(k=3)),
    (ml.restarts.on_increase, {}),
    (ml.restarts.on_gradient, {}),
    (ml.restarts.Restart, dict(kind="every", k=3)),
    (ml.restarts.numbered, dict(restart=None)),
    *[(f, dict(mu=1.0, L=10.0)) for f in (ml.theory.gd, ml.theory.polyak, ml.theory.nesterov,
                                          ml.theory.lessard)],
    (ml.theory.roots, dict(method=METHOD, eigenvalues=[1.0, 4.0])),
    (ml.theory.rate, dict(method=METHOD, eigenvalues=[1.0, 4.0])),
    (ml.theory.rate_map, dict(name="nag", **GRID, eigenvalues=[1.0, 4.0])),
    (ml.theory.eta_limit, dict(name="nag", gamma=0.5, lam=1.0)),
    (ml.theory.critical_gamma, dict(eta=0.1, lam=1.0)),
    (ml.theory.memory, dict(gamma=0.5)),
    (ml.theory.half_life, dict(gamma=0.5)),
    (ml.theory.effective_eta, dict(eta=0.1, gamma=0.5)),
    (ml.theory.nesterov_bound, dict(L=1.0, distance=1.0, k=3)),
    (ml.theory.lower_bound, dict(L=1.0, distance=1.0, k=3)),
    (ml.theory.worst_gap, dict(L=1.0, dim=5, k=3)),
    (ml.theory.restart_interval, dict(kappa=10.0)),
    (ml.theory.stationary_variance, dict(eta=0.1, gamma=0.5, lam=1.0, sigma=1.0)),
    (ml.datasets.Pictures, dict(images=IMAGES, labels=LABELS, names=("a", "b"))),
    (ml.datasets.Dataset, dict(name="d", train=PICTURES, test=PICTURES, held_out=None)),
    (ml.datasets.fruits, dict(size=8, count=3, styles=("noto",), seed=0, root=None,
                              progress=False)),
    (ml.datasets.digits, dict(seed=0)),
    (ml.models.Layer, dict(channels=2, size=3, stride=1, pad=1)),
    (ml.models.Network, dict(data=PICTURES, hidden=[ml.models.Layer(2)], batch=2, seed=0,
                             dtype=np.float32, name="n")),
    (ml.models.softmax, dict(data=PICTURES, batch=2, seed=0, dtype=np.float32)),
    (ml.models.perceptron, dict(data=PICTURES, hidden=(2,), batch=2, seed=0, dtype=np.float32)),
    (ml.models.convolutional, dict(data=PICTURES, channels=(2,), size=3, batch=2, seed=0,
                                   dtype=np.float32)),
    (ml.frameworks.torch_sgd, dict(lr=0.1, momentum=0.9, dampening=0.0, weight_decay=0.0,
                                   nesterov=False)),
    (ml.frameworks.keras_sgd, dict(learning_rate=0.1, momentum=0.9, nesterov=False,
                                   weight_decay=0.0)),
    (ml.frameworks.optax_ema, dict(learning_rate=0.1, decay=0.9, debias=True)),
    (ml.frameworks.torch_rmsprop, dict(lr=0.1, alpha=0.9, eps=1e-8, momentum=0.0)),
    (ml.frameworks.keras_rmsprop, dict(learning_rate=0.1, rho=0.9, momentum=0.0, epsilon=1e-8)),
    (ml.frameworks.torch_adam, dict(lr=0.1, beta1=0.9, beta2=0.9, eps=1e-8, weight_decay=0.0)),
    (ml.frameworks.keras_adam, dict(learning_rate=0.1, beta_1=0.9, beta_2=0.9, epsilon=1e-8,
                                    weight_decay=0.0)),
    (ml.plot.style, {}),
    (ml.plot.look, dict(role="gd")),
    (ml.plot.landscape, dict(problem=VALLEY, ax=None, xlim=(-1, 1), ylim=(-1, 1), points=3)),
    (ml.plot.path, dict(runs=RUN, ax=None, steps=2, marks=False, labels=["a"], looks=["gd"])),
    (ml.plot.loss, dict(runs=RUN, ax=None, y="gap", labels=["a"], looks=["gd"])),
    (ml.plot.schedule, dict(schedules=ml.schedules.constant(1), steps=3, ax=None, labels=["a"],
                            ylabel="γ")),
    (ml.plot.rate_map, dict(**GRID, rate=[[0.5, 0.6], [0.7, 1.2]], ax=None, label="rate",
                            levels=[0.5, 0.8, 1.0])),
    (ml.plot.roots, dict(values=[[0.5, 0.5j]], ax=None, labels=["a"])),
    (ml.plot.arrow, dict(start=(0, 0), end=(1, 1), ax=None, color="ink", label=None,
                         dashed=False)),
    (ml.palette.themed, dict(paint="#000")),
    (ml.palette.css, {}),
    (ml.live.goal, dict(words="Come below 1.", when=["J < 1", "only eta gamma"])),
    (ml.predict.choice, dict(key="k", question="Which?", options=["a", "b"], answer="a",
                             why="So.", shows=None, alt="x")),
    (ml.predict.number, dict(key="k", question="Which?", low=1, high=5, answer=2, why="So.",
                             unit="", step=None, log=False, shows=None, alt="x")),
    (ml.predict.point, dict(key="k", question="Which?", x=("x", 0, 1), y=("y", 0, 1),
                            answer=(0.5, 0.5), why="So.", shows=None, alt="x")),
]  # fmt: skip
WORDS = dict(question="Which?", caption="This.", alt="That.", key="k", first=["eta"],
             goal=ml.live.goal("Come below 1.", "eta < 1"))  # fmt: skip
FIGURES = [
    (ml.live.race, dict(problem=VALLEY, methods=[METHOD], start=[1.0, 1.0], steps=5, step=2,
                        eta=0.1, gamma=0.5, mode="same", eta_range=(0.01, 1.0), xlim=(-1, 1),
                        ylim=(-1, 1), **WORDS)),
    (ml.live.ball, dict(problem=ml.problems.wavy(dim=1), eta=0.1, gamma=0.5, start=-6.0, steps=5,
                        step=2, eta_range=(0.01, 1.0), xlim=(-7, 4), **WORDS)),
    (ml.live.memory, dict(kappa=4.0, eta=0.1, gamma=0.5, start=[1.0, 1.0], step=1, steps=5,
                          **WORDS)),
    (ml.live.rate_map, dict(kappa=4.0, nag=False, eta=0.1, gamma=0.5, steps=5, start=[1.0, 1.0],
                            guess="", **WORDS)),
    (ml.live.designer, dict(kappa=4.0, method="nag", eta=0.1, eta_schedule="constant",
                            gamma_schedule="drawn", gamma0=0.5, gamma1=0.9, length=5, steps=5,
                            restart="every", k=3, drawn=[0.5, 0.9], start=[1.0, 1.0], **WORDS)),
    (ml.live.noise, dict(kappa=4.0, eta=0.1, gamma=0.5, batch=1, compare="eta", seed=0,
                         start=[1.0, 1.0], step=2, **WORDS)),
    (ml.live.factors, dict(kappa=4.0, eta=0.1, steps=5, start=[1.0, 1.0], **WORDS)),
    (ml.live.roots, dict(slope=0.1, gamma=0.5, steps=5, **WORDS)),
    (ml.live.spectrum, dict(kappa=4.0, eta=0.1, gamma=0.5, **WORDS)),
    (ml.live.shoes, dict(kappa=4.0, angle=0.0, eta=0.1, beta1=0.9, beta2=0.9, start=[1.0, 1.0],
                         steps=5, step=2, **WORDS)),
    (ml.live.one_step, dict(kappa=4.0, angle=0.0, eta=0.1, gamma=0.5, follow="nag",
                            start=[1.0, 1.0], step=1, steps=5, **WORDS)),
    (ml.live.per_coordinate, dict(kappa=4.0, angle=0.0, method="adam", eta=0.1, beta1=0.9,
                                  beta2=0.9, correct=True, start=[1.0, 1.0], steps=5, step=2,
                                  **WORDS)),
    (ml.live.train_here, dict(eta=0.1, gamma=0.5, compare="eta", seed=0, steps=10, step=0,
                              changes="", **WORDS)),
    (ml.live.translator, dict(source="torch", family="momentum", eta=0.1, gamma=0.5, beta1=0.9,
                              beta2=0.9, eps=1e-8, decay=0.1, dampening=0.0, nesterov=False,
                              **WORDS)),
]  # fmt: skip
NAMES = [f"{f.__module__.split('.', 1)[-1]}.{getattr(f, '__name__', repr(f))}"
         for f, _ in ROWS + FIGURES]  # fmt: skip


def shown(value):
    try:
        return repr(value)[:40]
    except ValueError:
        return "a huge int"


def complaint(argument, call):
    """What is wrong with how `call` takes its argument, or None."""
    try:
        call()
    except (TypeError, ValueError) as error:
        text = str(error)
        if "\n" in text or len(text) > 300:
            return f"a long message: {text[:400]!r}"
        if argument not in re.findall(r"\w+", text):
            return f"no mention of {argument}: {type(error).__name__}: {text}"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return None


def complaints(arguments, values, call):
    """The complaints about call(argument, value), for each of both."""
    found = []
    for argument in arguments:
        for value in values:
            wrong = complaint(argument, lambda: call(argument, value))  # noqa: B023
            if wrong:
                found.append(f"{argument}={shown(value)}: {wrong}")
    return found


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("function", "good"), ROWS + FIGURES, ids=NAMES)
def test_a_wrong_argument_gets_a_sentence(function, good, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    _, ax = plt.subplots()
    if "ax" in good:
        good = {**good, "ax": ax}

    def call(argument, value):
        try:
            function(**{**good, argument: value})
        finally:
            if ax.has_data():
                ax.clear()

    function(**good)
    values = FEW if any(function is f for f, _ in FIGURES) else BAD
    skipped = {"noise"} if function is ml.contest else set()  # so large that all runs diverge
    found = complaints(good.keys() - skipped, values, call)
    plt.close("all")
    assert not found, f"{len(found)} of them:\n" + "\n".join(found)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("function", "good"), FIGURES, ids=[f.__name__ for f, _ in FIGURES])
def test_a_wrong_value_set_on_a_live_figure_gets_a_sentence(function, good):
    figure = function(**good)
    first = {name: getattr(figure, name) for name in good if figure.has_trait(name)}

    def put(trait, value):
        setattr(figure, trait, value)
        setattr(figure, trait, first[trait])

    found = complaints(first.keys() - {"methods"}, BAD, put)
    assert all(getattr(figure, name) == value for name, value in first.items())
    assert not found, f"{len(found)} of them:\n" + "\n".join(found)


def public(module):
    """The public functions and classes that a module itself defines."""
    for name, value in vars(module).items():
        if name.startswith("_") or not (inspect.isfunction(value) or inspect.isclass(value)):
            continue
        if value.__module__.startswith(module.__name__):
            yield name, value


def test_every_public_function_is_in_the_table():
    tried = {id(f) for f, _ in ROWS + FIGURES}
    results = {"Run", "Sweep", "Training", "Tuning", "Contest"}  # made by functions alone
    modules = [ml.problems, ml.schedules, ml.restarts, ml.theory, ml.plot, ml.datasets, ml.models,
               ml.frameworks, ml.palette]  # fmt: skip
    named = [(n, getattr(ml, n)) for n in ml.__all__ if not inspect.ismodule(getattr(ml, n))]
    named += [(n, getattr(m, n)) for m in (ml.live, ml.predict) for n in m.__all__ if n.islower()]
    named += [pair for module in modules for pair in public(module)]
    inner = {"Landscape", "vary"}
    missing = [n for n, f in named if id(f) not in tried and n not in results | inner]
    assert not missing, missing
