"""The pages of a built book in a browser: a slider's event, the first response, the weight.

    python benchmarks/pages.py _build/html [BEFORE] [--page NAME] [--figure KEY] [--moves 24]

Give a second folder, built before a change, and both are measured in turn, so that a busy
moment of the machine falls on each. Chromium is the one that the tests drive.

A slider's event: a mouse drags every slider of every live figure from end to end, the figure
being reset and played to its last step before; one trace holds all drags of a page. An event
costs the main thread's whole tasks from the one that takes it to the one that hands its frame
over: script, style, layout, paint and, as there is no graphics card, the canvases' raster. The
table has the median and the ninth decile in processor time, which a busy machine changes least,
and the median in wall time. `÷ 4` slows the thread to a quarter (DevTools' CPU throttling).

First response: from the start of the navigation until the page has painted what its first
slider did, moved as soon as it was there; slow is a quarter of the CPU, 10 Mbit/s and 40 ms
of latency. Weight: all that a first visit is sent, compressed as servers do.
"""

import argparse
import shutil
from statistics import median

from drags import PAUSE, SLIDERS, drags, ready
from served import Book

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
#: What a page may cost: milliseconds at full and at a quarter of the speed, kilobytes.
EVENT, FIRST, WEIGHT = {1: 8, 4: 33}, {1: 330, 4: 1000}, 300


def slider_events(browser, books, name, figure, moves):
    """(figure, slider, {(book's number, rate): costs}) for each slider of one page."""
    found, sliders = {}, None
    for k, book in enumerate(books):
        page, slowed = ready(browser, book, name)
        sliders = sliders or [s for s in page.evaluate(SLIDERS) if not figure or s[1] == figure]
        asked = [(place, trait) for place, _, trait in sliders]
        for rate in EVENT:
            slowed(rate)
            found[k, rate] = drags(browser, page, asked, moves, PAUSE * rate)
        page.close()
    for place, key, trait in sliders:
        if all((place, trait) in each for each in found.values()):
            yield key, trait, {which: each[place, trait] for which, each in found.items()}


# --- The first response, and the weight ---------------------------------------------

#: Moves the first slider as soon as it is there, and tells when the page has painted the answer.
#: What is below the first screen is brought onto it: there a figure begins when a reader comes.
RESPOND = """globalThis.firstResponse = new Promise((done, fail) => {
  setTimeout(() => fail(Error("no response within a minute")), 60000);
  const painted = () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0;
  let alive, at;
  const there = new IntersectionObserver(([{ target, isIntersecting }]) => {
    if (!isIntersecting) target.scrollIntoView({ block: "center", behavior: "instant" });
  });
  const look = () => {
    const range = document.querySelector("figure.live input[type=range]");
    const figure = range?.closest("figure");
    if (!figure?.dataset.ms) {
      const place = range ?? document.querySelector(".live-box:not(.live-alive)");
      if (place && place !== at) {
        there.disconnect();
        there.observe(at = place);
      }
      return requestAnimationFrame(look);
    }
    new MutationObserver((_, watch) => {
      watch.disconnect();
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => done([painted(), alive, performance.now()]);
      requestAnimationFrame(() => port2.postMessage(0));
    }).observe(figure, { attributeFilter: ["data-ms"] });
    alive = performance.now();
    there.disconnect();
    range.value = range.value === range.max ? range.min : range.max;
    range.dispatchEvent(new Event("input"));
  };
  requestAnimationFrame(look);
});"""


def first_response(browser, book, name, rate):
    """((ms until the first paint, the first slider, its first response), kB sent): of one visit."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    if rate > 1:
        devtools = context.new_cdp_session(page)
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": rate})
        devtools.send("Network.enable")
        line = {"latency": 40, "downloadThroughput": 10e6 / 8, "uploadThroughput": 10e6 / 8}
        devtools.send("Network.emulateNetworkConditions", {"offline": False, **line})
    page.add_init_script(RESPOND)
    book.handler.sent = 0
    page.goto(book.home + name)
    took = tuple(page.evaluate("() => firstResponse"))
    if rate == 1:
        page.wait_for_load_state("networkidle")
    context.close()
    return took, book.handler.sent / 1e3


# --- The tables -----------------------------------------------------------------------


def over(value, target):
    """A number, and a mark where it is above its target."""
    return f"{value:8.1f}{' !' if value >= target else '  '}"


def tell_visits(browser, books, names, rounds):
    """Print each page's first response and weight."""
    heads = "    full      ÷ 4       kB    " * len(books)
    print(f"{'first response, ms; weight':38}" + heads)
    for name in names:
        line = f"{name:38}"
        visits = [[{1: [], 4: []}, 0] for _ in books]
        for _ in range(rounds):
            for book, visit in zip(books, visits, strict=True):
                for rate, times in visit[0].items():
                    took, weight = first_response(browser, book, name, rate)
                    times.append(took[-1])
                    visit[1] = max(visit[1], weight)
        for times, weight in visits:
            line += "".join(over(median(times[rate]), FIRST[rate]) for rate in times)
            line += over(weight, WEIGHT)
        print(line, flush=True)


def tell_events(browser, books, names, figure, moves):
    """Print each slider's cost, and how many are above the targets."""
    heads = "".join(f"  ÷ {rate}: median  9/10   wall " for rate in EVENT)
    print(f"\n{'a slider event, ms':38}" + heads * len(books))
    late, count = {}, 0
    for name in names:
        for key, trait, found in slider_events(browser, books, name, figure, moves):
            count += 1
            line = f"{name.split('/')[-1][:12]:13}{key:16} {trait:8}"
            for k, rate in sorted(found):
                cpu = sorted(cost.processor for cost in found[k, rate])
                wall = [cost.wall for cost in found[k, rate]]
                middle, high = median(cpu), cpu[int(0.9 * len(cpu))]
                late.setdefault((k, rate), []).append((middle, high))
                line += over(middle, EVENT[rate]) + f"{high:7.1f}{median(wall):7.1f} "
            print(line, flush=True)
    for (k, rate), costs in sorted(late.items()):
        middles, highs = zip(*costs, strict=True)
        print(
            f"{books[k].folder} ÷ {rate}: median {median(middles):.1f} ms; of {count} sliders"
            f" {sum(x >= EVENT[rate] for x in middles)} are above {EVENT[rate]} ms in the median,"
            f" {sum(x >= EVENT[rate] for x in highs)} in the ninth decile"
        )


def main():
    """Read the command line and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", help="built books, as _build/html")
    parser.add_argument("--page", help="one page, as chapters/02_choosing_gamma.html")
    parser.add_argument("--figure", help="one figure, as race-gamma")
    parser.add_argument("--moves", type=int, default=24, help="events of a drag")
    parser.add_argument("--rounds", type=int, default=5, help="visits of a page")
    asked = parser.parse_args()
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        parser.error(f"none of {', '.join(BROWSERS)} is installed")
    from playwright.sync_api import sync_playwright

    books = [Book(folder) for folder in asked.folders]
    names = [asked.page] if asked.page else books[0].pages()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        if not asked.figure:
            tell_visits(browser, books, names, asked.rounds)
        tell_events(browser, books, names, asked.figure, asked.moves)
        browser.close()


if __name__ == "__main__":
    main()
