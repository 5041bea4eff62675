// Plays a run: by itself once, when the figure comes into view, and then as the reader wishes.

import { tag, write } from "./frame.js";

/** A finger that meant to scroll the page has moved what it came down on: put it back. */
export function forgive(node, get, set) {
  let before;
  node.addEventListener("pointerdown", () => { before = get(); });
  node.addEventListener("pointercancel", () => { if (get() !== before) set(before); });
}

/**
 * The player of `fig` for its integer trait `name`, from 0 to last(), at least `pace` steps a second.
 * With `glide` the figure is drawn on its way between two steps, too: see `Figure.moment`.
 */
export function player(fig, name, last, { label = "step t", pace = 8, glide = false } = {}) {
  const row = tag(fig.controls, "div", { class: "live-player" });
  const within = value => Math.max(0, Math.min(last(), value)), go = value => fig.update({ [name]: within(value) });
  const press = (words, title, f) => {
    const said = /\d/.test(words) ? `${words}: ${title}` : title;  // who speaks to the page says what is written there
    const node = tag(row, "button", { type: "button", "aria-label": said, title }, words);
    node.addEventListener("click", f);
    return node;
  };
  let timer = 0;
  const halt = () => { cancelAnimationFrame(timer); timer = fig.part = 0; };
  fig.stop = () => { halt(); fig.redraw(); };
  /** Walk from a step to the last; `arrived` is called there. */
  const walk = (from, arrived) => {
    const begun = performance.now(), speed = Math.max(pace, last() / 6);
    const tick = now => {
      const t = within(from + speed * Math.max(0, now - begun) / 1000), step = Math.floor(t);
      fig.part = glide ? t - step : 0;
      if (fig.get(name) !== step) fig.set({ [name]: step });
      else if (glide) fig.redraw();
      timer = fig.get(name) < last() ? requestAnimationFrame(tick) : 0;
      if (!timer) arrived?.();
    };
    timer = requestAnimationFrame(tick);
  };
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const play = press("▶", "Play", () => {
    const playing = timer;
    fig.update({});                                            // the reader's hand: what plays by itself has stopped
    if (playing) return fig.stop();
    if (calm.matches) return go(last());                       // no motion wanted: show the end
    if (fig.get(name) >= last()) go(0);
    walk(fig.get(name));
  });
  press("−1", "One step back", () => { fig.stop(); go(fig.get(name) - 1); });
  press("+1", "One step on", () => { fig.stop(); go(fig.get(name) + 1); });
  fig.allowed[name] = value => Number.isInteger(value) && value >= 0 && value <= last();
  const id = `${fig.id}-${name}`;
  tag(row, "label", { for: id }, label);
  const range = tag(row, "input", { type: "range", id, "aria-label": label, "data-name": name, min: 0, step: 1 });
  const text = tag(row, "output", { for: id });
  const place = () => `${within(fig.get(name))} of ${last()}`;
  range.addEventListener("input", () => { halt(); go(+range.value); });
  range.addEventListener("focus", () => fig.speak(range, place()));
  forgive(range, () => fig.get(name), go);
  let shown;
  fig.stops.push(() => {
    const value = Math.min(fig.get(name), last()), state = [value, last(), !timer].join();
    fig.speak(range, place());
    if (state === shown) return;
    shown = state;
    range.max = last();
    range.value = value;
    write(text, place());
    fig.root.toggleAttribute("data-playing", !!timer);
    write(play, timer ? "❚❚" : "▶");
    play.setAttribute("aria-label", timer ? "Pause" : "Play");
  });
  fig.ends.push(once(fig, calm, () => {
    const rest = fig.get(name) || last(), settle = () => fig.set({ [name]: rest });
    fig.set({ [name]: 0 });
    walk(0, settle);
    return () => { if (!fig.touched) { halt(); settle(); } };
  }));
  return row;
}

/**
 * A figure with no steps to play shows once by itself what its hand would do: its traits go from one
 * stop to the next, resting at each, and end where they were. `log`: by equal factors, not differences.
 */
export function tour(fig, stops, { log = false, move = 1100, rest = 450 } = {}) {
  const ease = u => u * u * (3 - 2 * u), between = (a, b, u) => log ? a * (b / a) ** u : a + u * (b - a);
  fig.ends.push(once(fig, matchMedia("(prefers-reduced-motion: reduce)"), () => {
    const first = Object.fromEntries(Object.keys(stops[0]).map(name => [name, fig.get(name)]));
    const way = [first, ...stops, first], begun = performance.now();
    let timer = 0;
    const tick = now => {
      const part = Math.max(0, now - begun) / (move + rest), i = Math.floor(part), u = ease(Math.min(1, (part - i) * (move + rest) / move));
      if (i >= way.length - 1) { timer = 0; return fig.set(first); }
      fig.set(Object.fromEntries(Object.entries(way[i]).map(([name, from]) => [name, +between(from, way[i + 1][name], u).toPrecision(4)])));
      timer = requestAnimationFrame(tick);
    };
    timer = requestAnimationFrame(tick);
    fig.stop = () => cancelAnimationFrame(timer);
    return () => { if (!fig.touched) { fig.stop(); fig.set(first); } };
  }));
}

/**
 * Call `begin` when the figure has come into view and stayed for a moment, unless the reader has
 * touched it or wants no motion; and what `begin` gave when it leaves. Once. Gives what ends it all.
 */
function once(fig, calm, begin) {
  let wait = 0, leave;
  const view = new IntersectionObserver(([{ isIntersecting }]) => {
    clearTimeout(wait);
    if (fig.touched || calm.matches || (leave && !isIntersecting)) {
      view.disconnect();
      leave?.();
    } else if (isIntersecting && !leave) wait = setTimeout(() => { if (!fig.touched && fig.color) leave = begin(); }, 500);
  }, { threshold: 0.6 });
  view.observe(fig.stage);
  return () => { clearTimeout(wait); view.disconnect(); };
}

/**
 * Let a pointer on a plot over the steps move the integer trait `name`: a mouse at once, a finger
 * by a tap or sideways, for down and up it scrolls the page.
 */
export function scrub(fig, plot, name, last) {
  const to = event => { fig.stop?.(); fig.update({ [name]: Math.max(0, Math.min(last(), Math.round(plot.at(event)[0]))) }); };
  plot.canvas.classList.add("live-scrub");
  forgive(plot.canvas, () => fig.get(name), value => fig.update({ [name]: value }));
  plot.canvas.addEventListener("click", to);
  plot.canvas.addEventListener("pointerdown", event => { if (event.pointerType === "mouse") to(event); });
  plot.canvas.addEventListener("pointermove", event => { if (event.buttons) to(event); });
}
