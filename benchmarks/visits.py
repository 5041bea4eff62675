"""What the pages of a built book cost: the first response, the weight, an event of a slider."""

import shutil
from pathlib import Path
from statistics import median

from pages import BROWSERS, EVENT, FIRST, FLAGS, Book, first_response, slider_events


def parts(folder):
    """Every page once at full and at a quarter of the speed, and each of its sliders."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None or not Path(folder, "index.html").is_file():
        return {"rows": [], "limits": {}, "left out": "no browser, or no book is built (make book)"}
    from playwright.sync_api import sync_playwright

    book, pages, events = Book(folder), {}, {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        for name in book.pages():
            found = {rate: first_response(browser, book, name, rate) for rate in FIRST}
            pages[name] = {f"÷ {rate}": ms for rate, (ms, _) in found.items()}
            pages[name]["kB"] = found[1][1]
            for key, trait, costs in slider_events(browser, [book], name, None, 6):
                for rate in EVENT:
                    cpu = median(one[0] for one in costs[0, rate])
                    events.setdefault(f"{key} {trait}", {})[f"÷ {rate}"] = cpu
        browser.close()
    return {"rows": [], "limits": {"pages": pages, "events": events}}
