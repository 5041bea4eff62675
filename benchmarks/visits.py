"""What the pages of a built book cost: the first response, the weight, an event of a slider.

Each page is visited ROUNDS times at full and at a quarter of the speed. Then each of its sliders
is dragged at full speed, and the slowest of each figure at a quarter. What is not there a minute
after it was asked for is left out, and said.
"""

import shutil
import sys
from pathlib import Path
from statistics import median

from pages import ALIVE, BROWSERS, EVENT, FIRST, FLAGS, SLIDERS, Book, drag, first_response

ROUNDS, MOVES, PATIENCE = 3, 8, 60_000


def parts(folder):
    """Every page, and each of its sliders."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None or not Path(folder, "index.html").is_file():
        return {"rows": [], "limits": {}, "left out": "no browser, or no book is built (make book)"}
    from playwright.sync_api import Error, sync_playwright

    book, pages, events, late = Book(folder), {}, {}, []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        for name in book.pages():
            print(name, file=sys.stderr, flush=True)
            try:
                pages[name] = visits(browser, book, name)
                for slider, costs in dragged(browser, book, name):
                    events[slider] = costs
            except Error as error:
                late.append(f"{name}: {error.message.splitlines()[0]}")
        browser.close()
    left_out = {"left out": "; ".join(late)} if late else {}
    return {"rows": [], "limits": {"pages": pages, "events": events}} | left_out


def visits(browser, book, name):
    """A page's first response at each speed, and its weight."""
    times = {rate: [] for rate in FIRST}
    for _ in range(ROUNDS):
        for rate, found in times.items():
            took, weight = first_response(browser, book, name, rate)
            found.append(took)
    return {f"÷ {rate}": median(found) for rate, found in times.items()} | {"kB": weight}


def dragged(browser, book, name):
    """("figure slider", {"÷ 1": processor ms of an event}) of a page's sliders."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.set_default_timeout(PATIENCE)
    page.goto(book.home + name)
    page.wait_for_function(ALIVE)
    devtools = page.context.new_cdp_session(page)
    found, slowest = {}, {}

    def cost(slider, rate):
        costs = drag(browser, page, slider, MOVES, 0.03 * rate)
        return median(processor for processor, _ in costs) if costs else 0

    for place, key, trait in page.evaluate(SLIDERS):
        if ms := cost([place, trait], 1):
            found[key, trait] = {"÷ 1": ms}
            slowest[key] = max(slowest.get(key, (0,)), (ms, place, trait))
    for key, (_, place, trait) in slowest.items():
        for rate in EVENT:
            if rate > 1:
                devtools.send("Emulation.setCPUThrottlingRate", {"rate": rate})
                if ms := cost([place, trait], rate):
                    found[key, trait][f"÷ {rate}"] = ms
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    page.close()
    return [(" ".join(slider), costs) for slider, costs in found.items()]
