// The translator: one framework's settings as lines of code for all of them, with what no setting
// can translate.

import { Figure, tag } from "./frame/controls.js";
import { frameworks, settings, translate } from "./translation.js";

const SIGNS = ["=", "≈", "≠"], ROLES = ["good", "nag", "bad"];

async function render({ model, el }) {
  const tables = model.get("tables"), g = name => model.get(name);
  const names = ["family", "source", "eta", "gamma", "beta1", "beta2", "eps", "decay", "dampening", "nesterov"];
  const python = () => fig.line("translator", names.slice(0, 2).concat([...has()]));
  const fig = new Figure({ model, el }, names, { draw, python });
  const has = () => settings(tables, g("family"), g("source")), without = name => () => !has().has(name);
  const every = frameworks(tables, "momentum"), options = table => Object.entries(tables[table]);

  fig.choice("source", "translate from", options("titles"));
  fig.slider("decay", { label: "weight decay", min: 0, max: 0.5, step: 0.0005, hidden: without("decay") });
  fig.choice("family", "method", options("families"), { more: true, set: family => {
    fig.update({ family, source: frameworks(tables, family).includes(g("source")) ? g("source") : "book" });
  } });
  fig.slider("eta", { label: "learning rate η", min: 1e-5, max: 1, log: true, more: true });
  fig.slider("gamma", { label: "momentum γ", min: 0, max: 0.999, step: 0.001, more: true, hidden: without("gamma") });
  fig.slider("beta1", { label: "β₁", min: 0, max: 0.999, step: 0.001, more: true, hidden: without("beta1") });
  fig.slider("beta2", { label: "β₂", min: 0, max: 0.9999, step: 0.0001, more: true, hidden: without("beta2") });
  fig.slider("eps", { label: "ε", min: 1e-10, max: 1, log: true, more: true, hidden: without("eps") });
  const damped = () => without("dampening")() || g("nesterov");
  fig.slider("dampening", { label: "dampening", min: 0, max: 0.99, step: 0.01, more: true, hidden: damped });
  fig.check("nesterov", "Nesterov", { more: true, hidden: without("nesterov") });

  // What all lines have come to, beside the two controls: the lines themselves reach over screens.
  const marks = tag(fig.readout, "div", { class: "live-row live-marks" });
  const mark = Object.fromEntries(every.map(name => {
    const box = tag(marks, "span"), sign = tag(box, "span", { "aria-hidden": "true", class: "live-sign" });
    box.append(" " + tables.titles[name]);
    return [name, { box, sign }];
  }));
  fig.answer = () => [every.filter(name => !mark[name].box.hidden).map(name => mark[name].box.textContent).join(", ")];

  const cards = Object.fromEntries(every.map(name => {
    const box = tag(fig.readout, "section", { class: "live-card", "aria-label": tables.titles[name] });
    const head = tag(box, "div", { class: "live-row" }), sign = tag(head, "span", { "aria-hidden": "true", class: "live-sign" });
    tag(head, "strong", {}, tables.titles[name]);
    const exact = tag(head, "span", { class: "live-value" }), code = tag(tag(box, "pre"), "code");
    const copy = tag(head, "button", { type: "button", "aria-label": `Copy the line for ${tables.titles[name]}` }, "Copy");
    copy.addEventListener("click", () => fig.copy(code.textContent, `Line for ${tables.titles[name]} copied.`));
    return [name, { box, sign, exact, code, notes: tag(box, "ul") }];
  }));

  function draw(color) {
    const family = g("family"), source = g("source"), there = frameworks(tables, family), ours = {};
    for (const name of Object.keys(tables.settings[family])) {
      const zero = name === "nesterov" ? false : 0;
      ours[name] = has().has(name) && !(name === "dampening" && g("nesterov")) ? g(name) : zero;
    }
    for (const option of fig.root.querySelectorAll("[data-name=source] option")) option.hidden = option.disabled = !there.includes(option.value);
    for (const [name, card] of Object.entries(cards)) {
      card.box.hidden = mark[name].box.hidden = !there.includes(name);
      if (card.box.hidden) continue;
      const told = translate(tables, family, source, name, ours), from = name === source, text = JSON.stringify([told, from]);
      card.sign.style.color = mark[name].sign.style.color = from ? "" : color(ROLES[told.level]);
      if (card.text === text) continue;
      card.text = text;
      card.sign.textContent = mark[name].sign.textContent = from ? "→" : SIGNS[told.level];
      card.exact.textContent = from ? "your settings" : told.exact;
      card.code.textContent = told.code;
      card.notes.replaceChildren();
      for (const note of told.notes) tag(card.notes, "li", {}, note);
    }
  }

  return fig.start();
}

export default { render };
