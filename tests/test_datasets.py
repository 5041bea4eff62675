"""The fruits that are made, the folders that are read, the digits."""

import copy
import inspect
import pickle

import numpy as np
import pytest

import momentumlib as ml
from golden import pictures
from momentumlib import datasets
from momentumlib.datasets import STYLES, Dataset, Pictures

Image = pytest.importorskip("PIL.Image")


@pytest.fixture(scope="module")
def data():
    return ml.datasets.fruits(count=240)


def test_the_parts_have_their_sizes_and_kinds(data):
    for part, count in ((data.train, 240), (data.test, 80), (data.held_out, 80)):
        assert part.images.shape == (count, 32, 32, 3)
        assert part.images.dtype == np.float32
        assert part.labels.dtype == np.int64
        assert part.images.min() >= 0
        assert part.images.max() <= 1
        counts = np.bincount(part.labels, minlength=12)
        assert counts.max() - counts.min() <= 1, "the classes are of one size"


def test_the_same_seed_makes_the_same_pictures_and_another_others(data):
    again, other = ml.datasets.fruits(count=240), ml.datasets.fruits(count=240, seed=1)
    for part in ("train", "test", "held_out"):
        one, two, three = (getattr(d, part) for d in (data, again, other))
        assert (one.images == two.images).all()
        assert (one.labels == two.labels).all()
        assert (one.images != three.images).any()


def test_every_picture_is_another(data):
    pixels = np.concatenate([data.train.images, data.test.images]).reshape(320, -1)
    assert len(np.unique(pixels, axis=0)) == 320


def test_pixels_are_the_256_levels_of_a_photograph(data):
    levels = data.train.images * 255
    assert np.abs(levels - np.rint(levels)).max() < 1e-4


def test_pictures_of_a_class_are_alike(data):
    """The mean picture of a class in the test part is nearest to its own in the train part."""

    def means(part):
        centered = part.images - part.images.mean(axis=(1, 2), keepdims=True)
        return np.array([centered[part.labels == k].mean(axis=0).ravel() for k in range(12)])

    big = ml.datasets.fruits(count=3000)
    gaps = np.linalg.norm(means(big.train)[:, None] - means(big.test), axis=2)
    assert (gaps.argmin(axis=0) == np.arange(12)).mean() >= 10 / 12


@pytest.mark.parametrize("size", [8, 16, 48, 64, 128])
def test_any_size(size):
    assert ml.datasets.fruits(size, 12).train.images.shape == (12, size, size, 3)


def test_all_styles_leave_none_to_hold_out():
    assert ml.datasets.fruits(count=12, styles=STYLES).held_out is None


def test_the_order_of_styles_does_not_matter():
    one = ml.datasets.fruits(count=12, styles=["noto", "fluent"])
    two = ml.datasets.fruits(count=12, styles=("fluent", "noto"))
    assert (one.train.images == two.train.images).all()


@pytest.mark.parametrize(
    ("wrong", "error", "sentence"),
    [
        ({"size": 4}, ValueError, "size must be at least 8"),
        ({"size": 500}, ValueError, "size must be at most 128"),
        ({"size": 32.0}, TypeError, "size must be a whole number"),
        ({"count": 0}, ValueError, "count must be at least 1"),
        ({"seed": -1}, ValueError, "seed must be at least 0"),
        ({"styles": "noto"}, TypeError, "styles must be a list"),
        ({"styles": []}, ValueError, "styles must hold at least 1 entry"),
        ({"styles": ["apple"]}, ValueError, "styles must be one of .* but is 'apple'"),
        ({"count": 10**12}, ValueError, "count must be at most"),
        ({"root": 3}, TypeError, "root must be the path of a folder"),
    ],
)
def test_wrong_arguments_get_their_sentence(wrong, error, sentence):
    with pytest.raises(error, match=sentence):
        ml.datasets.fruits(**wrong)


