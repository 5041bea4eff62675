// assets/live.js: renders saved widgets with no kernel, in a page of which only a little is there.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

class Element {
  constructor(name) { Object.assign(this, { name, children: [], attributes: {}, className: "", textContent: "", classes: new Set() }); }
  get classList() { return this.classes; }
  append(...nodes) { this.children.push(...nodes); }
  appendChild(node) { this.append(node); return node; }
  replaceChildren(...nodes) { this.children = nodes; }
  setAttribute(name, value) { this.attributes[name] = value; }
}

const text = Buffer.from([1, 2, 3]).toString("base64");
const script = 'export default { render({ model, el }) { globalThis.rendered.push(model); el.textContent = model.get("key"); } };';
const widget = (state, module = "anywidget", name = "AnyModel") => ({ model_module: module, model_name: name, state: { _esm: script, _anywidget_id: "test", ...state } });

const source = readFileSync(`${process.env.LIVE}/host/live.js`, "utf8");

/** A box below the screen; and one in a section that waits, whose place would have it laid out. */
const BELOW = { getBoundingClientRect: () => ({ top: 1000 }), closest: () => null };
const WAITS = { getBoundingClientRect() { throw Error("a section that waits was laid out"); }, closest: () => ({}) };
const lazily = texts => texts.map(text => () => text);

/**
 * Run the host on a page with saved widgets and boxes for some of them; `later` are those that come
 * once the boxes are there. Gives the boxes' figures.
 */
async function open(state, shown, shared = [], scripts = [], later, place = BELOW) {
  const head = new Element("head"), boxes = shown.map(id => {
    const view = { textContent: JSON.stringify({ model_id: id }) };
    return Object.assign(new Element("div"), { querySelector: () => view, ...place });
  });
  globalThis.rendered = [];
  globalThis.document = {
    head, createElement: name => new Element(name), getElementById: () => null, querySelectorAll: () => [],
  };
  globalThis.Blob = class { constructor([source]) { this.source = source; } };
  URL.createObjectURL = ({ source }) => "data:text/javascript," + encodeURIComponent(source);
  URL.revokeObjectURL = () => {};
  const near = [];                                 // what is scrolled to: all that waits
  globalThis.IntersectionObserver = class {
    constructor(seen) { this.observe = target => near.push(() => seen([{ target, isIntersecting: true }])); }
    unobserve() {}
  };
  const heard = {};                                // by name, who listens
  Object.assign(globalThis, {
    addEventListener(name, f) { heard[name] = f; }, removeEventListener() {}, location: { hash: "" }, innerHeight: 800, scrollY: 0, matchMedia: () => ({ matches: true }),
  });
  const live = Function(`${source}; return live;`)();
  live.scripts.push(...scripts);
  live.know({ state, shared: lazily(shared) });
  for (const box of boxes) {
    document.currentScript = { parentElement: box };
    live.show();
  }
  heard.load();
  assert.equal(near.length, 0);                    // before there is a reader, the first alone has begun
  heard.scroll();
  for (const scroll of near) scroll();
  if (later) live.know({ ...later, shared: lazily(later.shared) });
  const begun = box => box.classes.has("live-alive") || box.children[0]?.className === "live-failed";
  for (const end = Date.now() + 5000; !boxes.every(begun) && Date.now() < end;) await new Promise(done => setTimeout(done, 1));
  return { boxes, views: boxes.map(box => box.children[0]), head };
}

test("a saved figure is rendered, and its still gives way", async () => {
  const { boxes: [box], views: [view], head } = await open({ a: widget({ key: "one", _css: ".live{}" }) }, ["a"]);
  assert.equal(view.textContent, "one");
  assert.ok(box.classes.has("live-alive"));
  assert.equal(head.children[0].textContent, ".live{}");
});

test("shared texts are put back, and equal bytes are one view", async () => {
  const state = { $shared: 0 }, buffers = [{ path: ["module"], encoding: "base64", data: { $shared: 1 } }];
  await open({ a: { ...widget({ _esm: state, key: "a" }), buffers }, b: { ...widget({ _esm: state, key: "b" }), buffers } }, ["a", "b"], [script, text]);
  const [one, two] = rendered;
  assert.deepEqual([...new Uint8Array(one.get("module").buffer)], [1, 2, 3]);
  assert.equal(one.get("module"), two.get("module"));
});

test("a figure waits for what comes in a script of its own", async () => {
  const first = widget({ _esm: { $shared: 0 }, key: "a" }), other = widget({ _esm: { $shared: 1 }, key: "b" });
  const { views } = await open({ a: first }, ["a", "b"], [script], [], { state: { b: other }, shared: [script + " "] });
  assert.deepEqual(views.map(view => view.textContent), ["a", "b"]);
});

test("a figure of a section that waits is below, and nothing is laid out to know it", async () => {
  const { views } = await open({ a: widget({ key: "a" }), b: widget({ key: "b" }) }, ["a", "b"], [], [], undefined, WAITS);
  assert.deepEqual(views.map(view => view.textContent), ["a", "b"]);
});

test("a script of the page is run once, for all its figures", async () => {
  let runs = 0;
  const module = () => { runs++; return { default: { render: ({ model, el }) => { el.textContent = model.get("key"); } } }; };
  const state = key => widget({ _esm: { $script: 0 }, key });
  const { views } = await open({ a: state("a"), b: state("b") }, ["a", "b"], [], [module]);
  assert.deepEqual(views.map(view => view.textContent), ["a", "b"]);
  assert.equal(runs, 1);
});

test("a model tells of changes, and only of changes", async () => {
  await open({ a: widget({ key: "a", eta: 0.1 }) }, ["a"]);
  const [model] = rendered, heard = [], hear = (_, value) => heard.push(value);
  model.on("change:eta", hear);
  model.set("eta", 0.1);
  model.set({ eta: 0.2, gamma: 0.5 });
  model.off("change:eta", hear);
  model.set("eta", 0.3);
  assert.deepEqual(heard, [0.2]);
  assert.equal(model.get("gamma"), 0.5);
});

test("boxes hold their children", async () => {
  const box = widget({ children: ["IPY_MODEL_a", "IPY_MODEL_b"] }, "@jupyter-widgets/controls", "HBoxModel");
  const { views: [view] } = await open({ a: widget({ key: "a" }), b: widget({ key: "b" }), box }, ["box"]);
  assert.equal(view.className, "live-hbox");
  assert.deepEqual(view.children.map(child => child.textContent), ["a", "b"]);
});

for (const [what, state, sentence] of [
  ["another library's widget", widget({}, "@jupyter-widgets/controls", "IntSliderModel"), "IntSliderModel needs a kernel: run the notebook to use it"],
  ["a script that fails", widget({ _esm: 'export default { render() { throw Error("broken"); } }' }), "broken"],
]) test(`${what} says so in its place, and the still stays`, async t => {
  t.mock.method(console, "error", () => {});
  const { boxes, views: [bad, good] } = await open({ bad: state, good: widget({ key: "good" }) }, ["bad", "good"]);
  assert.equal(bad.textContent, "This figure could not come alive: " + sentence);
  assert.equal(bad.attributes.role, "alert");
  assert.ok(!boxes[0].classes.has("live-alive"));
  assert.equal(good.textContent, "good");
});
