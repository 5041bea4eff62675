"""The pages of a built book in a browser: a slider's event, the first response, the weight.

    python benchmarks/pages.py _build/html [ANOTHER] [--page NAME] [--figure KEY] [--moves 24]

Give two folders, as of before and after a change, and they are measured in turn, so that a
busy moment of the machine falls on both. Chromium and Playwright are those of the tests.

A slider's event: a mouse drags every slider of every live figure from end to end. An event's
cost is that of the main thread's whole tasks from the one that takes the event to the one that
hands the frame over: script, style, layout, paint and the canvases' raster. It is counted in
processor time, which a busy machine changes little, and in wall time. `÷ 4` slows the main
thread to a quarter (DevTools' CPU throttling).

First response: from the navigation's start until the page has painted what its first slider
did, moved as soon as it was there. Slow is a quarter of the CPU, 10 Mbit/s and a latency of
40 ms. Weight: all that a first visit is sent, compressed as servers do.
"""

import argparse
import gzip
import json
import shutil
import sys
import threading
import time
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median

from playwright.sync_api import sync_playwright

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
TIMELINE = ["-*", "devtools.timeline", "disabled-by-default-devtools.timeline"]
TEXT = {".html", ".css", ".js", ".svg"}
TARGETS = {"event": 8, "event ÷ 4": 33, "first": 330, "first slow": 1000, "weight": 300}


class Compressed(SimpleHTTPRequestHandler):
    """Serves a folder, text compressed, and counts what it sends."""

    protocol_version = "HTTP/1.1"
    sent = 0

    def do_GET(self):
        """One file."""
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            return self.send_error(404)
        body, squeezed = packed(path, path.suffix in TEXT), path.suffix in TEXT
        type(self).sent += len(body)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Length", str(len(body)))
        if squeezed:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(body)
        return None

    def log_message(self, *args):
        """Say nothing."""


@cache
def packed(path, squeeze):
    """A file's bytes as they are sent."""
    return gzip.compress(path.read_bytes(), 6) if squeeze else path.read_bytes()


class Book:
    """A built book, served."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.handler = type("Handler", (Compressed,), {"sent": 0})
        server = ThreadingHTTPServer(
            ("127.0.0.1", 0), partial(self.handler, directory=str(self.folder))
        )
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.home = f"http://127.0.0.1:{server.server_port}/"

    def pages(self):
        """The pages with live figures."""
        found = [self.folder / "index.html", *sorted(self.folder.glob("chapters/*.html"))]
        live = [path for path in found if 'class="live-box"' in path.read_text("utf-8")]
        return [path.relative_to(self.folder).as_posix() for path in live]


# --- A slider's event ---------------------------------------------------------------

#: The sliders that a page shows: [figure's place on the page, its name, the slider's name].
SLIDERS = """() => [...document.querySelectorAll("figure.live")].flatMap((figure, place) =>
  [...figure.querySelectorAll("input[type=range]")].filter(range => !range.closest("[hidden]"))
    .map(range => [place, figure.id || "figure " + place, range.dataset.name]))"""

#: Resets a figure, plays it to its last step, where it draws most, brings a slider to the middle
#: of the screen and gives its place there.
REACH = """async ([place, name]) => {
  const figure = document.querySelectorAll("figure.live")[place], reset = figure.querySelector(".live-actions button");
  if (reset.textContent === "Reset") reset.click();
  const player = figure.querySelector(".live-player input[type=range]");
  if (player) { player.value = player.max; player.dispatchEvent(new Event("input")); }
  const range = figure.querySelector(`[type=range][data-name="${name}"]`);
  for (let round = 0; round < 3; round++) {
    range.scrollIntoView({ block: "center", behavior: "instant" });
    await new Promise(done => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(done)), 100));
  }
  const { x, y, width, height } = range.getBoundingClientRect();
  return [x, y, width, height];
}"""


def drag(browser, page, slider, moves, pause):
    """The costs of a drag's events: [(processor ms, wall ms)]."""
    x, y, width, height = page.evaluate(REACH, slider)
    page.mouse.move(x + 8, y + height / 2)
    page.mouse.down()
    time.sleep(0.2)
    browser.start_tracing(page=page, categories=TIMELINE)
    for k in range(1, moves + 1):
        page.mouse.move(x + 8 + (width - 16) * k / moves, y + height / 2)
        time.sleep(pause)
    events = json.loads(browser.stop_tracing())["traceEvents"]
    page.mouse.up()
    return costs(events)


