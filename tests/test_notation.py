"""Every letter of a formula, every {term} and every work is where a reader looks it up."""

import json
import re
from pathlib import Path

import pytest

CHAPTERS = Path(__file__).resolve().parent.parent / "chapters"
NOTEBOOKS = sorted(CHAPTERS.glob("*.ipynb"))
NOTATION = (CHAPTERS / "notation.md").read_text("utf-8")

#: Commands that put signs together and are no letters themselves, and the letters of words.
WORDS = r"\\(?:text|label|mathrm|operatorname|begin|end|color|\\\[)\{[^}]*\}|\\\\\[[^\]]*\]"
SIGNS = set(
    "Bigl Bigr bigl bigr left right frac tfrac dfrac sqrt sum prod cdot cdots dots ldots quad "
    "qquad approx le ge ll gg to leftarrow pm cos sin ln log log_ exp max min underbrace mathbb "
    "lVert rVert lfloor rfloor infty pi top times neq in odot circ big Big displaystyle".split()
)
#: Marks on a letter: the letter itself is looked up.
MARKS = {"hat", "bar", "dot", "ddot", "tilde", "nabla"}


def prose(path):
    """The text of a page, without code."""
    text = path.read_text("utf-8")
    if path.suffix == ".ipynb":
        cells = json.loads(text)["cells"]
        text = "\n\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
    return re.sub(r"^(`{3,})(?!`|\{(?:exercise|math)).*?^\1", "", text, flags=re.M | re.S)


def formulas(text):
    """What stands between dollars, and in the role and the directive `math`."""
    whole = re.compile(r"\$\$(.+?)\$\$", re.S)
    found = whole.findall(text) + re.findall(r"\{math\}`([^`]+)`", text)
    return found + re.findall(r"\$([^$\n]+)\$", re.sub(r"`[^`]*`", "", whole.sub("", text)))


def letters(formula):
    """The letters of a formula: Latin ones, and the names of Greek ones.

    >>> sorted(letters(r"v_t \\leftarrow \\gamma v + \\text{push}"))
    ['gamma', 't', 'v']
    """
    found = re.findall(r"\\([A-Za-z]+)|([A-Za-z])", re.sub(WORDS, "", formula))
    names = {command or letter for command, letter in found}
    return {name for name in names if name not in SIGNS | MARKS}


def known():
    """The letters of the first table, and of the second by the number of their chapter."""
    first, second = NOTATION.split("### Letters of single chapters")
    everywhere = set().union(*map(letters, formulas(first.split("## Glossary")[0])))
    single = {}
    for row in re.findall(r"^\|([^|]+)\|([\d, ]+)\|", second, re.M):
        for chapter in row[1].split(","):
            single.setdefault(int(chapter), set()).update(*map(letters, formulas(row[0])))
    return everywhere, single


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_letter_of_a_formula_is_in_the_notation(path):
    everywhere, single = known()
    here = everywhere | single.get(int(path.name[:2]), set())
    missing = {
        letter: formula
        for formula in formulas(prose(path))
        for letter in letters(formula)
        if letter not in here
    }
    assert missing == {}


def test_no_letter_of_a_single_chapter_is_unused():
    unused = {
        (chapter, letter)
        for chapter, names in known()[1].items()
        for letter in names
        - set().union(*map(letters, formulas(prose(next(CHAPTERS.glob(f"{chapter:02}_*.ipynb"))))))
    }
    assert unused == set()


def pages():
    """The prose of every page."""
    return "\n".join(
        map(prose, [*NOTEBOOKS, *sorted(CHAPTERS.glob("*.md")), CHAPTERS.parent / "index.md"])
    )


def test_every_term_is_in_the_glossary_once():
    glossary = re.search(r"^```\{glossary\}\n:sorted:\n(.*?)^```", NOTATION, re.M | re.S)[1]
    terms = re.findall(r"^(\S.*)$", glossary, re.M)
    asked = {re.sub(r".*<(.+)>", r"\1", each) for each in re.findall(r"\{term\}`([^`]+)`", pages())}
    assert {each.lower() for each in asked} <= {term.lower() for term in terms}
    assert len({term.lower() for term in terms}) == len(terms)


def test_every_work_is_cited_and_every_citation_is_a_work():
    works = re.findall(r"^@\w+\{(\w+),", (CHAPTERS / "references.bib").read_text("utf-8"), re.M)
    assert len(set(works)) == len(works)
    cited = re.findall(r"\{cite:\w+\}`([^`]+)`", pages())
    assert {key.strip() for keys in cited for key in keys.split(",")} == set(works)


def test_every_verdict_has_a_claim_a_reason_and_a_link():
    text = (CHAPTERS / "verdicts.md").read_text("utf-8")
    claims = re.findall(r"^\*\*\"(.+)\"\*\*\\\n((?:.+\n)+)", text, re.M)
    assert len(claims) == text.count('**"') >= 30
    for claim, verdict in claims:
        assert re.match(r"\*\*(True|True when|False)\*\*", verdict), claim
        assert re.search(r"^See .*\{(?:ref|numref)\}`", verdict, re.M), claim


def test_the_bibliography_names_author_and_year_as_the_text_does():
    author_year = pytest.importorskip("author_year", reason="the book's extensions")
    pybtex = pytest.importorskip("pybtex.database")
    entries = pybtex.parse_file(CHAPTERS / "references.bib", "bibtex").entries
    labels = dict(
        zip(entries, author_year.AuthorYear().format_labels(entries.values()), strict=True)
    )
    assert labels["polyak1964"] == "Polyak, 1964"
    assert labels["kingma2015"] == "Kingma and Ba, 2015"
    assert labels["sutskever2013"] == "Sutskever et al., 2013"
    assert len(set(labels.values())) == len(labels)
