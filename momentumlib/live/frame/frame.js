// The frame around every live figure: question, pictures, room for controls bound to the model's
// traits, readout, reset, link and Python line, caption.

import { Plot, onTheme, palette } from "../drawing/draw.js";

const tag = (parent, name, attributes = {}, text) => {
  const node = parent.appendChild(document.createElement(name));
  for (const [key, value] of Object.entries(attributes)) if (value !== undefined) node.setAttribute(key, value);
  if (text !== undefined) node.textContent = text;
  return node;
};

/** A node's text, written where it differs, into the text that is there: no node comes or goes. */
const write = (node, words) => {
  if (!node.firstChild) node.append(words);
  else if (node.firstChild.data !== words) node.firstChild.data = words;
};

/**
 * A part of a figure that is laid out by itself, as high as what it holds: what a slider changes in it
 * does not lay the page out again. Where words come and go (`steady`), it stays as high as it was, so
 * that what is below does not jump.
 */
const apart = (parent, name, steady = false) => {
  const box = tag(parent, "div"), inside = tag(box, "div", { class: name });
  let wide, high, count;
  new ResizeObserver(([{ borderBoxSize: [{ inlineSize, blockSize }] }]) => {
    const kept = steady && inlineSize === wide && inside.childElementCount === count ? high : 0;
    [wide, high, count] = [inlineSize, Math.max(kept, blockSize), inside.childElementCount];
    box.style.height = `${high}px`;
    box.className = "live-apart";                              // from now on: at first it has the height that it takes
  }).observe(inside);
  return inside;
};

/** A name for the ids of one view; every kind of figure has this file of its own, all share the page. */
const unique = () => "live" + (globalThis.liveViews = (globalThis.liveViews || 0) + 1);

/** Whether a value from a link is of the kind that the trait has: numbers finite, lists as long. */
const alike = (value, trait) => Array.isArray(trait)
  ? Array.isArray(value) && value.length === trait.length && value.every((v, i) => alike(v, trait[i]))
  : typeof value === typeof trait && (typeof value !== "number" || Number.isFinite(value));

/** A trait's value as Python writes it. */
const written = value => typeof value === "boolean" ? (value ? "True" : "False") : JSON.stringify(value).replaceAll(",", ", ");
export { alike, tag, write, written };

export class Frame {
  /**
   * model, el: what anywidget's render gets. names: the traits that a reset, a link and a copied
   * line restore. draw(): paints the present state; called at most once a frame.
   * python(): the line that reproduces it; without it there is nothing to reset or to copy.
   */
  constructor({ model, el }, names, { draw, python }) {
    Object.assign(this, { model, names, el, draw, python, id: unique(), plots: [], stops: [], ends: [], allowed: {}, touched: false });
    this.first = Object.fromEntries(names.map(n => [n, structuredClone(model.get(n))]));
    this.root = tag(el, "figure", { class: "live", "aria-label": model.get("alt") });
    // What has the focus gets the keys: in JupyterLab, arrows would move on to another cell.
    this.root.addEventListener("focusin", e => { e.target.dataset.lmSuppressShortcuts = ""; });
    if (model.get("key")) this.root.id = model.get("key");
    if (model.get("question")) tag(this.root, "p", { class: "live-question" }, model.get("question"));
    this.stage = tag(this.root, "div", { class: "live-stage" });
    this.unseen = tag(this.root, "div", { class: "live-unseen" });
    this.controls = apart(this.root, "live-controls");
    this.readout = apart(this.root, "live-readout", true);
    this.rest = tag(apart(this.root, "live-rest"), "details", { class: "live-more", hidden: "" });
    tag(this.rest, "summary", {}, "More");
    this.more = tag(this.rest, "div", { class: "live-controls" });
    this.actions = tag(this.root, "div", { class: "live-actions" });
    this.said = tag(this.root, "div", { class: "live-said", role: "status" });
    if (model.get("caption")) tag(this.root, "figcaption", {}, model.get("caption"));
    if (!python) return;
    this.button("Reset", () => { this.stop?.(); this.update(structuredClone(this.first)); }, "Back to how the figure began");
    this.button("Copy link", () => this.copy(this.link(), "Link copied: it opens the page with this figure as it is now."));
    this.button("Copy Python", () => this.copy(this.python(), "Python line copied."));
  }

  /**
   * One more picture on the figure's stage. options: those of a Plot; `tab` names it where there
   * is room for one picture only, and a row of buttons changes between them.
   */
  plot(options) {
    const plot = new Plot(this.stage, options);
    plot.again = () => this.redraw();
    this.plots.push(plot);
    if (!options.tab) return plot;
    this.tabs ||= tag(this.stage, "div", { class: "live-tabs", role: "group", "aria-label": "picture" });
    this.stage.prepend(this.tabs);
    const button = tag(this.tabs, "button", { type: "button" }, options.tab), first = this.tabs.childElementCount === 1 || this.get("first")?.includes(options.tab);
    const show = chosen => {
      for (const node of this.tabs.children) node.setAttribute("aria-pressed", node === chosen);
      this.plots.forEach((each, i) => each.box.toggleAttribute("data-behind", this.tabs.children[i] !== chosen));
    };
    button.addEventListener("click", () => show(button));
    if (first) show(button);
    else { button.setAttribute("aria-pressed", false); plot.box.dataset.behind = ""; }
    return plot;
  }

