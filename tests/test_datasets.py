"""The fruits that are made, the folders that are read, the digits."""

import numpy as np
import pytest

import momentumlib as ml
from momentumlib.datasets import STYLES

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
        ({"styles": []}, TypeError, "styles must be a list"),
        ({"styles": ["apple"]}, ValueError, "one is 'apple'"),
    ],
)
def test_wrong_arguments_get_their_sentence(wrong, error, sentence):
    with pytest.raises(error, match=sentence):
        ml.datasets.fruits(**wrong)


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


def test_other_files_and_missing_test_classes_are_passed_over(root):
    (root / "Training" / "Banana" / "notes.txt").write_text("ripe")
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


def test_a_folder_without_classes_is_said(tmp_path):
    (tmp_path / "Training").mkdir()
    with pytest.raises(ValueError, match="must hold a folder for each class"):
        ml.datasets.fruits(root=tmp_path)
