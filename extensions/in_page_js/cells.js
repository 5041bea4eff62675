// A chapter's code cell that is changed and run in the page: an editor in its code's place, and what
// the code shows in place of what is stored.
const { editor, runner, block, kept, above, sources, element } = inPage;
const PATIENCE = 360e3;                            // ms; Python itself ends a cell before
const PAGE = location.pathname.split("/").pop();
let figures = 0;

/** Make the block of code `pre` an editor; `id` is what it is kept under, `number` its place in the page. */
function edit(pre, id, number) {
  const cell = pre.closest(".cell"), input = pre.closest(".cell_input");
  const stored = [...input.children].find(child => child.contains(pre));
  const whole = stored === input.lastElementChild; // a cell with imports has them in a block of their own
  const code = pre.textContent.trimEnd(), title = `code cell ${number}`;
  const table = whole && ["table", "rows"].find(name => cell.classList.contains(`tag_${name}`)) || "";
  const own = editor(kept.answer(id) ?? code, `Code of ${title}`, () => run()), { area } = own;
  area.setSelectionRange(0, 0);                    // else it is scrolled to its end
  sources.set(own.box, () => area.value);

  const job = () => ({ cell: area.value, before: above(own.box, HIDDEN[PAGE]), table });
  const { bar, says, run } = runner({ title, area, act: "Run", acting: "Running", again: restore, job, tell, patience: PATIENCE });
  stored.replaceWith(own.box, bar);

  const old = whole && cell.querySelector(".cell_output"), first = old ? [...old.childNodes] : [];
  const out = old || element("div", { className: "cell_output docutils container" });
  const show = parts => {
    if (!out.isConnected) whole ? cell.append(out) : bar.after(out);
    out.replaceChildren(...parts);
  };

  area.addEventListener("input", () => kept.keep(id, area.value === code ? undefined : area.value));

  function restore() {
    kept.keep(id, undefined);
    sources.delete(own.box);
    bar.remove();
    own.box.replaceWith(stored);
    old ? show(first) : out.remove();
    stored.querySelector(".edit-code").focus();
  }

  async function tell({ outputs, error, trace, ran }) {
    const begins = [], parts = outputs.map(output => shown(output, first, begins));
    if (error) {
      const folded = trace && element("details", {}, element("summary", {}, "Where in your code"), block("traceback", trace));
      parts.push(element("div", { className: "output cell-error" }, element("p", {}, error), folded));
    }
    show(parts);
    for (const begin of begins) await begin();
    const before = ran ? ` ${ran} ${ran > 1 ? "cells" : "cell"} above ran first.` : "";
    says.textContent = (error ? "An error, told below." : parts.length ? "Done." : "Done; it shows nothing.") + before;
    out.scrollIntoView({ block: "nearest" });
  }
  return area;
}

/** One output as the page shows it; what is to begin when it is there joins `begins`. */
function shown({ printed, value, html, rows, head, numeric, svg, figure }, stored, begins) {
  if (printed) return block("stream", printed);
  if (value) return block("text_plain", value);
  if (html) return element("div", { className: "output text_html", innerHTML: html });
  if (rows) return table({ rows, head, numeric });
  if (svg) return drawing(svg, stored);
  const box = element("div", { className: "live-widget" });
  begins.push(() => alive(figure, box));
  return element("div", { className: "live-box live-alive" }, box);
}

/** Rows of texts as a table, as the book has them. */
function table({ rows, head, numeric }) {
  const made = element("table", { className: "printed table" });
  for (const [at, row] of rows.entries()) {
    const line = made.insertRow();
    for (const [k, text] of row.entries()) {
      const title = (head && at === 0) || k === 0;
      line.append(element(title ? "th" : "td", { className: (title ? "head " : "") + (k ? "" : "stub ") + (numeric[k] ? "number" : "") }, element("p", {}, text)));
    }
  }
  return element("div", { className: "pst-scrollable-table-container" }, element("div", { className: "table-box" }, made));
}

/** A drawing, in the place of the stored one: with its caption, and its size as it is drawn. */
function drawing(text, stored) {
  const svg = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  for (const part of svg.querySelectorAll("metadata, style, title")) part.remove();
  const before = stored.map(node => node.querySelector?.("svg.figure") ?? (node.matches?.("svg.figure") ? node : null)).find(Boolean);
  const [width, height] = ["width", "height"].map(side => parseFloat(svg.getAttribute(side)) * 4 / 3);
  for (const side of ["width", "height"]) svg.removeAttribute(side);
  svg.setAttribute("class", "figure");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", before?.getAttribute("aria-label") || "What the code draws");
  svg.style.maxWidth = `${width}px`;
  svg.style.aspectRatio = `${width} / ${height}`;
  const around = stored.find(node => node.matches?.("figure") && node.contains(before))?.cloneNode(true);
  if (!around) return document.importNode(svg, true);
  around.querySelector("svg.figure").replaceWith(document.importNode(svg, true));
  return around;
}

/** A live figure from its state, by the page's own host and script where it has one of the kind. */
async function alive({ id, state, bytes, script, same, esm, css }, box) {
  try {
    if (typeof live === "undefined") throw Error("this page has no live figures");
    const models = [...live.models.values()], known = models.find(model => model.get("_anywidget_id") === id);
    const views = {};
    for (const [name, text] of Object.entries(bytes))
      views[name] = new DataView(Uint8Array.from(atob(text), c => c.charCodeAt(0)).buffer);
    for (const [name, trait] of Object.entries(same)) {
      const has = trait === "module" ? known : models.find(model => model.get(trait));
      if (!has) throw Error("it needs compiled code that this page does not have; run the chapter with make lab");
      views[name] = has.get(trait);
    }
    if (script) views.module.extend = extension(await imported(script));
    const kind = { _anywidget_id: id, _esm: known?.get("_esm") ?? esm, _css: known?.get("_css") ?? css };
    const name = `again-${++figures}`;
    live.saved[name] = { model_module: "anywidget", model_name: "AnyModel", state: { ...state, ...views, ...kind } };
    await live.render(name, box);
  } catch (error) {
    box.replaceChildren(element("p", { className: "live-failed" }, `This figure could not come alive: ${error.message}`));
  }
}

async function imported(script) {
  const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  try { return await import(url); } finally { URL.revokeObjectURL(url); }
}

inPage.edit = edit;