@pytest.mark.slow
def test_digits_are_those_of_scikit_learn():
    sklearn = pytest.importorskip("sklearn.datasets")
    theirs = sklearn.load_digits()
    with np.load(ml.datasets.HERE / "digits.npz") as ours:
        assert (ours["images"] == theirs.images).all()
        assert (ours["labels"] == theirs.target).all()


def test_digits_are_split_without_loss():
    data = ml.datasets.digits(seed=3)
    assert (len(data.train), len(data.test), data.held_out) == (1297, 500, None)
    rows = np.concatenate([data.train.images, data.test.images]).reshape(1797, 64)
    whole = ml.datasets.digits(seed=4)
    other = np.concatenate([whole.train.images, whole.test.images]).reshape(1797, 64)
    key = lambda array: array[np.lexsort(array.T)]
    assert (key(rows) == key(other)).all()
    assert (data.test.images != whole.test.images).any()


# --- Data by hand ----------------------------------------------------------------

IMAGES, LABELS, NAMES = np.zeros((3, 4, 5, 1), np.float32), np.array([0, 1, 1]), ("a", "b")


@pytest.mark.parametrize(
    ("wrong", "error", "sentence"),
    [
        ({"labels": LABELS + 1}, ValueError, "labels must be from 0 to 1.* one is 2"),
        ({"labels": LABELS + 10**7}, ValueError, "labels must be from 0 to 1"),
        ({"labels": LABELS - 1}, ValueError, "one is -1"),
        ({"labels": LABELS.astype(float)}, TypeError, "labels must be whole numbers"),
        ({"labels": LABELS == 1}, TypeError, "labels must be whole numbers"),
        ({"labels": ["a", "b", "b"]}, TypeError, "labels must be whole numbers"),
        ({"labels": [[0], [1, 1]]}, TypeError, "labels must be whole numbers"),
        ({"labels": np.ma.masked_array(LABELS, [0, 1, 0])}, TypeError, "labels must be whole"),
        ({"labels": LABELS[:, None]}, ValueError, r"labels must have shape \(n,\)"),
        ({"labels": LABELS[:2]}, ValueError, "there are 2 labels and 3 images"),
        ({"labels": None}, TypeError, "labels must be a list"),
        ({"images": IMAGES[..., 0]}, ValueError, "images must have shape"),
        ({"images": IMAGES[:, :0]}, ValueError, "images must have shape"),
        ({"images": IMAGES.tolist()}, TypeError, "images must be an array"),
        ({"images": IMAGES.astype(str)}, TypeError, "images must be an array of numbers"),
        ({"images": IMAGES + 1j}, TypeError, "images must be an array of numbers"),
        ({"images": IMAGES + np.nan}, ValueError, "images must hold numbers from 0 to 1"),
        ({"images": IMAGES - 0.1}, ValueError, "images must hold numbers from 0 to 1"),
        ({"images": IMAGES + 255}, ValueError, "to 255: divide them by 255"),
        ({"images": np.ma.masked_equal(IMAGES, 0)}, TypeError, "images must hold numbers"),
        ({"names": ("a",)}, ValueError, "labels must be from 0 to 0"),
        ({"names": ("a", "a")}, ValueError, "names must differ, but 'a' is there twice"),
        ({"names": ("a", 2)}, TypeError, "names must be a text"),
        ({"names": "ab"}, TypeError, "names must be a list"),
        ({"names": ()}, ValueError, "names must hold at least 1"),
    ],
)
def test_pictures_are_looked_at_when_they_are_made(wrong, error, sentence):
    with pytest.raises(error, match=sentence) as caught:
        Pictures(**{"images": IMAGES, "labels": LABELS, "names": NAMES, **wrong})
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("low", "high", "divide"),
    [(0, 255, True), (0, 1.5, True), (0, 256, False), (-1, 255, False), (-0.5, 0.5, False)],
)
def test_who_forgot_to_divide_by_255_is_told(low, high, divide):
    images = IMAGES.copy()
    images[0, 0, 0, 0], images[1, 1, 1, 0] = low, high
    says = f"images must hold numbers from 0 to 1, but they go from {low:g} to {high:g}"
    with pytest.raises(ValueError, match=f"^{says}{': divide them by 255' * divide}$"):
        Pictures(images, LABELS, NAMES)


