"""What the boxes "In practice" say that a package has, done by the package itself."""

import os

import numpy as np
import pytest

import momentumlib as ml
import torch_fruit

pytestmark = pytest.mark.peers


@pytest.fixture(scope="module")
def torch():
    return pytest.importorskip("torch")


def stepped(torch, make, steps):
    """An SGD with momentum at a parameter whose gradient is 1, before each step of a plan."""
    theta = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([theta], lr=0.1, momentum=0.9)
    plan, seen = make(optimizer), []
    for _ in range(steps):
        group = optimizer.param_groups[0]
        seen.append((group["lr"], group["momentum"]))
        theta.grad = torch.ones(1)
        optimizer.step()
        plan.step()
    return np.array(seen)


def test_one_cycle_moves_the_momentum_between_0_95_and_0_85_against_eta(torch):
    cycle = torch.optim.lr_scheduler.OneCycleLR
    lr, momentum = stepped(torch, lambda o: cycle(o, max_lr=0.1, total_steps=50), 50).T
    assert [momentum.max(), momentum.min()] == pytest.approx([0.95, 0.85], abs=1e-3)
    assert lr.argmax() == momentum.argmin()


def test_a_warm_up_and_a_cosine_are_joined_by_sequential_lr(torch):
    plans = torch.optim.lr_scheduler
    joined = lambda o: plans.SequentialLR(
        o, [plans.LinearLR(o, 0.1, total_iters=5), plans.CosineAnnealingLR(o, 45)], milestones=[5]
    )
    lr = stepped(torch, joined, 51)[:, 0]
    assert lr[0] == pytest.approx(0.01)
    assert lr.argmax() == 5
    assert lr.max() == pytest.approx(0.1)
    assert lr[50] == pytest.approx(0, abs=1e-9)


def test_clearing_the_state_drops_the_velocity_and_a_group_takes_another_momentum(torch):
    theta = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([theta], lr=1.0, momentum=0.5)

    def step():
        before = float(theta.detach())
        theta.grad = torch.ones(1)
        optimizer.step()
        return before - float(theta.detach())

    assert [step(), step()] == [1.0, 1.5]
    optimizer.state.clear()
    assert [step(), step()] == [1.0, 1.5]
    optimizer.param_groups[0]["momentum"] = 0.0
    assert step() == 1.0


def test_the_settings_that_chapter_4_names_are_there(torch):
    theta = [torch.zeros(1, requires_grad=True)]
    assert torch.optim.AdamW(theta, lr=1e-3, weight_decay=0.01, amsgrad=True)
    assert torch.optim.RMSprop(theta, alpha=0.9).defaults["alpha"] == 0.9


def test_a_loader_shuffles_anew_in_each_epoch_if_asked(torch):
    for shuffle in (True, False):
        loader = torch.utils.data.DataLoader(range(64), batch_size=8, shuffle=shuffle)
        one, two = (torch.cat(list(loader)).tolist() for _ in range(2))
        assert sorted(one) == sorted(two) == list(range(64))
        assert (one != two) == shuffle


def test_averages_of_weights_are_built_in(torch):
    layer = torch.nn.Linear(1, 1, bias=False)
    averaged = torch.optim.swa_utils.AveragedModel(layer)
    for value in (1.0, 2.0, 6.0):
        torch.nn.init.constant_(layer.weight, value)
        averaged.update_parameters(layer)
    assert float(averaged.module.weight.detach()) == pytest.approx(3)
    optax = pytest.importorskip("optax")
    ema = optax.ema(0.9)
    state = ema.init(np.zeros(1))
    for value in (1.0, 2.0, 6.0):
        mean, state = ema.update(np.array([value]), state)
    weights = 0.9 ** np.array([2, 1, 0])
    assert float(mean[0]) == pytest.approx(weights @ [1, 2, 6] / weights.sum())
    os.environ.setdefault("KERAS_BACKEND", "jax")
    keras = pytest.importorskip("keras")
    assert keras.optimizers.SGD(0.1, momentum=0.9, use_ema=True).use_ema
    assert keras.optimizers.RMSprop(rho=0.9).rho == 0.9


@pytest.mark.parametrize("name", torch_fruit.ETAS)
def test_chapter_6s_network_in_pytorch_is_the_librarys(torch, name):
    """A few steps from the same start with the same minibatches; single precision rounds apart."""
    pictures = ml.datasets.fruits(count=160)
    model = ml.models.convolutional(pictures, channels=(4, 6, 8), seed=1, batch=32)
    eta = ml.schedules.cosine(torch_fruit.FIRST[name], 16)  # PyTorch's momentum makes up for it
    peer = torch_fruit.Peer(model)
    assert peer.cost() == pytest.approx(model.f(model.start), rel=1e-6)
    peer.train(name, eta, 12, seed=3)
    method = {"GD": ml.gd, "momentum": ml.momentum, "Adam": ml.adam}[name]
    run = ml.minimize(model, method(eta), steps=12, seed=3, keep=12)
    assert abs(run.loss[-1] - run.loss[0]) > 0.01
    # Adam's first steps divide each slope by its own size: of a tiny one the rounding is large.
    assert peer.cost() == pytest.approx(run.loss[-1], rel=1e-3 if name == "Adam" else 2e-6)
    right = model.accuracy(run.theta[-1], pictures.test)
    assert peer.right(pictures.test) == pytest.approx(right, abs=0.02)  # one picture of 53


def test_chapter_6s_momentum_agrees_with_pytorch_to_six_digits_for_twenty_steps(torch):
    model = ml.models.convolutional(ml.datasets.fruits(), seed=torch_fruit.SEED)
    eta, seed = torch_fruit.ETAS["momentum"], torch_fruit.SEED
    peer = torch_fruit.Peer(model)
    peer.train("momentum", lambda t: eta, 20, seed)
    run = ml.minimize(model, ml.momentum(eta), steps=20, seed=seed, keep=20)
    assert peer.cost() == pytest.approx(run.loss[-1], rel=5e-6)