def costs(events):
    """The costs of the `input` events of a trace, each until its frame is handed over."""
    inputs = [e for e in events if e["name"] == "EventDispatch" and e["args"]["data"]["type"] == "input"]
    if not inputs:
        return []
    thread = (inputs[0]["pid"], inputs[0]["tid"])
    ours = [e for e in events if (e.get("pid"), e.get("tid")) == thread and e["ph"] == "X"]
    tasks = sorted((e for e in ours if e["name"] == "RunTask"), key=lambda e: e["ts"])
    commits = [e["ts"] for e in ours if e["name"] == "Commit"]
    begins = [max(t["ts"] for t in tasks if t["ts"] <= e["ts"]) for e in inputs]
    found = []
    for at, begin in zip(inputs, begins, strict=True):
        end = min((c for c in commits if c > at["ts"]), default=0)
        whole = [t for t in tasks if begin <= t["ts"] <= end]
        if whole:
            found.append((sum(t["tdur"] for t in whole) / 1e3, sum(t["dur"] for t in whole) / 1e3))
    return found


def opened(browser, address):
    """A page with its figures alive."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(address)
    page.wait_for_function(
        "() => document.readyState === 'complete' && document.fonts.status === 'loaded'"
        " && [...document.querySelectorAll('.live-box')].every(b => b.matches('.live-alive'))"
    )
    return page


def throttle(page, rate):
    """Slow the page's main thread."""
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": rate})


def slider_events(browser, books, name, figure, moves, rates):
    """{(figure, slider): {(book, rate): [costs]}} of one page."""
    table = {}
    for rate in rates:
        pages = [opened(browser, book.home + name) for book in books]
        for page in pages:
            throttle(page, rate)
        for slider in pages[0].evaluate(SLIDERS):
            place, key, trait = slider
            if figure and key != figure:
                continue
            for k, page in enumerate(pages):
                page.bring_to_front()
                found = drag(browser, page, [place, trait], moves, 0.03 * rate)
                table.setdefault((key, trait), {})[k, rate] = found
        for page in pages:
            page.close()
    return table


# --- The first response, and the weight ---------------------------------------------

#: Moves the first slider as soon as it is there, and tells when the page has painted the answer.
FIRST = """addEventListener("error", () => {});
globalThis.firstResponse = new Promise(done => {
  const look = () => {
    const range = document.querySelector("figure.live input[type=range]");
    if (!range || !range.hasAttribute("aria-valuetext")) return requestAnimationFrame(look);
    new MutationObserver((_, watch) => {
      watch.disconnect();
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => done(performance.now());
      requestAnimationFrame(() => port2.postMessage(0));
    }).observe(range, { attributeFilter: ["aria-valuetext"] });
    range.value = range.value === range.max ? range.min : range.max;
    range.dispatchEvent(new Event("input"));
  };
  requestAnimationFrame(look);
});"""


def first_response(browser, book, name, slow):
    """(milliseconds until the first slider's first response, kilobytes sent)."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    if slow:
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        devtools.send("Network.enable")
        speed = {"downloadThroughput": 10e6 / 8, "uploadThroughput": 10e6 / 8}
        devtools.send("Network.emulateNetworkConditions", {"offline": False, "latency": 40, **speed})
    page.add_init_script(FIRST)
    book.handler.sent = 0
    page.goto(book.home + name)
    took = page.evaluate("() => firstResponse")
    page.wait_for_load_state("networkidle")
    context.close()
    return took, book.handler.sent / 1e3