def test_what_is_drawn_where_nothing_is_said():
    given = inspect.signature(ml.datasets.fruits).parameters
    assert {name: each.default for name, each in given.items()} == {
        "size": 32, "count": 3000, "styles": ("noto", "twemoji", "openmoji"), "seed": 0,
        "root": None, "progress": True,
    }  # fmt: skip
    assert inspect.signature(ml.datasets.digits).parameters["seed"].default == 0


def test_pictures_cannot_change():
    images, labels = IMAGES.copy(), LABELS.copy()
    pictures = Pictures(images, labels, ["a", "b"])
    labels[0], images[0] = 10**7, 7
    assert pictures.labels.tolist() == LABELS.tolist()
    assert not pictures.images.any()
    twin = pickle.loads(pickle.dumps(pictures))
    for one in (pictures, pictures[1:], pictures[[True, False, True]], twin, copy.copy(twin)):
        for array in (one.images, one.labels):
            with pytest.raises(ValueError, match="read-only"):
                array[0] = 1
    assert pictures[1:].images.base is not None, "a part of read-only pictures is no copy"
    assert len(pictures[[]]) == len(Pictures(images[:0], [], NAMES)) == 0


def test_pictures_are_kept_as_training_takes_them():
    pictures = Pictures(np.ones((3, 4, 5, 1), np.uint8)[:, ::2], [0, 1, 1], NAMES)
    assert pictures.images.dtype == np.float32
    assert pictures.images.flags.c_contiguous
    assert (pictures.images == 1).all()
    assert pictures.labels.dtype == np.int64


def test_the_parts_of_a_dataset_fit():
    part, other = Pictures(IMAGES, LABELS, NAMES), Pictures(IMAGES, LABELS, ("a", "c"))
    wide = Pictures(np.zeros((3, 4, 6, 1)), LABELS, NAMES)
    assert Dataset("mine", part, part).held_out is None
    for wrong, error, sentence in (
        ((3, part, part), TypeError, "name must be a text"),
        (("mine", IMAGES, part), TypeError, "train must be Pictures"),
        (("mine", part, None), TypeError, "test must be Pictures"),
        (("mine", part, other), ValueError, "test must have the names of train"),
        (("mine", part, part, wide), ValueError, "held_out must have pictures of shape"),
    ):
        with pytest.raises(error, match=sentence):
            Dataset(*wrong)


# --- The layout of Fruits-360 -----------------------------------------------------

CLASSES = {"Apple Red 1": (200, 30, 30), "Banana": (230, 220, 60), "Plum": (90, 20, 90)}


@pytest.fixture
def root(tmp_path):
    """A small tree of 100 × 100 JPEGs: 5 a class to train, 2 to test, each of one color."""
    for part, count in (("Training", 5), ("Test", 2)):
        for name, color in CLASSES.items():
            folder = tmp_path / "fruits-360" / part / name
            folder.mkdir(parents=True)
            for k in range(count):
                Image.new("RGB", (100, 100), color).save(folder / f"{k}_100.jpg", quality=95)
    return tmp_path / "fruits-360"


def test_a_folder_is_read(root):
    data = ml.datasets.fruits(root=root, count=None)
    assert data.name == "fruits-360"
    assert data.names == tuple(CLASSES)
    assert (len(data.train), len(data.test), data.held_out) == (15, 6, None)
    for part in (data.train, data.test):
        wanted = np.array(list(CLASSES.values()))[part.labels] / 255
        assert part.images.mean(axis=(1, 2)) == pytest.approx(wanted, abs=0.02)
        assert part.images.shape[1:] == (32, 32, 3)


