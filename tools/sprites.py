"""Makes momentumlib/datasets/sprites.npz, the fruits that `ml.datasets.fruits` varies.

    npm pack emoji-datasource-google@16.0.0 emoji-datasource-twitter@16.0.0 \
        openmoji@17.0.0 fluentui-emoji@1.3.0
    python tools/sprites.py FOLDER_OF_THE_TARBALLS

Every picture is cut to its visible part, centered in a square and scaled to 64 × 64, so
that a style is not known by its margin. Needs Pillow, and Playwright for the two styles
that are drawn as SVG. Licences of the pictures: assets/LICENSES.md.
"""

import argparse
import io
import tarfile
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import sync_playwright

SIZE, MARGIN = 64, 2
TARGET = Path(__file__).resolve().parent.parent / "momentumlib/datasets/sprites.npz"

#: Our name of each fruit, its code point, its name in Fluent.
FRUITS = {
    "apple": ("1f34e", "red-apple"), "banana": ("1f34c", "banana"),
    "cherries": ("1f352", "cherries"), "grapes": ("1f347", "grapes"),
    "kiwi": ("1f95d", "kiwi-fruit"), "lemon": ("1f34b", "lemon"),
    "orange": ("1f34a", "tangerine"), "peach": ("1f351", "peach"), "pear": ("1f350", "pear"),
    "pineapple": ("1f34d", "pineapple"), "strawberry": ("1f353", "strawberry"),
    "watermelon": ("1f349", "watermelon"),
}  # fmt: skip

#: Style: the package's tarball, and where the picture of a fruit is in it.
STYLES = {
    "noto": ("emoji-datasource-google-*.tgz", "img/google/64/{0}.png"),
    "twemoji": ("emoji-datasource-twitter-*.tgz", "img/twitter/64/{0}.png"),
    "openmoji": ("openmoji-*.tgz", "color/svg/{1}.svg"),
    "fluent": ("fluentui-emoji-*.tgz", "icons/modern/{2}.svg"),
}


def drawn(svg, page):
    """An SVG text as a picture, four times as large as it is stored."""
    page.set_content(f"<style>body{{margin:0}}svg{{width:100vw;height:100vh}}</style>{svg}")
    return Image.open(io.BytesIO(page.screenshot(omit_background=True)))


def squared(picture):
    """The visible part of a picture, centered in a square of SIZE pixels: (SIZE, SIZE, 4) uint8.

    Colors are multiplied by their opacity, as the variations take them.
    """
    pixels = np.asarray(picture.convert("RGBA")).astype(float)
    pixels[..., :3] *= pixels[..., 3:] / 255
    seen = pixels[..., 3] > 8
    rows, columns = (np.flatnonzero(seen.any(axis=axis)) for axis in (1, 0))
    part = pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].round().astype(np.uint8)
    height, width = part.shape[:2]
    scale = (SIZE - 2 * MARGIN) / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    out = np.zeros((SIZE, SIZE, 4), np.uint8)
    left, top = ((SIZE - length) // 2 for length in size)
    for channel in range(4):  # one by one: Pillow would divide by the opacity
        small = Image.fromarray(part[..., channel]).resize(size, Image.Resampling.BILINEAR)
        out[top : top + size[1], left : left + size[0], channel] = np.asarray(small)
    return out


def main():
    """Read the tarballs, write the sprites."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    sheet = np.zeros((len(STYLES), len(FRUITS), SIZE, SIZE, 4), np.uint8)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": 4 * SIZE, "height": 4 * SIZE})
        for i, (pattern, place) in enumerate(STYLES.values()):
            (tarball,) = folder.glob(pattern)
            with tarfile.open(tarball) as package:
                for j, (code, fluent) in enumerate(FRUITS.values()):
                    name = "package/" + place.format(code, code.upper(), fluent)
                    data = package.extractfile(name).read()
                    svg = name.endswith("svg")
                    picture = drawn(data.decode(), page) if svg else Image.open(io.BytesIO(data))
                    sheet[i, j] = squared(picture)
        browser.close()
    np.savez_compressed(TARGET, sprites=sheet, styles=list(STYLES), names=list(FRUITS))
    print(f"{TARGET.name}: {TARGET.stat().st_size / 1024:.0f} kB")


if __name__ == "__main__":
    main()
