"""The figure that trains in the page: its pictures, its settings, its runs."""

import gzip

import numpy as np
import pytest

import momentumlib as ml
from momentumlib.live import fruit_pack


def test_the_pack_holds_the_pictures():
    """Undone pixel by pixel, as a page does it."""
    name, told = fruit_pack.pack()
    parts, size = fruit_pack.parts(), fruit_pack.SIZE
    n = sum(map(len, parts))
    plain = np.frombuffer(gzip.decompress(told), np.uint8)
    labels, rest = plain[:n], plain[n:].reshape(n, size, size, 3).astype(int)
    pixels = np.zeros_like(rest)
    for y in range(size):
        for x in range(size):
            left, above = pixels[:, y, x - 1], pixels[:, y - 1, x]
            guess = (left + above) // 2 if x and y else left if x else above if y else 0
            pixels[:, y, x] = (rest[:, y, x] + guess) % fruit_pack.LEVELS
    assert np.array_equal(labels, np.concatenate([part.labels for part in parts]))
    assert np.array_equal(pixels, np.concatenate([fruit_pack.levels(part) for part in parts]))
    file, script = fruit_pack.script()
    assert file == f"{name}.js"
    assert script.startswith(f'(globalThis.livePacks ||= {{}})["{name}"] = "H4s')


def test_the_pictures_are_those_of_the_library_in_fewer_colors():
    whole = ml.datasets.fruits(size=fruit_pack.SIZE, count=fruit_pack.COUNT)
    for made, part in zip((whole.train, whole.test), fruit_pack.parts(), strict=True):
        assert np.array_equal(made.labels, part.labels)
        assert np.abs(made.images - part.images).max() <= 0.5 / (fruit_pack.LEVELS - 1) + 1e-6


def test_earlier_settings_hold_until_their_step():
    figure = ml.live.train_here(
        eta=0.05, gamma=0.5, compare="effective", seed=3, steps=20, step=20, changes="10 0.02 0.9"
    )
    eta, gamma = np.repeat([0.02, 0.05], 10), np.repeat([0.9, 0.5], 10)
    slow, fast = figure.runs()
    again = ml.minimize(
        slow.problem, ml.momentum(eta, gamma), start=figure.start(), steps=20, seed=3, keep=10
    )
    assert fast.loss.tolist() == again.loss.tolist()
    assert slow.method.hyper["eta"] == pytest.approx(np.repeat([0.2, 0.1], 10))
    assert figure.before == [[pytest.approx(J, rel=1e-5) for J in run.loss] for run in (slow, fast)]


@pytest.mark.parametrize(
    ("text", "said"),
    [("10 0.02", "must be text such as"), ("20 0.1 0.5; 10 0.1 0.5", "steps must grow"),
     ("10 -1 0.5", "must be greater than 0"), ("10 0.1 1", r"must be in \[0, 1\)")],
)  # fmt: skip
def test_earlier_settings_are_looked_at(text, said):
    with pytest.raises(ValueError, match=f"changes.*{said}"):
        ml.live.train_here(steps=10, changes=text)


def test_a_kernel_hands_the_pictures_over(monkeypatch):
    figure, sent = ml.live.train_here(steps=10), []
    monkeypatch.setattr(figure, "send", lambda *told: sent.append(told))
    figure._answer(figure, "pictures", [])
    figure._answer(figure, "what else", [])
    assert sent == [("pictures", [fruit_pack.pack()[1]])]