def test_many_batches_are_as_one(root, monkeypatch):
    one = ml.datasets.fruits(root=root, count=None)
    monkeypatch.setattr(ml.datasets.folder, "BATCH", 2)
    two = ml.datasets.fruits(root=root, count=None)
    assert (one.train.images == two.train.images).all()


def test_count_is_spread_over_the_classes(root):
    data = ml.datasets.fruits(root=str(root), count=9, size=16)
    assert (np.bincount(data.train.labels) == 3).all()
    assert len(data.test) == 3
    for count, few in ((1, 1), (7, 2), (100, 6)):  # 7 of 3 classes: 3 of each, and 2 are left out
        data = ml.datasets.fruits(root=root, count=count, size=8)
        assert (len(data.train), len(data.test)) == (min(count, 15), few)
    with pytest.raises(ValueError, match="count must be at least 1, but is 0"):
        ml.datasets.fruits(root=root, count=0)


def test_no_picture_of_a_folder_is_taken_twice(root, monkeypatch):
    number = lambda file, size: np.full((size, size, 3), int(file.stem[0]), np.uint8)
    monkeypatch.setattr(datasets.folder, "_picture", number)
    for seed in range(3):
        train = ml.datasets.fruits(8, 9, seed=seed, root=root).train
        seen = np.rint(255 * train.images[:, 0, 0, 0])
        assert len(set(zip(train.labels, seen, strict=True))) == 9


def test_a_bar_counts_the_pictures_that_are_read(root, monkeypatch):
    bars = []

    class Bar(datasets.folder.tqdm):
        def __init__(self, **settings):
            bars.append(self)
            super().__init__(**settings)
            self.settings = settings

    monkeypatch.setattr(datasets.folder, "tqdm", Bar)
    monkeypatch.setattr(datasets.folder, "BATCH", 4)
    monkeypatch.setattr(Bar, "display", lambda *_, **__: None)
    for progress in (True, False):
        bars.clear()
        ml.datasets.fruits(8, None, root=root, progress=progress)
        assert [bar.n for bar in bars] == ([15, 6] if progress else [0, 0])
        for bar, total in zip(bars, (15, 6), strict=True):
            said = [bar.settings[name] for name in ("total", "disable", "delay", "leave")]
            assert said == [total, not progress, 1, False]  # for those who wait for a second


def test_other_files_and_missing_test_classes_are_passed_over(root):
    (root / "Training" / "Banana" / "notes.txt").write_text("ripe", encoding="utf-8")
    for file in (root / "Test" / "Plum").iterdir():
        file.unlink()
    (root / "Test" / "Plum").rmdir()
    data = ml.datasets.fruits(root=root, count=None)
    assert (len(data.train), len(data.test)) == (15, 4)


