"""The book as a whole: its configuration, its build, and every page that comes out."""

import json
import os
import re
import subprocess
import sys
import tomllib
from functools import cache
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.xdist_group("book")

#: Attributes that make a browser fetch what they name.
FETCHED = {
    ("script", "src"), ("img", "src"), ("img", "srcset"), ("iframe", "src"), ("source", "src"),
    ("video", "src"), ("audio", "src"), ("embed", "src"), ("object", "data"), ("image", "href"),
    ("use", "href"), ("track", "src"), ("input", "src"),
}  # fmt: skip
FETCHED_LINKS = {"stylesheet", "icon", "preload", "modulepreload", "prefetch", "preconnect"}
FOREIGN = re.compile(r"^(?:https?:)?//", re.IGNORECASE)


class Page(HTMLParser):
    """The elements of one page, as (tag, attributes)."""

    def __init__(self, text):
        super().__init__()
        self.elements = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        """Keep every element that opens."""
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def all(self, tag):
        """The attributes of all elements with this tag."""
        return [attrs for name, attrs in self.elements if name == tag]

    def ids(self):
        """Every anchor that a link can point to."""
        return {attrs[key] for _, attrs in self.elements for key in ("id", "name") if key in attrs}


@cache
def parsed(path):
    """The page in a file."""
    return Page(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def pages(book):
    """Every page, by its path in the book."""
    found = [p for p in sorted(book.rglob("*.html")) if "_static" not in p.parts]
    assert found, "the build made no page"
    return {path.relative_to(book).as_posix(): parsed(path) for path in found}


def config():
    """_config.yml."""
    return yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))


