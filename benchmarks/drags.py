"""What an event of a slider costs: every slider of a page is dragged, and the trace is read.

A mouse drags each from end to end, its figure being reset and played to its last step before;
one trace holds all drags of a page. An event costs the main thread's whole tasks from the one
that takes it to the one that hands its frame over: script, style, layout, paint and, as there is
no graphics card, the canvases' raster.
"""

import json
import time
from bisect import bisect, bisect_left
from typing import NamedTuple

TIMELINE = [
    "-*",
    "devtools.timeline",
    "disabled-by-default-devtools.timeline",
    "blink.user_timing",
]
#: How a trace calls processor and wall time; seconds between two moves of a drag; how many
#: milliseconds a page may take to come alive.
TIMES, PAUSE, PATIENCE = ("tdur", "dur"), 0.03, 60_000

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
  for (let node = figure; node; node = node.parentElement)
    if (node.matches("details")) node.open = true;
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
    """{(place, trait): the `costs` of a drag's events} of some sliders.

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


#: What a trace calls the reader's and the page's scripts, and style and layout; the rest of a task
#: paints, and hands the frame over.
SCRIPT, LAYOUT = {"FunctionCall", "EventDispatch"}, {"UpdateLayoutTree", "Layout"}


class Cost(NamedTuple):
    """An event's milliseconds: of the processor, of the wall, and the processor's by kind."""

    processor: float
    wall: float
    script: float
    layout: float


def costs(events):
    """{mark: the Costs of the `input` events behind it, each until its frame is handed over}."""
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
    ours.sort(key=lambda e: (e["ts"], -e.get("dur", 0)))
    tasks = [e for e in ours if e["name"] == "RunTask"]
    starts, all_starts = [task["ts"] for task in tasks], [e["ts"] for e in ours]
    commits = [e["ts"] for e in ours if e["name"] == "Commit"]
    found = {}
    for event in inputs:
        whose = bisect(marks, (event["ts"],)) - 1
        handed = bisect(commits, event["ts"])
        if whose < 0 or handed == len(commits):
            continue
        first, last = bisect(starts, event["ts"]) - 1, bisect(starts, commits[handed])
        whole = (sum(task[time] for task in tasks[first:last]) / 1e3 for time in TIMES)
        end = tasks[last - 1]["ts"] + tasks[last - 1]["dur"]
        inside = ours[bisect_left(all_starts, tasks[first]["ts"]) : bisect_left(all_starts, end)]
        layout = outermost(inside, LAYOUT)  # some of it is asked for by a script
        cost = Cost(*whole, outermost(inside, SCRIPT | LAYOUT) - layout, layout)
        found.setdefault(marks[whose][1].removeprefix(begins), []).append(cost)
    return found


def outermost(events, names):
    """Processor ms of the events of these names, in order; what lies in another is counted once."""
    total, over = 0.0, 0
    for e in events:
        if e["name"] in names and e["ts"] >= over:
            total, over = total + e.get("tdur", 0), e["ts"] + e["dur"]
    return total / 1e3


def ready(browser, book, name):
    """A page whose figures are all alive, and a function that slows it down."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.set_default_timeout(PATIENCE)
    page.goto(book.home + name)
    page.wait_for_function(ALIVE)
    devtools = page.context.new_cdp_session(page)
    return page, lambda rate: devtools.send("Emulation.setCPUThrottlingRate", {"rate": rate})
