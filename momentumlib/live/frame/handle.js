// A point of a plot that the reader moves.

import { show } from "../drawing/numbers.js";

/**
 * A point the reader moves, with pointer, touch or arrow keys. get() gives [x, y] in data
 * coordinates; move(x, y) takes them. `axis` "x" or "y" keeps it on a line.
 */
export function handle(plot, { label, get, move, role = "ink", axis }) {
  const knob = plot.hands.appendChild(document.createElement("button"));
  knob.type = "button";
  knob.setAttribute("aria-label", label);                      // until it has a place
  knob.className = "live-handle";
  knob.style.setProperty("--knob", `var(--fig-${role})`);
  knob.setAttribute("aria-roledescription", "movable point");
  let off = [0, 0];                                            // from the knob's middle to where it was taken hold of
  const under = e => plot.at({ clientX: e.clientX - off[0], clientY: e.clientY - off[1] });
  const to = (x, y) => {
    const { x: [x0, x1], y: [y0, y1] } = plot.o, old = get();
    move(axis === "y" ? old[0] : Math.max(x0, Math.min(x1, x)), axis === "x" ? old[1] : Math.max(y0, Math.min(y1, y)));
  };
  knob.addEventListener("pointerdown", e => {
    const r = knob.getBoundingClientRect();
    off = [e.clientX - r.left - r.width / 2, e.clientY - r.top - r.height / 2];
    knob.setPointerCapture(e.pointerId);
    knob.dataset.held = knob.dataset.hand = "";                // taken by hand it needs no ring for the keyboard
    e.preventDefault();
    knob.focus();
  });
  knob.addEventListener("pointermove", e => { if (knob.hasPointerCapture(e.pointerId)) to(...under(e)); });
  for (const left of ["keydown", "blur"]) knob.addEventListener(left, () => delete knob.dataset.hand);
  for (const end of ["pointerup", "pointercancel"]) knob.addEventListener(end, () => delete knob.dataset.held);
  knob.addEventListener("keydown", e => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[e.key];
    if (!way) return;
    e.preventDefault();
    const [x, y] = get(), step = e.shiftKey ? 0.1 : 0.01;
    to(plot.sx.from(plot.sx.to(x) + way[0] * step), plot.sy.from(plot.sy.to(y) + way[1] * step));
  });
  let placed, told = "";
  const place = answer => {
    if (answer) told = document.activeElement === knob ? ` ${answer().join("; ")}.` : "";
    const [x, y] = get(), { area } = plot, inside = (at, from, size) => Math.max(from, Math.min(from + size, at)) + "px";
    // What is outside the frame waits at its edge.
    const at = [inside(plot.px(x), area.x, area.w), inside(plot.py(y), area.y, area.h)], now = [...at, x, y, told].join();
    if (now === placed) return;
    placed = now;
    knob.style.translate = at.join(" ");                       // another left or top would have the whole page laid out
    knob.setAttribute("aria-label", `${label}: ${show(x, 3)}, ${show(y, 3)}.${told} Arrow keys move it, with Shift ten times as far.`);
  };
  plot.handles.push({ place });
  return knob;
}