  /** Begin: watch the model, the size and the theme, and draw. */
  start() {
    const changed = () => this.redraw();
    this.model.on("change", changed);
    const fitted = () => this.plots.map(plot => plot.fit()).some(Boolean) || !this.drawn;
    // Calls at once, but for a figure far off the screen only when it comes near.
    const size = new ResizeObserver(() => { if (fitted()) this.paint(); });
    size.observe(this.stage);
    const theme = onTheme(() => { this.color = undefined; changed(); });
    const hash = () => this.restore();
    addEventListener("hashchange", hash);
    hash();
    // Who sees it for the first time is shown, by a ring that goes out from it, what can be taken by the hand.
    const view = new IntersectionObserver(([{ isIntersecting }]) => { this.root.toggleAttribute("data-seen", isIntersecting); }, { threshold: 0.6 });
    view.observe(this.stage);
    // On the first screen it is drawn before anything is painted: its words would move what is below.
    globalThis.liveBelow ||= this.root.getBoundingClientRect().top > innerHeight;
    if (!globalThis.liveBelow && fitted()) this.paint();
    return () => {
      this.model.off("change", changed);
      size.disconnect();
      view.disconnect();
      theme();
      removeEventListener("hashchange", hash);
      this.stop?.();
      for (const end of this.ends) end();
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
    this.drawn = true;
    // Last: a canvas that writes first sees to it that what has moved is laid out.
    for (const { handles } of this.plots) for (const handle of handles) handle.place(() => this.answer());
    this.root.dataset.ms = (performance.now() - begun).toFixed(2);
    for (const refresh of this.stops) refresh();
  }

  get(name) { return this.model.get(name); }

  /** Set traits; Python sees them where a kernel runs. */
  set(values) {
    for (const [name, value] of Object.entries(values)) this.model.set(name, value);
    this.model.save_changes();
  }

  /** The same by the reader's hand, after which nothing moves by itself any more. */
  update(values) {
    if (!this.touched) {
      this.touched = true;
      this.root.dataset.touched = "";
      this.stop?.();
    }
    this.set(values);
    if (this.said.textContent) this.say("");
  }

  button(label, press, title, parent = this.actions) {
    const node = tag(parent, "button", { type: "button", title }, label);
    node.addEventListener("click", press);
    return node;
  }

  /** Tell screen readers, and show until the next change, what happened. */
  say(words) { this.said.textContent = words; }

  async copy(text, done) {
    try { await navigator.clipboard.writeText(text); this.say(done); }
    catch { this.say(text); }                                  // no clipboard here (file://): show it to copy by hand
  }

  /** The state as a URL fragment: #live:KEY:name=value;name=[1,2] */
  hash() {
    const parts = this.names.map(n => `${n}=${encodeURIComponent(JSON.stringify(this.get(n)))}`);
    return `#live:${this.get("key")}:${parts.join(";")}`;
  }

  link() {
    history.replaceState(null, "", this.hash());
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

  /** What a hand has done, in words: the readout's first rows. */
  answer() { return (this.lines || []).slice(0, 2).map(({ name, value }) => `${name.textContent}: ${value.textContent}`); }

  /** Tell who hears a slider its value in words, and, where the keyboard is, what it has done. */
  speak(range, words) {
    const told = [words, ...document.activeElement === range ? this.answer() : []].join("; ");
    if (range.getAttribute("aria-valuetext") !== told) range.setAttribute("aria-valuetext", told);
  }

  /** Rows of the readout: [role or null, dash, name, text, exact value], with a swatch in the method's color. */
  table(rows) {
    const shape = rows.map(([role, dash]) => [role && this.color(role), dash].join()).join(";");
    if (shape !== this.shape) {
      this.shape = shape;
      this.readout.replaceChildren();
      this.lines = rows.map(([role, dash]) => {
        const line = tag(this.readout, "div", { class: "live-row" }), label = tag(line, "span", { class: "live-name" });
        if (role) tag(label, "span", { class: "live-swatch" }).style.backgroundImage = swatch(this.color(role), dash);
        return { line, name: tag(label, "span"), value: tag(line, "span", { class: "live-value" }) };
      });
    }
    rows.forEach(([, , name, words, exact], i) => {
      const row = this.lines[i];
      write(row.name, name);
      write(row.value, words);
      if (row.line.dataset.row !== name) row.line.dataset.row = name;
      if (exact !== undefined) row.value.dataset.value = exact;
    });
  }
}

/** A dashed line of a color, as a picture of the style sheet: a canvas would be a layer of its own. */
function swatch(color, dash) {
  const stops = [];
  let at = 0;
  for (const [k, length] of (dash.length ? dash : [1]).entries()) stops.push(`${k % 2 ? "transparent" : color} ${at}px ${at += length}px`);
  return `repeating-linear-gradient(90deg, ${stops.join(", ")})`;
}
