// The page's host for anywidgets: renders the saved state of live figures, with no kernel and no
// other library. A figure that fails leaves its static picture and says what went wrong.
// It stands in the page before the first figure, which begins as soon as it has been read, so that
// the first picture of the page shows it alive and nothing moves afterwards. What the others need
// comes with a script of its own; those below the first screen begin when they come near, or one by
// one, in a reader's pauses, once there is a reader.
const live = (() => {
  "use strict";
  const VIEW = 'script[type="application/vnd.jupyter.widget-view+json"]';
  const saved = {}, models = new Map(), modules = new Map(), definitions = new Map(), buffers = new Map();
  const styles = new Set(), shared = [];
  const scripts = [];                              // the page's own modules, as functions that give their exports
  let arrived;
  const others = new Promise(done => { arrived = done; });

  // One DataView for one text, so that figures with the same module share its compilation.
  const bytes = text => {
    if (!buffers.has(text)) buffers.set(text, new DataView(Uint8Array.from(atob(text), c => c.charCodeAt(0)).buffer));
    return buffers.get(text);
  };
  const resolve = value => value?.$script !== undefined ? scripts[value.$script] : value?.$shared !== undefined ? shared[value.$shared]() : value;

  class Model {
    constructor(state) { this.state = state; this.listeners = {}; }
    get(name) { return this.state[name]; }
    set(name, value) {
      const given = typeof name === "object" ? name : { [name]: value };
      const changed = Object.entries(given).filter(([n, v]) => this.state[n] !== v);
      for (const [n, v] of changed) this.state[n] = v;
      for (const [n, v] of changed) this.emit("change:" + n, this, v);
      if (changed.length) this.emit("change", this);
    }
    save_changes() {}                              // no kernel: the browser's model is the truth
    send() {}
    on(names, f) { for (const n of names.split(/\s+/)) (this.listeners[n] ||= new Set()).add(f); }
    off(names, f) {
      if (names == null) this.listeners = {};
      else for (const n of names.split(/\s+/)) f ? this.listeners[n]?.delete(f) : delete this.listeners[n];
    }
    emit(name, ...values) { for (const f of [...(this.listeners[name] || [])]) f(...values); }
  }

  const getModel = reference => {
    const id = reference.replace(/^(IPY_MODEL_|anywidget:)/, "");
    if (!models.has(id)) {
      const entry = saved[id];
      if (!entry) throw Error("no saved state for widget " + id);
      for (const [name, value] of Object.entries(entry.state)) entry.state[name] = resolve(value);
      for (const { path, data } of entry.buffers || []) {
        const last = path[path.length - 1];
        path.slice(0, -1).reduce((object, key) => object[key], entry.state)[last] = bytes(resolve(data));
      }
      models.set(id, Object.assign(new Model(entry.state), { module: entry.model_module, name: entry.model_name }));
    }
    return models.get(id);
  };

  const load = async source => {                   // one module for one source
    if (!modules.has(source)) {
      if (typeof source === "function") modules.set(source, source());
      else {
        const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
        modules.set(source, import(url).finally(() => URL.revokeObjectURL(url)));
      }
    }
    return modules.get(source);
  };

  const signal = new AbortController().signal, host = { getModel: async r => getModel(r) };
  const experimental = { invoke: async () => { throw Error("there is no kernel in a static page"); } };
  const define = model => {                        // initialize() once for each model
    if (!definitions.has(model)) definitions.set(model, load(model.get("_esm")).then(async ({ default: widget }) => {
      const definition = typeof widget === "function" ? await widget() : widget;
      await definition.initialize?.({ model, signal, experimental, host });
      return definition;
    }));
    return definitions.get(model);
  };

  async function render(reference, el) {
    const model = getModel(reference), box = model.name.match(/^([HV])BoxModel$/);
    if (box) {
      el.className = box[1] === "H" ? "live-hbox" : "live-vbox";
      await Promise.all(model.get("children").map(child => render(child, el.appendChild(document.createElement("div")))));
      return;
    }
    if (model.module !== "anywidget") throw Error(`${model.name} needs a kernel: run the notebook to use it`);
    const css = model.get("_css");
    if (css && !styles.has(css)) {                   // once for all figures: a new sheet has the page's style computed anew
      styles.add(css);
      document.head.append(Object.assign(document.createElement("style"), { textContent: css }));
    }
    const definition = await define(model);
    await definition.render?.({ model, el, signal, experimental, host });
  }

  /** The saved state of the page's first figure, and later that of its others. */
  function know(page) {
    const later = Object.keys(saved).length > 0;
    shared.push(...page.shared);
    Object.assign(saved, page.state);
    if (later) arrived();
  }

  // A link to a figure's state scrolls to it once it is there: not before the page has been read, for
  // a section that waits with its layout (waits.js) has no place to scroll to.
  const byLink = () => location.hash.startsWith("#live:");
  const read = new Promise(done => document.readyState === "loading" ? addEventListener("DOMContentLoaded", done) : done());

  /** Make a box's figure alive. */
  async function begin(box) {
    waiting.delete(box);
    near.unobserve(box);
    const view = box.querySelector(VIEW), el = document.createElement("div");
    el.className = "live-widget";
    box.append(el);
    try {
      const id = JSON.parse(view.textContent).model_id;
      if (!saved[id]) await others;
      if (byLink()) await read;
      await render(id, el);
      box.classList.add("live-alive");             // hides the still on the screen, not in print
    } catch (error) {
      el.replaceChildren();
      el.className = "live-failed";
      el.setAttribute("role", "alert");
      el.textContent = "This figure could not come alive: " + error.message;
      console.error(error);
    }
  }

  const waiting = new Set();                       // boxes below the first screen whose figures have not begun
  const near = new IntersectionObserver(entries => {
    for (const { target, isIntersecting } of entries) if (isIntersecting && waiting.has(target)) begin(target);
  }, { rootMargin: "100% 0px" });
  const idle = f => globalThis.requestIdleCallback ? requestIdleCallback(f, { timeout: 1000 }) : setTimeout(f, 50);
  const next = async () => {
    const [box] = waiting;
    if (!box) return;
    await begin(box);
    idle(next);
  };
  // Who scrolls, points or types reads the page, and goes on to the next figures: they begin, too.
  const SIGNS = ["scroll", "pointermove", "pointerdown", "keydown", "focusin"];
  let awake = false;
  const wake = () => {
    awake = true;
    for (const sign of SIGNS) removeEventListener(sign, wake);
    for (const box of waiting) near.observe(box);
    idle(next);
  };
  for (const sign of SIGNS) addEventListener(sign, wake, { passive: true });
  // Opened where the reader was before, or at a link's place. Asked for in a pause: it takes a layout.
  addEventListener("load", () => idle(() => { if (!awake && scrollY) wake(); }));
  let first = true, below = false;
  // A section that waits with its layout (waits.js) is below, where the screen is as they reckon.
  const waits = box => box.closest(".waits") && matchMedia("(max-height: 1000px)").matches;
  const atOnce = box => first || byLink() || !(below ||= waits(box) || box.getBoundingClientRect().top > innerHeight);

  const begun = [];
  // All figures begin at once for who comes by a link to one; it has its place when all are there (folds.js).
  if (byLink()) read.then(() => Promise.all(begun)).then(() => dispatchEvent(new Event("figures")));

  /** The figure whose box the calling script stands in: it begins now, or later. */
  function show() {
    const box = document.currentScript.parentElement;
    if (atOnce(box)) begun.push(begin(box));
    else {
      waiting.add(box);
      if (awake) near.observe(box);
    }
    first = false;
  }

  return { scripts, know, show, saved, models, render };
})();
