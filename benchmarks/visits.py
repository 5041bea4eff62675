"""What the pages of a built book cost: the first response, the weight, an event of a slider.

Each page is visited ROUNDS times at full and at a quarter of the speed. Then all its sliders
are dragged at full speed, and the slowest of each figure at a quarter. What is not there a
minute after it was asked for is left out, and said.
"""

import shutil
import sys
from pathlib import Path
from statistics import median

from pages import BROWSERS, EVENT, FIRST, FLAGS, PAUSE, SLIDERS, Book, drags, first_response, ready

ROUNDS, MOVES = 2, 8


def parts(folder):
    """Every page, and each of its sliders; given after each page, with all that was before."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None or not Path(folder, "index.html").is_file():
        yield {"rows": [], "limits": {}, "left out": "no browser, or no book is built (make book)"}
        return
    from playwright.sync_api import Error, sync_playwright

    book, pages, events, late = Book(folder), {}, {}, []
    names = book.pages()
    with sync_playwright() as playwright:
        for number, name in enumerate(names, 1):
            print(name, file=sys.stderr, flush=True)
            browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
            try:
                pages[name] = visits(browser, book, name)
                events |= dragged(browser, book, name)
            except Error as error:
                late.append(f"{name}: {error.message.splitlines()[0]}")
            browser.close()
            missing = late + [f"{other}: not reached" for other in names[number:]]
            left_out = {"left out": "; ".join(missing)} if missing else {}
            yield {"rows": [], "limits": {"pages": pages, "events": events}} | left_out


def visits(browser, book, name):
    """A page's first response at each speed, and its weight."""
    times, weight = {rate: [] for rate in FIRST}, 0
    for _ in range(ROUNDS):
        for rate, found in times.items():
            took, sent = first_response(browser, book, name, rate)
            found.append(took)
            weight = max(weight, sent)
    return {f"÷ {rate}": median(found) for rate, found in times.items()} | {"kB": weight}


def dragged(browser, book, name):
    """{"figure slider": {"÷ 1": processor ms of an event}} of a page's sliders."""
    page, slowed = ready(browser, book, name)
    sliders = page.evaluate(SLIDERS)
    keys = {(place, trait): f"{key} {trait}" for place, key, trait in sliders}
    asked, found = list(keys), {}
    for rate in EVENT:
        slowed(rate)
        costs = {
            slider: median(processor for processor, _ in each)
            for slider, each in drags(browser, page, asked, MOVES, PAUSE * rate).items()
        }
        for slider, ms in costs.items():
            found.setdefault(keys[slider], {})[f"÷ {rate}"] = ms
        asked = slowest(costs)
    page.close()
    return found


def slowest(costs):
    """The slider of each figure whose events cost the most."""
    places = dict.fromkeys(place for place, _ in costs)
    return [max((s for s in costs if s[0] == place), key=costs.get) for place in places]