def test_what_is_wrong_with_a_folder_is_said(root, tmp_path):
    def says(sentence, place=root):
        with pytest.raises(ValueError, match=sentence):
            ml.datasets.fruits(root=place, count=None)

    says("root must be a folder", tmp_path / "nowhere")
    (tmp_path / "Training" / "A").mkdir(parents=True)
    says("must hold a folder Test", tmp_path)
    (root / "Test" / "Kiwi").mkdir()
    says("lacks: Kiwi")
    (root / "Training" / "Kiwi").mkdir()
    says("the class Kiwi is empty: no picture in root/Training/Kiwi")
    (root / "Training" / "Kiwi" / "bad.jpg").write_bytes(b"\xff\xd8 no picture")
    (root / "Test" / "Kiwi").rmdir()
    says("bad.jpg cannot be read")
    whole = (root / "Training" / "Banana" / "0_100.jpg").read_bytes()
    (root / "Training" / "Kiwi" / "bad.jpg").write_bytes(whole[: len(whole) // 2])
    says("bad.jpg cannot be read")


def test_hidden_files_and_folders_are_passed_over(root):
    for place in (root, root / "Training", root / "Test", root / "Training" / "Banana"):
        (place / ".ipynb_checkpoints").mkdir()
        (place / ".ipynb_checkpoints" / "a.png").write_bytes(b"no picture")
        (place / "._x.png").write_bytes(b"no picture")
    data = ml.datasets.fruits(root=root, count=None)
    assert data.names == tuple(CLASSES)
    assert (len(data.train), len(data.test)) == (15, 6)


def test_sixteen_bits_of_gray_keep_their_levels(root):
    folder = root / "Training" / "Gray"
    folder.mkdir()
    levels = np.linspace(0, 65535, 16).astype(np.uint16)
    Image.fromarray(np.tile(levels, (16, 1))).save(folder / "gray.png")
    with Image.open(folder / "gray.png") as stored:
        assert stored.mode.startswith("I"), "the file has 16 bits"
    train = ml.datasets.fruits(16, None, root=root).train
    (gray,) = train.images[train.labels == train.names.index("Gray")]
    assert (np.rint(255 * gray) == 17 * np.arange(16)[:, None]).all()  # 65535 / 15 / 257


def test_a_picture_stands_as_the_camera_was_held(root):
    """Red above blue, stored lying on its side with EXIF's orientation 6."""
    folder = root / "Training" / "Turned"
    folder.mkdir()
    upright = np.zeros((16, 16, 3), np.uint8)
    upright[:8, :, 0] = upright[8:, :, 2] = 255
    exif = Image.Exif()
    exif[0x0112] = 6  # the first row is the right side, the first column the top
    lying = Image.fromarray(np.rot90(upright))
    lying.save(folder / "turned.png", exif=exif)
    train = ml.datasets.fruits(16, None, root=root).train
    (picture,) = train.images[train.labels == train.names.index("Turned")]
    assert (picture == upright / 255).all()


def test_a_folder_without_classes_is_said(tmp_path):
    (tmp_path / "Training").mkdir()
    with pytest.raises(ValueError, match="must hold a folder for each class"):
        ml.datasets.fruits(root=tmp_path)


def test_a_seed_draws_the_pictures_that_it_always_drew():
    """The chapters' outputs rest on them; a cosine's last digit may move a level here and there."""
    drawn, stored = pictures.drawn(), np.load(pictures.FILE)
    assert set(drawn) == set(stored)
    for part in drawn:
        apart = np.abs(drawn[part].astype(int) - stored[part].astype(int))
        assert apart.max() <= (0 if part.endswith("labels") else 1), part
        assert (apart > 0).mean() < 0.001, part


def test_digits_are_split_by_their_seed():
    with np.load(datasets.HERE / "digits.npz") as kept:
        images, labels = kept["images"], kept["labels"]
    made, order = ml.datasets.digits(seed=4), np.random.default_rng(4).permutation(1797)
    for part, rows in ((made.test, order[:500]), (made.train, order[500:])):
        assert (part.images[..., 0] * 16 == images[rows]).all()
        assert (part.labels == labels[rows]).all()
    assert (ml.datasets.digits().test.labels == ml.datasets.digits(seed=0).test.labels).all()


def test_the_sizes_at_the_edges():
    tiny = ml.datasets.fruits(size=8, count=1)
    assert [len(part) for part in (tiny.train, tiny.test, tiny.held_out)] == [1, 1, 1]
    assert len(ml.datasets.fruits(size=8, count=7).test) == 2
    assert ml.datasets.fruits(size=128, count=1).train.images.shape == (1, 128, 128, 3)
    for size in (7, 129):
        with pytest.raises(ValueError, match="size must be"):
            ml.datasets.fruits(size=size, count=1)
    for count in (0, datasets.MOST // 64 + 1):
        with pytest.raises(ValueError, match="count must be"):
            ml.datasets.fruits(size=8, count=count)
    with pytest.raises(ValueError, match=rf"at most {datasets.MOST // 144}, but"):
        ml.datasets.fruits(size=12, count=datasets.MOST // 144 + 1)
    assert datasets.MOST * 3 * 4 == 3 * 2**30  # three channels of four bytes: 3 GB
