// The frame around every live figure: question, controls bound to the model's traits, reset,
// link and Python line, readout, caption. Every control is a labelled form element.

import { Plot, onTheme, palette } from "./draw.js";
import { handle } from "./handle.js";
import { show } from "./numbers.js";

const tag = (parent, name, attributes = {}, text) => {
  const node = parent.appendChild(document.createElement(name));
  for (const [key, value] of Object.entries(attributes)) if (value !== undefined) node.setAttribute(key, value);
  if (text !== undefined) node.textContent = text;
  return node;
};
export { tag };

/** A node's text, written where it differs, into the text that is there: no node comes or goes. */
const write = (node, words) => {
  if (!node.firstChild) node.append(words);
  else if (node.firstChild.data !== words) node.firstChild.data = words;
};

/** A name for the ids of one view; every kind of figure has this file of its own, all share the page. */
const unique = () => "live" + (globalThis.liveViews = (globalThis.liveViews || 0) + 1);

/** Whether a value from a link is of the kind that the trait has: numbers finite, lists as long. */
const alike = (value, trait) => Array.isArray(trait)
  ? Array.isArray(value) && value.length === trait.length && value.every((v, i) => alike(v, trait[i]))
  : typeof value === typeof trait && (typeof value !== "number" || Number.isFinite(value));

/** A trait's value as Python writes it. */
const written = value => typeof value === "boolean" ? (value ? "True" : "False") : JSON.stringify(value).replaceAll(",", ", ");
export { alike, written };

export class Figure {
  /**
   * model, el: what anywidget's render gets. names: the traits that a reset, a link and a copied
   * line restore. draw(): paints the present state; called at most once a frame.
   * python(): the line that reproduces it; without it there is nothing to reset or to copy.
   */
  constructor({ model, el }, names, { draw, python }) {
    Object.assign(this, { model, names, el, draw, python, id: unique(), plots: [], stops: [], allowed: {} });
    this.first = Object.fromEntries(names.map(n => [n, structuredClone(model.get(n))]));
    this.root = tag(el, "figure", { class: "live", role: "group", "aria-label": model.get("alt") });
    // What has the focus gets the keys: in JupyterLab, arrows would move on to another cell.
    this.root.addEventListener("focusin", e => { e.target.dataset.lmSuppressShortcuts = ""; });
    if (model.get("key")) this.root.id = model.get("key");
    if (model.get("question")) tag(this.root, "p", { class: "live-question" }, model.get("question"));
    this.stage = tag(this.root, "div", { class: "live-stage" });
    this.controls = tag(this.root, "div", { class: "live-controls" });
    this.readout = tag(this.root, "div", { class: "live-readout" });
    this.actions = tag(this.root, "div", { class: "live-actions" });
    this.said = tag(this.root, "div", { class: "live-said", role: "status" });
    if (model.get("caption")) tag(this.root, "figcaption", {}, model.get("caption"));
    if (!python) return;
    this.button("Reset", () => { this.stop?.(); this.update(structuredClone(this.first)); }, "Back to how the figure began");
    this.button("Copy link", () => this.copy(this.link(), "Link copied: it opens the page with this figure as it is now."));
    this.button("Copy Python", () => this.copy(this.python(), "Python line copied."));
  }

  /** One more picture on the figure's stage. */
  plot(options) {
    this.plots.push(new Plot(this.stage, options));
    return this.plots.at(-1);
  }

  /** Begin: watch the model, the size and the theme, and draw. */
  start() {
    const changed = () => this.redraw();
    this.model.on("change", changed);
    // Calls at once, but for a figure far off the screen only when it comes near.
    const size = new ResizeObserver(() => { for (const plot of this.plots) plot.fit(); this.paint(); });
    size.observe(this.stage);
    const theme = onTheme(() => { this.color = undefined; changed(); });
    const hash = () => this.restore();
    addEventListener("hashchange", hash);
    hash();
    return () => {
      this.model.off("change", changed);
      size.disconnect();
      theme();
      removeEventListener("hashchange", hash);
      this.stop?.();
    };
  }

  redraw() {
    this.frame ||= requestAnimationFrame(() => { this.frame = 0; this.paint(); });
  }

  paint() {
    if (this.plots.some(plot => !plot.width)) return;          // not laid out yet: the observer calls
    this.color ||= palette(this.root);
    const begun = performance.now();
    this.draw(this.color);
    this.root.dataset.ms = (performance.now() - begun).toFixed(2);
    for (const refresh of this.stops) refresh();
  }

  get(name) { return this.model.get(name); }

  /** Set traits, as the reader does; Python sees them where a kernel runs. */
  update(values) {
    for (const [name, value] of Object.entries(values)) this.model.set(name, value);
    this.model.save_changes();
    if (this.said.textContent) this.say("");
  }

