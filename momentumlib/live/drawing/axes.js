// The axes of a plot: their scales, grid, ticks, labels and frame.

import { logTicks, show, ticks } from "./numbers.js";

/** From data to a part of the axis, 0 to 1, and back. */
export function scale(lo, hi, log) {
  if (!log) return { to: x => (x - lo) / (hi - lo), from: u => lo + u * (hi - lo) };
  const first = Math.log(lo), all = Math.log(hi) - first;
  return { to: x => (Math.log(x) - first) / all, from: u => lo * (hi / lo) ** u };
}

/** Draw them on a plot that has begun; `grid` false where a landscape is below. */
export function axes(plot, grid) {
  const { c, o, area, color } = plot;
  c.fillStyle = color("muted");
  c.strokeStyle = color("grid");
  c.lineWidth = 1;
  c.textAlign = "center";
  c.textBaseline = "top";
  if (o.xlabel !== undefined) {
    for (const x of o.xlog ? logTicks(...o.x, area.w / 60) : ticks(...o.x, area.w / 60)) {
      const at = Math.round(plot.px(x)) + 0.5;
      if (grid) { c.beginPath(); c.moveTo(at, area.y); c.lineTo(at, area.y + area.h); c.stroke(); }
      c.fillText(show(x, 3), at, area.y + area.h + 4);
    }
    c.fillStyle = color("ink");
    c.fillText(o.xlabel, area.x + area.w / 2, area.y + area.h + 20);
    c.fillStyle = color("muted");
  }
  if (o.ylabel !== undefined) {
    c.textAlign = "right";
    c.textBaseline = "middle";
    for (const y of o.ylog ? logTicks(...o.y, area.h / 34) : ticks(...o.y, area.h / 34)) {
      const at = Math.round(plot.py(y)) + 0.5;
      if (grid) { c.beginPath(); c.moveTo(area.x, at); c.lineTo(area.x + area.w, at); c.stroke(); }
      c.fillText(show(y, 3), area.x - 5, at);
    }
    c.save();
    c.translate(11, area.y + area.h / 2);
    c.rotate(-Math.PI / 2);
    c.textAlign = "center";
    c.fillStyle = color("ink");
    c.fillText(o.ylabel, 0, 0);
    c.restore();
  }
  c.strokeStyle = color("muted");
  c.strokeRect(area.x + 0.5, area.y + 0.5, area.w - 1, area.h - 1);
}
