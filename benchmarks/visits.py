"""What the pages of a built book cost: the first response, the weight, an event of a slider.

Each page is visited ROUNDS times at full and at a quarter of the speed. Then all its sliders
are dragged at full speed, and the slowest of each figure at a quarter. What is not there a
minute after it was asked for is left out, and said. First of all comes a page with a bare slider:
what that costs is the browser's.
"""

import shutil
import sys
from pathlib import Path
from statistics import median

from drags import PAUSE, SLIDERS, drags, ready
from pages import BROWSERS, EVENT, FIRST, FLAGS, first_response
from served import BARE, Book

ROUNDS, MOVES = 2, 8


def parts(folder):
    """Every page, and each of its sliders; given after each page, with all that was before."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None or not Path(folder, "index.html").is_file():
        yield {"rows": [], "limits": {}, "left out": "no browser, or no book is built (make book)"}
        return
    from playwright.sync_api import Error, sync_playwright

    book, pages, events, floor, late = Book(folder), {}, {}, {}, []
    names = [BARE, *book.pages()]
    with sync_playwright() as playwright:
        for number, name in enumerate(names, 1):
            print(name, file=sys.stderr, flush=True)
            browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
            try:
                visit, each = visits(browser, book, name), dragged(browser, book, name)
                if name == BARE:
                    floor = visit | {"event": each["figure 0 bare"]}
                else:
                    pages[name], events = visit, events | each
            except Error as error:
                late.append(f"{name}: {error.message.splitlines()[0]}")
            browser.close()
            missing = late + [f"{other}: not reached" for other in names[number:]]
            left_out = {"left out": "; ".join(missing)} if missing else {}
            limits = {"pages": pages, "events": events, "bare": floor}
            yield {"rows": [], "limits": limits} | left_out


def visits(browser, book, name):
    """A page's first response at each speed, what came before it, and the page's weight."""
    times, weight = {rate: [] for rate in FIRST}, 0
    for _ in range(ROUNDS):
        for rate, found in times.items():
            took, sent = first_response(browser, book, name, rate)
            found.append(took)
            weight = max(weight, sent)
    told = {}
    for rate, found in times.items():
        for what, all_ in zip(("paint", "slider", ""), zip(*found, strict=True), strict=True):
            told[f"{what} ÷ {rate}".strip()] = median(all_)
    return told | {"kB": weight}


def dragged(browser, book, name):
    """{"figure slider": processor ms of an event at each speed, and of its script and layout}."""
    page, slowed = ready(browser, book, name)
    sliders = page.evaluate(SLIDERS)
    keys = {(place, trait): f"{key} {trait}" for place, key, trait in sliders}
    asked, found = list(keys), {}
    for rate in EVENT:
        slowed(rate)
        costs = {}
        for slider, each in drags(browser, page, asked, MOVES, PAUSE * rate).items():
            costs[slider], _, script, layout = map(median, zip(*each, strict=True))
            parts = {f"script ÷ {rate}": script, f"layout ÷ {rate}": layout}
            found.setdefault(keys[slider], {}).update({f"÷ {rate}": costs[slider]} | parts)
        asked = slowest(costs)
    page.close()
    return found


def slowest(costs):
    """The slider of each figure whose events cost the most."""
    places = dict.fromkeys(place for place, _ in costs)
    return [max((s for s in costs if s[0] == place), key=costs.get) for place in places]