  button(label, press, title) {
    const node = tag(this.actions, "button", { type: "button", title }, label);
    node.addEventListener("click", press);
    return node;
  }

  /** Tell screen readers, and show until the next change, what happened. */
  say(words) { this.said.textContent = words; }

  async copy(text, done) {
    try { await navigator.clipboard.writeText(text); this.say(done); }
    catch { this.say(text); }                                  // no clipboard here (file://): show it to copy by hand
  }

  // The state as a URL fragment: #live:KEY:name=value;name=[1,2]
  link() {
    const parts = this.names.map(n => `${n}=${encodeURIComponent(JSON.stringify(this.get(n)))}`);
    const hash = `#live:${this.get("key")}:${parts.join(";")}`;
    history.replaceState(null, "", hash);
    return location.href;
  }

  restore() {
    const [, key, state] = location.hash.match(/^#live:([^:]*):(.*)$/) || [];
    if (!key || key !== this.get("key")) return;
    const values = {};
    for (const part of state.split(";")) {
      const [name, text] = part.split("=");
      let value;
      try { value = JSON.parse(decodeURIComponent(text)); } catch { continue; }  // a mangled part changes nothing
      if (name in this.first && alike(value, this.first[name]) && (this.allowed[name]?.(value) ?? true)) values[name] = value;
    }
    this.update(values);
    this.root.scrollIntoView({ block: "start" });
  }

  /** The line of Python that makes this figure as it is now: `maker` and the traits that it takes. */
  line(maker, names) {
    return `ml.live.${maker}(${names.map(n => `${n}=${written(this.get(n))}`).join(", ")})`;
  }

  /**
   * A slider with a number box for one trait (or for get/set). options: label, min, max, step,
   * log (geometric), whole (numbers only), limits() where they change, hidden() to leave it out
   * of some states.
   */
  slider(name, { label, min, max, step = 0.01, log = false, whole = false, limits, hidden, get, set, parent = this.controls }) {
    get ||= () => this.get(name);
    set ||= value => this.update({ [name]: value });
    if (limits) [min, max] = limits();
    const allowed = value => value >= min && value <= max && (!whole || Number.isInteger(value));
    this.allowed[name] = allowed;
    const id = `${this.id}-${name}`, row = tag(parent, "div", { class: "live-slider" });
    tag(row, "label", { for: id }, label);
    const range = tag(row, "input", { type: "range", id, "data-name": name, min: log ? 0 : min, max: log ? 1000 : max, step: log ? 1 : step });
    const box = tag(row, "input", { type: "number", "aria-label": label + ", typed", "data-name": name, min, max, step: "any" });
    const there = x => log ? 1000 * Math.log(x / min) / Math.log(max / min) : x;
    const back = u => log ? +(min * (max / min) ** (u / 1000)).toPrecision(4) : +u;  // 3 digits: 10 would stay 10
    range.addEventListener("input", () => set(back(range.value)));
    let typing = false;                                        // what is half typed stays
    box.addEventListener("input", () => { typing = true; });
    box.addEventListener("change", () => {
      typing = false;
      if (allowed(box.valueAsNumber)) set(box.valueAsNumber);
      else this.say(`${label} must be ${whole ? "a whole number " : ""}from ${show(min)} to ${show(max)}.`);
      box.value = +get().toPrecision(4);
    });
    box.addEventListener("blur", () => { typing = false; box.value = +get().toPrecision(4); });
    let shown;                                                 // the page is written to only where something changed
    this.stops.push(() => {
      row.hidden = !!hidden?.();
      if (limits) [min, max] = limits();
      const value = get(), state = [value, min, max].join();
      if (state === shown) return;
      shown = state;
      if (limits) for (const input of [range, box]) for (const [end, x] of [["min", min], ["max", max]]) if (+input[end] !== x) input[end] = x;
      // Where the reader's own hand has moved it, it is there already.
      if (Math.abs(range.value - there(value)) > (log ? 0.5 : step / 2)) range.value = there(value);
      range.setAttribute("aria-valuetext", show(value));
      if (!typing) box.value = +value.toPrecision(4);
    });
    return row;
  }

  /** A point of a plot, for a trait of two numbers: a handle, a click on the plot, two sliders. */
  point(name, plot, label, axes, digits = 4, steps = []) {
    const move = (...at) => this.update({ [name]: at.map(x => +x.toPrecision(digits)) });
    handle(plot, { label: `${label} ${axes.join(", ")}`, get: () => this.get(name), move });
    plot.canvas.addEventListener("click", event => { if (plot.covers(event)) move(...plot.at(event)); });
    for (const [i, axis] of axes.entries()) this.slider(name + i, {
      label: `${label} ${axis}`, step: steps[i], limits: () => i ? plot.o.y : plot.o.x, get: () => this.get(name)[i],
      set: x => this.update({ [name]: this.get(name).map((old, j) => j === i ? x : old) }),
    });
  }

  /** A drop-down for one trait; options is a list of [value, label]. */
  choice(name, label, options, { hidden, set, parent = this.controls } = {}) {
    const id = `${this.id}-${name}`, row = tag(parent, "div", { class: "live-choice" });
    tag(row, "label", { for: id }, label);
    const select = tag(row, "select", { id, "data-name": name });
    this.allowed[name] = given => options.some(([value]) => value === given);
    for (const [value, words] of options) tag(select, "option", { value }, words);
    select.addEventListener("change", () => set ? set(select.value) : this.update({ [name]: select.value }));
    this.stops.push(() => { row.hidden = !!hidden?.(); if (select.value !== String(this.get(name))) select.value = this.get(name); });
    return row;
  }

  /** A checkbox for one boolean trait. */
  check(name, label, { hidden, parent = this.controls } = {}) {
    const row = tag(parent, "div", { class: "live-check" }), id = `${this.id}-${name}`;
    const box = tag(row, "input", { type: "checkbox", id, "data-name": name });
    tag(row, "label", { for: id }, label);
    box.addEventListener("change", () => this.update({ [name]: box.checked }));
    this.stops.push(() => { row.hidden = !!hidden?.(); box.checked = this.get(name); });
    return row;
  }

  /** Play, step and scrub along the integer trait `name`, from 0 to last(). */
  player(name, last, label = "step t") {
    const row = tag(this.controls, "div", { class: "live-player" });
    const go = value => this.update({ [name]: Math.max(0, Math.min(last(), value)) });
    const press = (words, title, f) => {
      const node = tag(row, "button", { type: "button", "aria-label": title, title }, words);
      node.addEventListener("click", f);
      return node;
    };
    let timer = 0;
    this.stop = () => { cancelAnimationFrame(timer); timer = 0; this.redraw(); };
    const calm = matchMedia("(prefers-reduced-motion: reduce)");
    const play = press("▶", "Play", () => {
      if (timer) return this.stop();
      if (calm.matches) return go(last());                     // no motion wanted: show the end
      if (this.get(name) >= last()) go(0);
      const from = this.get(name), begun = performance.now(), pace = Math.max(6, last() / 8);
      const tick = now => {
        go(Math.round(from + pace * (now - begun) / 1000));
        timer = this.get(name) < last() ? requestAnimationFrame(tick) : 0;
      };
      timer = requestAnimationFrame(tick);
    });
    press("−1", "One step back", () => { this.stop(); go(this.get(name) - 1); });
    press("+1", "One step on", () => { this.stop(); go(this.get(name) + 1); });
    this.allowed[name] = value => Number.isInteger(value) && value >= 0 && value <= last();
    const id = `${this.id}-${name}`;
    tag(row, "label", { for: id }, label);
    const range = tag(row, "input", { type: "range", id, "data-name": name, min: 0, step: 1 });
    const text = tag(row, "output", { for: id });
    range.addEventListener("input", () => { cancelAnimationFrame(timer); timer = 0; go(+range.value); });
    let shown;
    this.stops.push(() => {
      const value = Math.min(this.get(name), last()), state = [value, last(), !timer].join();
      if (state === shown) return;
      shown = state;
      range.max = last();
      range.value = value;
      write(text, `${value} of ${last()}`);
      write(play, timer ? "❚❚" : "▶");
      play.setAttribute("aria-label", timer ? "Pause" : "Play");
    });
    return row;
  }

  /** Rows of the readout: [role or null, dash, name, text, exact value], with a swatch in the method's color. */
  table(rows) {
    const shape = rows.map(([role, dash, name]) => [role && this.color(role), dash, name].join()).join(";");
    if (shape !== this.shape) {
      this.shape = shape;
      this.readout.replaceChildren();
      this.values = rows.map(([role, dash, name]) => {
        const line = tag(this.readout, "div", { class: "live-row", "data-row": name });
        const label = tag(line, "span", { class: "live-name" });
        if (role) swatch(label, this.color(role), dash);
        label.append(name);
        return tag(line, "span", { class: "live-value" });
      });
    }
    rows.forEach(([, , , words, exact], i) => {
      write(this.values[i], words);
      if (exact !== undefined) this.values[i].dataset.value = exact;
    });
  }
}

function swatch(line, color, dash) {
  const canvas = tag(line, "canvas", { class: "live-swatch", width: 56, height: 8, "aria-hidden": "true" }), c = canvas.getContext("2d");
  c.strokeStyle = color;
  c.lineWidth = 4;
  c.setLineDash(dash.map(d => 2 * d));
  c.beginPath();
  c.moveTo(0, 4);
  c.lineTo(56, 4);
  c.stroke();
}
