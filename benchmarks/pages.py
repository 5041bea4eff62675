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
import gzip
import json
import shutil
import threading
import time
from bisect import bisect
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median

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
TIMELINE = [
    "-*",
    "devtools.timeline",
    "disabled-by-default-devtools.timeline",
    "blink.user_timing",
]
TEXT = {".html", ".css", ".js", ".svg"}
#: What a page may cost: milliseconds at full and at a quarter of the speed, kilobytes.
EVENT, FIRST, WEIGHT = {1: 8, 4: 33}, {1: 330, 4: 1000}, 300
#: How a trace calls processor and wall time; seconds between two moves of a drag; how many
#: milliseconds a page may take to come alive.
TIMES, PAUSE, PATIENCE = ("tdur", "dur"), 0.03, 60_000


class Compressed(SimpleHTTPRequestHandler):
    """Serves a folder, text compressed, and counts what it sends."""

    protocol_version = "HTTP/1.1"
    sent = 0

    def do_GET(self):
        """One file."""
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            self.send_error(404)
            return
        body = packed(path)
        type(self).sent += len(body)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Length", str(len(body)))
        if path.suffix in TEXT:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """Say nothing."""


@cache
def packed(path):
    """A file's bytes as they are sent."""
    return gzip.compress(path.read_bytes(), 6) if path.suffix in TEXT else path.read_bytes()


