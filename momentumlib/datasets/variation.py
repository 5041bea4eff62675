"""Thousands of different pictures from a few sprites, by seeded variation.

Everything is one array operation for a whole block of pictures. Pixels are rounded to the
256 levels of a photograph, so that the last digit of a cosine cannot make two machines
differ.
"""

import numpy as np

#: Pictures that are made at a time: few enough to stay in the processor's caches.
BLOCK = 250


def vary(sprites, which, size, rng):
    """One picture of `size` × `size` for each entry of `which`, an index into sprites.

    sprites : (n, 64, 64, 4) uint8, colors multiplied by opacity;  which : (count,).
    Returns (count, size, size, 3) float32 in [0, 1].
    """
    sheet = _bordered(sprites, size)
    out = np.empty((len(which), size, size, 3), np.float32)
    for first in range(0, len(which), BLOCK):
        block = slice(first, first + BLOCK)
        out[block] = _pictures(sheet, which[block], size, rng)
    return out


def _bordered(sprites, size):
    """The sprites as floats, halved until they fit `size`, with a clear border."""
    sheet = sprites.astype(np.float32) / np.float32(255)
    while sheet.shape[1] >= 2 * size:
        sheet = (
            sheet[:, ::2, ::2] + sheet[:, 1::2, ::2] + sheet[:, ::2, 1::2] + sheet[:, 1::2, 1::2]
        ) / np.float32(4)
    return np.pad(sheet, ((0, 0), (1, 1), (1, 1), (0, 0)))


def _pictures(sheet, which, size, rng):
    def draw(low, high, *shape):
        return rng.uniform(low, high, (len(which), *shape)).astype(np.float32)

    def chance(share):
        return (rng.random((len(which), 1, 1)) < share).astype(np.float32)

    center = (np.arange(size, dtype=np.float32) + np.float32(0.5)) * np.float32(2 / size) - 1
    y, x = center[:, None], center[None, :]

    # Behind: two colors that run into each other, and two blobs of clutter.
    slope = _slope(x, y, draw)[..., None]
    picture = _mixed(draw(0, 1, 1, 1, 3), draw(0, 1, 1, 1, 3), (1 + slope) / 2)
    for _ in range(2):
        blob = chance(0.7) * _blob(x, y, draw, draw(-1, 1, 2, 1, 1), 0.15, 0.5)
        picture = _mixed(picture, draw(0, 1, 1, 1, 3), blob[..., None])

    # The fruit: turned, mirrored, scaled, shifted, tinted.
    fruit = _placed(sheet, which, x, y, draw)
    picture *= 1 - fruit[..., 3:]
    picture += fruit[..., :3] * draw(0.8, 1.2, 1, 1, 3)

    # In front: what covers a part of it, the light, the camera.
    cover = chance(0.5) * _blob(x, y, draw, draw(-0.8, 0.8, 2, 1, 1), 0.1, 0.3)
    picture = _mixed(picture, draw(0, 1, 1, 1, 3), cover[..., None])
    picture *= draw(0.7, 1.1, 1, 1, 1) + draw(0, 0.25, 1, 1, 1) * _slope(x, y, draw)[..., None]
    picture = _mixed(picture, _blurred(picture), draw(0, 1, 1, 1, 1))
    noise = rng.standard_normal(picture.shape, dtype=np.float32)
    picture += draw(0, 0.06, 1, 1, 1) * noise
    return np.rint(np.clip(picture, 0, 1) * 255) / np.float32(255)


def _mixed(one, other, share):
    mixed = (other - one) * share  # the whole picture, at last: `one` may be a color
    mixed += one
    return mixed


def _slope(x, y, draw):
    """A plane through zero in a random direction, from −1 to 1 over the picture."""
    along, across = draw(-0.5, 0.5, 1, 1), draw(-0.5, 0.5, 1, 1)
    return along * x + across * y


def _blob(x, y, draw, center, least, most):
    """An ellipse with a soft edge: 1 inside, 0 outside."""
    a, b, tilt = draw(least, most, 1, 1), draw(least, most, 1, 1), draw(-0.5, 0.5, 1, 1)
    dx, dy = x - center[:, 0], y - center[:, 1]
    dx = dx + tilt * dy
    return np.clip(np.float32(4) * (1 - (dx / a) ** 2 - (dy / b) ** 2), 0, 1)


def _placed(sheet, which, x, y, draw):
    """Each picture's sprite in its own place and size: (count, size, size, 4)."""
    side = sheet.shape[1]
    turn = draw(-np.pi / 4, np.pi / 4, 1, 1)
    mirror = np.sign(draw(-1, 1, 1, 1))
    scale = draw(0.55, 0.95, 1, 1)
    dx, dy = x - draw(-0.25, 0.25, 1, 1), y - draw(-0.25, 0.25, 1, 1)
    turn = turn.astype(float)  # in single precision, machines differ in the last digit
    c, s = (f(turn).astype(np.float32) / scale for f in (np.cos, np.sin))
    half = np.float32((side - 2) / 2)  # the border is no part of the sprite
    u = np.clip(half * (mirror * (c * dx + s * dy) + 1) + np.float32(0.5), 0, side - 1.001)
    v = np.clip(half * (c * dy - s * dx + 1) + np.float32(0.5), 0, side - 1.001)
    i, j = v.astype(np.intp), u.astype(np.intp)
    v, u = (v - i)[..., None].astype(np.float32), (u - j)[..., None].astype(np.float32)
    flat, at = sheet.reshape(-1, 4), (which[:, None, None] * side + i) * side + j
    pixels = lambda places: np.take(flat, places, axis=0)  # faster than flat[places]
    top = _mixed(pixels(at), pixels(at + 1), u)
    return _mixed(top, _mixed(pixels(at + side), pixels(at + side + 1), u), v)


def _blurred(picture):
    """The mean over 3 × 3 pixels with weights 1, 2, 1 in both directions."""
    for axis in (1, 2):
        width = [(1, 1) if k == axis else (0, 0) for k in range(4)]
        wide = np.moveaxis(np.pad(picture, width, mode="edge"), axis, 0)
        picture = np.moveaxis((wide[:-2] + 2 * wide[1:-1] + wide[2:]) / np.float32(4), 0, axis)
    return picture