def chapters():
    """The files that the table of contents names."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    return [toc["root"]] + [c["file"] for part in toc["parts"] for c in part["chapters"]]


def test_the_build_has_no_warning(build):
    _, code, said = build
    warnings = [line for line in said.splitlines() if "WARNING" in line or "ERROR" in line]
    assert code == 0, "\n".join(warnings) or said[-3000:]


def test_the_build_executes_nothing():
    assert config()["execute"]["execute_notebooks"] == "off"


def test_every_extension_of_ours_is_loaded():
    sphinx = config()["sphinx"]
    assert set(sphinx["local_extensions"]) <= set(sphinx["config"]["extensions"])
    for name, folder in sphinx["local_extensions"].items():
        assert (ROOT / folder / f"{name}.py").is_file()


def test_the_table_of_contents_names_each_chapter_once():
    names = chapters()
    assert len(names) == len(set(names))
    numbered = {f"chapters/{path.stem}" for path in ROOT.glob("chapters/*.ipynb")}
    assert numbered <= set(names), "a notebook is missing from _toc.yml"


def test_every_chapter_has_its_page(pages):
    assert {f"{name}.html" for name in chapters()} <= set(pages)


def test_code_stands_in_a_page_in_the_order_in_which_it_runs(book):
    bare = lambda text: re.sub(r"\s", "", text)
    for path in sorted(ROOT.glob("chapters/*.ipynb")):
        page = (book / "chapters" / f"{path.stem}.html").read_text("utf-8")
        page, at = bare(unescape(re.sub("<[^>]*>", "", page))), 0
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            tags = cell["metadata"].get("tags", [])
            if cell["cell_type"] == "code" and "remove-input" not in tags:
                at = page.find(bare("".join(cell["source"])), at)
                assert at > -1, f"{path.stem}: {cell['id']}"


def test_every_requirement_is_pinned():
    for name in ("requirements.txt", "requirements-dev.txt", "requirements-peers.txt"):
        for line in (ROOT / name).read_text("utf-8").splitlines():
            if line and not line.startswith(("#", "-e .")):
                assert "==" in line, f"{name}: {line} has no pin"
    assert "//" not in (ROOT / "constraints.txt").read_text("utf-8")


def test_pins_satisfy_the_library():
    from packaging.requirements import Requirement

    pins = dict(
        line.split(" ;")[0].strip().split("==")
        for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines()
        if "==" in line
    )
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    for text in project["dependencies"]:
        requirement = Requirement(text)
        assert requirement.specifier.contains(pins[requirement.name])


def test_tests_of_one_group_run_in_one_process(tmp_path):
    """Where they do not, every process opens every page, and runs notebooks out of order."""
    mark = "import pytest\n@pytest.mark.xdist_group('one')\n"
    cases = "@pytest.mark.parametrize('k', range(6))\ndef test(k): pass\n"
    (tmp_path / "test_grouped.py").write_text(mark + cases, "utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "xdist", "-v", "-n", "2"]
    env = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(
        [*command, "--dist", "loadgroup", "."],
        cwd=tmp_path, env=env, capture_output=True, text=True,
    )  # fmt: skip
    ran = re.findall(r"\[(gw\d)\].* PASSED", done.stdout)
    assert len(ran) == 6, done.stdout + done.stderr
    assert len(set(ran)) == 1, done.stdout


def test_every_internal_link_leads_somewhere(book, pages):
    broken = []
    for name, page in pages.items():
        for attrs in page.all("a"):
            link = urlsplit(attrs.get("href", ""))
            if link.scheme or link.netloc:
                continue
            target = (book / name).parent / unquote(link.path) if link.path else book / name
            if not target.exists():
                broken.append(f"{name}: {attrs['href']}: no such file")
            elif link.fragment and target.suffix == ".html":
                if unquote(link.fragment) not in parsed(target.resolve()).ids():
                    broken.append(f"{name}: {attrs['href']}: no such anchor")
    assert not broken, "\n".join(broken)


def test_one_page_lists_every_exercise_with_what_it_trains(pages):
    labels = {
        f"{Path(name).name}#{attrs['id']}"
        for name, page in pages.items()
        for attrs in page.all("div")
        if "exercise" in attrs.get("class", "").split()
    }
    listed = pages["chapters/exercises.html"]
    assert labels
    assert labels <= {attrs.get("href", "") for attrs in listed.all("a")}
    trained = [p for p in listed.all("p") if p.get("class") == "exercise-trains"]
    marks = [span["id"] for span in listed.all("span") if span.get("class") == "exercise-done"]
    assert len(trained) == len(set(marks)) == len(labels)


def test_every_file_that_a_page_fetches_is_there(book, pages):
    missing = []
    for name, page in pages.items():
        for address in fetched(page):
            path = unquote(urlsplit(address).path)
            if path and not address.startswith("data:") and not FOREIGN.match(address):
                if not ((book / name).parent / path).is_file():
                    missing.append(f"{name}: {address}")
    assert not missing, "\n".join(missing)


def fetched(page):
    """Every address that a browser asks for when it shows the page."""
    for tag, attrs in page.elements:
        for name, value in attrs.items():
            if (tag, name) in FETCHED:
                yield value
        if tag == "link" and FETCHED_LINKS & set(attrs.get("rel", "").split()):
            yield attrs.get("href", "")


def test_no_page_asks_another_host(pages):
    foreign = [
        f"{name}: {address}"
        for name, page in pages.items()
        for address in fetched(page)
        if FOREIGN.match(address)
    ]
    assert not foreign, "\n".join(foreign)


def test_no_style_asks_another_host(book):
    named = re.compile(r"@import\s+[\"']?([^\"';]+)|url\(\s*[\"']?([^\"')]+)", re.IGNORECASE)
    foreign, missing = [], []
    for path in book.rglob("*.css"):
        for match in named.finditer(path.read_text(encoding="utf-8")):
            address = match[1] or match[2]
            if FOREIGN.match(address):
                foreign.append(f"{path.name}: {address}")
            elif path.name.startswith("book-") and not address.startswith(("data:", "#")):
                if not (path.parent / urlsplit(address).path).is_file():
                    missing.append(f"{path.name}: {address}")
    for path in book.rglob("*.html"):
        for address in re.findall(r"url\(\s*[\"']?([^\"')#]+)", path.read_text(encoding="utf-8")):
            if FOREIGN.match(address):
                foreign.append(f"{path.name}: {address}")
    assert not foreign + missing, "\n".join(foreign + missing)


def test_no_script_loads_from_another_host(book):
    loads = re.compile(
        r"(?:import\(|from\s|fetch\(|importScripts\(|\.src\s*=)\s*[\"'`](?:https?:)?//"
    )
    for path in [*book.rglob("*.js"), *book.rglob("*.html")]:
        assert not loads.search(path.read_text(encoding="utf-8")), path


def test_the_script_that_sets_mathematics_is_not_published(book):
    assert not list(book.rglob("katex*.js"))


def test_every_picture_has_words(pages):
    silent = []
    for name, page in pages.items():
        # An empty alt marks a decoration; a picture of the text must say something.
        silent += [f"{name}: {a.get('src')}" for a in page.all("img") if "alt" not in a]
        for attrs in page.all("svg"):
            if "figure" in attrs.get("class", "").split() and not attrs.get("aria-label"):
                silent.append(f"{name}: a figure")
    assert not silent, "\n".join(silent)


def test_every_page_has_one_title_a_description_and_a_language(pages):
    for name, page in pages.items():
        # The theme repeats the title above the contents that only a printed page has.
        shown = [tag for tag, _ in page.elements if tag == "h1"]
        printed = any(a.get("id") == "jb-print-docs-body" for a in page.all("div"))
        assert len(shown) - printed == 1, f"{name} has {len(shown) - printed} titles"
        said = [a["content"] for a in page.all("meta") if a.get("name") == "description"]
        assert len(said) == 1, name
        assert len(said[0]) >= 15, f"{name}: {said}"
        assert page.all("html")[0]["lang"] == "en"
        assert len([a for a in page.all("meta") if a.get("name") == "viewport"]) == 1


def test_the_landing_page_has_a_card_for_each_chapter(pages):
    notebooks = [Path(name).name for name in chapters() if Path(ROOT, f"{name}.ipynb").exists()]
    shown = [a["src"] for a in pages["index.html"].all("img") if "covers/" in a.get("src", "")]
    pairs = [f"_static/covers/{n}-{theme}.webp" for n in notebooks for theme in ("light", "dark")]
    assert shown == pairs
    spans = pages["index.html"].all("span")
    assert sum("data-predictions" in attrs for attrs in spans) == len(notebooks)


def test_a_shared_link_says_what_it_leads_to_and_shows_it(book, pages):
    for name, page in pages.items():
        said = {a["property"]: a["content"] for a in page.all("meta") if "property" in a}
        assert len(said["og:title"]) > 3, name
        picture = ((book / name).parent / said["og:image"]).read_bytes()
        assert picture[:8] == b"\x89PNG\r\n\x1a\n"
        assert [int.from_bytes(picture[at : at + 4]) for at in (16, 20)] == [1200, 630], name
    assert "<title>Momentum</title>" in (book / "index.html").read_text("utf-8")


def test_ids_are_unique_on_each_page(pages):
    for name, page in pages.items():
        ids = [attrs["id"] for _, attrs in page.elements if "id" in attrs]
        twice = {i for i in ids if ids.count(i) > 1}
        assert not twice, f"{name}: {sorted(twice)[:5]}"


def test_figures_take_their_colours_from_the_theme(pages):
    paint = re.compile(r"(?:fill|stroke|stop-color):\s*(#\w+|black|white)")
    for name, page in pages.items():
        inside = False
        for tag, attrs in page.elements:
            inside = inside or (tag == "svg" and "figure" in attrs.get("class", "").split())
            if inside and tag in ("path", "use", "rect", "circle", "line", "text", "g"):
                fixed = paint.search(attrs.get("style", ""))
                assert not (fixed and fixed[1] in ("#000000", "#ffffff", "black", "white")), name


def test_the_search_keeps_code_apart_from_words_and_no_solution(book):
    text = (book / "_static" / "search_index.js").read_text("utf-8")
    _, places = json.loads(text.partition("(")[2].rpartition(")")[0])
    words, code = (" ".join(place[k] for place in places) for k in (3, 4))
    assert 'print(f"' in code
    assert 'print(f"' not in words
    assert "_solution" not in code
    assert "γ(1-ηλ)" in words  # formulas as letters
    assert "\\" not in words
    assert "See Break it: the earlier limit and" in words  # references as what they point to
