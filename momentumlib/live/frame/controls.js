// The controls of a live figure. Every one is a labelled form element bound to a trait: the first
// two stand under the picture, the others under "More".

import { Frame, alike, tag, written } from "./frame.js";
import { goal, holds } from "./goal.js";
import { handle } from "./handle.js";
import { show } from "../drawing/numbers.js";
import { forgive, player, scrub, tour } from "./player.js";

export { alike, tag, written };

export class Figure extends Frame {
  /** Where a control goes: under the picture or under "More"; `first` of the maker decides, if it is given. */
  place(name, more, parent) {
    const first = this.get("first");
    if (parent) return parent;
    if (!(first?.length ? !first.includes(name) : more)) return this.controls;
    this.rest.hidden = false;
    return this.more;
  }

  /**
   * A slider with a number box for one trait (or for get/set). options: label, min, max, step,
   * log (geometric), whole (numbers only), limits() where they change, hidden() to leave it out
   * of some states, more (it stands under "More").
   */
  slider(name, { label, min, max, step = 0.01, log = false, whole = false, limits, hidden, get, set, more, parent }) {
    get ||= () => this.get(name);
    set ||= value => this.update({ [name]: value });
    if (limits) [min, max] = limits();
    const allowed = value => value >= min && value <= max && (!whole || Number.isInteger(value));
    this.allowed[name] = allowed;
    const id = `${this.id}-${name}`, row = tag(this.place(name, more, parent), "div", { class: "live-slider" });
    tag(row, "label", { for: id }, label);
    const range = tag(row, "input", { type: "range", id, "data-name": name, min: log ? 0 : min, max: log ? 1000 : max, step: log ? 1 : step });
    const box = tag(row, "input", { type: "number", "aria-label": label + ", typed", "data-name": name, min, max, step: "any" });
    const there = x => log ? 1000 * Math.log(x / min) / Math.log(max / min) : x;
    const back = u => log ? +(min * (max / min) ** (u / 1000)).toPrecision(4) : +u;  // 3 digits: 10 would stay 10
    range.addEventListener("input", () => set(back(range.value)));
    range.addEventListener("focus", () => this.speak(range, show(get())));
    forgive(range, get, set);
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
      this.speak(range, show(value));
      if (state === shown) return;
      shown = state;
      if (limits) for (const input of log ? [box] : [range, box]) for (const [end, x] of [["min", min], ["max", max]]) if (+input[end] !== x) input[end] = x;
      // Where the reader's own hand has moved it, it is there already.
      if (Math.abs(range.value - there(value)) > (log ? 0.5 : step / 2)) range.value = there(value);
      if (!typing) box.value = +value.toPrecision(4);
    });
    return row;
  }

  /**
   * A point of a plot, for a trait of two numbers: a handle, a click on the plot, and two sliders
   * that are out of sight until the keyboard comes to them (`seen`: they stand with the controls).
   */
  point(name, plot, label, axes, digits = 4, steps = [], seen = false) {
    const move = (...at) => this.update({ [name]: at.map(x => +x.toPrecision(digits)) });
    const knob = handle(plot, { label: `${label} ${axes.join(", ")}`, get: () => this.get(name), move });
    plot.canvas.addEventListener("click", event => { if (plot.covers(event)) move(...plot.at(event)); });
    for (const [i, axis] of axes.entries()) this.slider(name + i, {
      label: `${label} ${axis}`, step: steps[i], limits: () => i ? plot.o.y : plot.o.x, get: () => this.get(name)[i],
      set: x => this.update({ [name]: this.get(name).map((old, j) => j === i ? x : old) }),
      parent: seen ? this.controls : this.unseen,
    });
    return knob;
  }

  /** A drop-down for one trait; options is a list of [value, label]. */
  choice(name, label, options, { hidden, set, more, parent } = {}) {
    const id = `${this.id}-${name}`, row = tag(this.place(name, more, parent), "div", { class: "live-choice" });
    tag(row, "label", { for: id }, label);
    const select = tag(row, "select", { id, "data-name": name });
    this.allowed[name] = given => options.some(([value]) => value === given);
    for (const [value, words] of options) tag(select, "option", { value }, words);
    select.addEventListener("change", () => set ? set(select.value) : this.update({ [name]: select.value }));
    this.stops.push(() => { row.hidden = !!hidden?.(); if (select.value !== String(this.get(name))) select.value = this.get(name); });
    return row;
  }

  /** A checkbox for one boolean trait. */
  check(name, label, { hidden, more, parent } = {}) {
    const row = tag(this.place(name, more, parent), "div", { class: "live-check" }), id = `${this.id}-${name}`;
    const box = tag(row, "input", { type: "checkbox", id, "data-name": name });
    tag(row, "label", { for: id }, label);
    box.addEventListener("change", () => this.update({ [name]: box.checked }));
    this.stops.push(() => { row.hidden = !!hidden?.(); box.checked = this.get(name); });
    return row;
  }

  /** Play, step and scrub along the integer trait `name`, from 0 to last(). */
  player(name, last, options) { return player(this, name, last, options); }

  /** The player's place: a whole step, or a part of the way to the next where it glides. */
  moment(name) { return this.get(name) + (this.part || 0); }

  /** Let a pointer on a plot over the steps move the integer trait `name`. */
  scrub(plot, name, last) { scrub(this, plot, name, last); }

  /** Let traits go once by themselves from stop to stop, where there are no steps to play. */
  tour(stops, options) { tour(this, stops, options); }

  /** What the reader may try to reach: { text, reached() }. */
  goal(options) { return goal(this, options); }

  /** The numbers by name that the maker's goal may speak of, beside the traits. */
  measures() { return {}; }

  start() {
    const { text, when } = this.get("goal") || {};
    const reached = () => { const now = this.measures(); return when.every(each => holds(each, now, this.first, name => this.get(name))); };
    const alone = () => when.every(each => !each.startsWith("only ") || holds(each, {}, this.first, name => this.get(name)));
    if (text) this.goal({ text, reached, score: this.score && (() => alone() ? this.score() : Infinity) });
    return super.start();
  }
}