class Book:
    """A built book, served."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.handler = type("Handler", (Compressed,), {"sent": 0})
        serve = partial(self.handler, directory=str(self.folder))
        server = ThreadingHTTPServer(("127.0.0.1", 0), serve)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.home = f"http://127.0.0.1:{server.server_port}/"

    def pages(self):
        """The pages with live figures."""
        found = [self.folder / "index.html", *sorted(self.folder.glob("chapters/*.html"))]
        live = [path for path in found if 'class="live-box"' in path.read_text("utf-8")]
        return [path.relative_to(self.folder).as_posix() for path in live]


# --- A slider's event ---------------------------------------------------------------

#: Whether all figures of a page are there; they begin as for a reader who moves.
ALIVE = """() => document.readyState === "complete" && document.fonts.status === "loaded"
  && (globalThis.dispatchEvent(new Event("scroll")), true)
  && [...document.querySelectorAll(".live-box")].every(box => box.matches(".live-alive"))"""

#: All sliders of a page that a mouse can reach: [figure's place on the page, its name, theirs].
SLIDERS = """() => [...document.querySelectorAll("figure.live")].flatMap((figure, place) =>
  [...figure.querySelectorAll("input[type=range]")]
    .filter(range => !range.closest(".live-unseen"))
    .map(range => [place, figure.id || "figure " + place, range.dataset.name]))"""

#: Opens what a figure is folded in, resets it, plays it to its last step, where it draws most,
#: brings a slider to the middle of the screen and gives its place there; null for one that is
#: hidden. Nothing stays selected: a mouse that comes down on a selection drags that away.
REACH = """async ([place, name]) => {
  const figure = document.querySelectorAll("figure.live")[place];
  const range = figure.querySelector(`[type=range][data-name="${name}"]`);
  const frame = () => new Promise(done => requestAnimationFrame(done));
  getSelection().removeAllRanges();
  for (let node = figure; node; node = node.parentElement) if (node.matches("details")) node.open = true;
  const more = figure.querySelector(".live-more");
  if (more) more.open = true;
  for (const button of figure.querySelectorAll(".live-actions button"))
    if (button.textContent === "Reset") button.click();
  const player = figure.querySelector(".live-player input[type=range]");
  if (player) {
    player.value = player.max;
    player.dispatchEvent(new Event("input"));
  }
  // What comes near the screen is laid out, and moves the slider: until it stays.
  for (let round = 0, at; round < 9; round++) {
    const shown = range.offsetParent ? range : figure;
    shown.scrollIntoView({ block: "center", behavior: "instant" });
    await frame().then(frame);
    const { y } = range.getBoundingClientRect();
    if (y === at) break;
    at = y;
  }
  const { x, y, width, height } = range.getBoundingClientRect();
  return width ? [x, y, width, height] : null;
}"""

#: Once what is under way is painted, says in the trace whose events follow.
MARK = """async name => {
  const frame = () => new Promise(done => requestAnimationFrame(done));
  await frame().then(frame);
  performance.mark("slider " + name);
}"""


def drags(browser, page, sliders, moves, pause):
    """{(place, trait): the costs of a drag's events, [(processor ms, wall ms)]} of some sliders.

    A slider that is hidden, or does not answer, is left out.
    """
    browser.start_tracing(page=page, categories=TIMELINE)
    for number, slider in enumerate(sliders):
        found = page.evaluate(REACH, slider)
        if not found:
            continue
        x, y, width, height = found
        page.mouse.move(x + 8, y + height / 2)
        page.mouse.down()
        page.evaluate(MARK, str(number))
        for k in range(1, moves + 1):
            page.mouse.move(x + 8 + (width - 16) * k / moves, y + height / 2)
            time.sleep(pause)
        page.evaluate(MARK, "none")
        page.mouse.up()
    events = json.loads(browser.stop_tracing())["traceEvents"]
    named = {str(number): slider for number, slider in enumerate(sliders)}
    return {named[mark]: found for mark, found in costs(events).items() if mark in named}


def costs(events):
    """{mark: the costs of the `input` events behind it, each until its frame is handed over}."""
    begins = "slider "
    marks = sorted((e["ts"], e["name"]) for e in events if e["name"].startswith(begins))
    inputs = [
        e for e in events
        if e["name"] == "EventDispatch" and e["args"]["data"]["type"] == "input"
    ]  # fmt: skip
    if not inputs:
        return {}
    thread = (inputs[0]["pid"], inputs[0]["tid"])
    ours = [e for e in events if (e.get("pid"), e.get("tid")) == thread and e["ph"] == "X"]
    tasks = sorted((e for e in ours if e["name"] == "RunTask"), key=lambda task: task["ts"])
    starts = [task["ts"] for task in tasks]
    commits = sorted(e["ts"] for e in ours if e["name"] == "Commit")
    found = {}
    for event in inputs:
        whose = bisect(marks, (event["ts"],)) - 1
        handed = bisect(commits, event["ts"])
        if whose < 0 or handed == len(commits):
            continue
        first, last = bisect(starts, event["ts"]) - 1, bisect(starts, commits[handed])
        whole = tuple(sum(task[time] for task in tasks[first:last]) / 1e3 for time in TIMES)
        found.setdefault(marks[whose][1].removeprefix(begins), []).append(whole)
    return found


def ready(browser, book, name):
    """A page whose figures are all alive, and a function that slows it down."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.set_default_timeout(PATIENCE)
    page.goto(book.home + name)
    page.wait_for_function(ALIVE)
    devtools = page.context.new_cdp_session(page)
    return page, lambda rate: devtools.send("Emulation.setCPUThrottlingRate", {"rate": rate})


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
#: A slider below the first screen is brought onto it.
RESPOND = """globalThis.firstResponse = new Promise((done, fail) => {
  setTimeout(() => fail(Error("no response within a minute")), 60000);
  const look = () => {
    const range = document.querySelector("figure.live input[type=range]");
    const figure = range?.closest("figure");
    if (!figure?.dataset.ms) {
      range?.scrollIntoView({ block: "center", behavior: "instant" });
      return requestAnimationFrame(look);
    }
    new MutationObserver((_, watch) => {
      watch.disconnect();
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => done(performance.now());
      requestAnimationFrame(() => port2.postMessage(0));
    }).observe(figure, { attributeFilter: ["data-ms"] });
    range.value = range.value === range.max ? range.min : range.max;
    range.dispatchEvent(new Event("input"));
  };
  requestAnimationFrame(look);
});"""


def first_response(browser, book, name, rate):
    """(milliseconds until the first slider's first response, kilobytes sent) of a new visitor."""
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
    took = page.evaluate("() => firstResponse")
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
                    times.append(took)
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
                cpu, wall = (sorted(times) for times in zip(*found[k, rate], strict=True))
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
