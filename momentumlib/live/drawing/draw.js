// Drawing for every live figure: the theme's colors, axes with ticks, lines, points, filled levels.
// A Plot draws on one canvas in data coordinates; it computes nothing about momentum. What seldom
// changes, the landscape, is kept on a canvas of its own.

import { axes, scale } from "./axes.js";
import { inside } from "./clip.js";
import { nameSpot, spots } from "./names.js";
import { fillLevels, keepPicture } from "./pictures.js";

const GHOST = 0.5, BLUR = 0.5;                   // pixels below which two points are one

/** The palette of the reader's theme, by role: the --fig-* variables of the page. */
export function palette(el) {
  const style = getComputedStyle(el);
  const cache = new Map();
  return role => {
    if (!cache.has(role)) cache.set(role, style.getPropertyValue("--fig-" + role).trim() || "#808080");
    return cache.get(role);
  };
}

/** Calls `f` when the page or JupyterLab changes its theme; returns a function that stops it. */
export function onTheme(f) {
  const watch = new MutationObserver(f);
  const options = { attributes: true, attributeFilter: ["data-theme", "data-jp-theme-light", "data-mode"] };
  watch.observe(document.documentElement, options);
  watch.observe(document.body, options);
  return () => watch.disconnect();
}

export class Plot {
  /**
   * options: xlabel, ylabel, x: [lo, hi], y: [lo, hi], xlog, ylog, aspect (height / width; `alone`
   * where there is room for one picture only) or height (in pixels), edge (room for numbers at the ends, in pixels), equal (x follows y, so
   * that a circle is round), tab (its name where there is room for one picture only).
   */
  constructor(parent, options) {
    this.box = parent.appendChild(document.createElement("div"));
    this.box.className = "live-plot";
    this.hands = this.box.appendChild(document.createElement("div"));   // handles: where one is moves nothing beside it
    this.hands.className = "live-hands";
    this.canvas = this.box.appendChild(document.createElement("canvas"));
    this.canvas.setAttribute("aria-hidden", "true");
    this.layer = document.createElement("canvas");            // what rarely changes: the landscape
    this.o = { aspect: 0.75, ...options };
    const { aspect, alone = aspect, height } = this.o;         // its height, before anything is drawn
    this.canvas.setAttribute("style", height ? `height: ${height}px` : `--aspect: ${1 / aspect}; --alone: ${1 / alone}`);
    this.handles = [];
    this.widths = {};                                          // of names, in pixels
    this.pictures = {};                                        // of what is kept
  }

  set(options) { Object.assign(this.o, options); }

  /** Fit the canvas to its box, where that is laid out; whether it has another size now. */
  fit() {
    const width = Math.round(this.box.clientWidth), ratio = globalThis.devicePixelRatio || 1;
    if (!width || (width === this.width && ratio === this.ratio)) return false;
    this.width = width;
    this.height = this.canvas.clientHeight || Math.round(width * this.o.aspect);
    this.ratio = ratio;
    this.canvas.width = width * ratio;
    this.canvas.height = this.height * ratio;
    this.lettered = false;
    const { xlabel, ylabel, edge } = this.o, left = ylabel === undefined ? edge ?? 8 : 60, bottom = xlabel === undefined ? 8 : 36;
    this.area = { x: left, y: 8, w: width - left - (edge ?? 17), h: this.height - 8 - bottom };
    return true;
  }

  /** Start a picture: clear, set the scales and the colors. */
  begin(color) {
    if ((globalThis.devicePixelRatio || 1) !== this.ratio) this.fit();
    const { area, o } = this, c = this.c = this.canvas.getContext("2d");
    this.color = color;
    this.named = [];
    if (o.equal) o.x = o.y.map(y => y * area.w / area.h);
    this.sx = scale(...o.x, o.xlog);
    this.sy = scale(...o.y, o.ylog);
    this.px = x => area.x + area.w * this.sx.to(x);
    this.py = y => area.y + area.h * (1 - this.sy.to(y));
    c.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    c.clearRect(0, 0, this.width, this.height);
    this.write();
    c.lineJoin = "round";
    return this;
  }

  /** Set the letters' font, where a new size has taken it away: each time, all style would be computed first. */
  write() {
    if (this.lettered) return;
    this.font ||= "12px " + getComputedStyle(this.box).fontFamily;
    this.c.font = this.font;
    this.lettered = true;
  }

  /** The data coordinates under a pointer event. */
  at(event) {
    const r = this.canvas.getBoundingClientRect(), { area } = this;
    return [this.sx.from((event.clientX - r.left - area.x) / area.w), this.sy.from(1 - (event.clientY - r.top - area.y) / area.h)];
  }

  /** Whether a pointer event is inside the frame. */
  covers(event) {
    const r = this.canvas.getBoundingClientRect(), { area } = this, x = event.clientX - r.left - area.x, y = event.clientY - r.top - area.y;
    return x >= 0 && x <= area.w && y >= 0 && y <= area.h;
  }

  /** Grid, ticks, labels and frame; `grid` false where a landscape is below. */
  axes(grid = true) {
    axes(this, grid);
    return this;
  }

  /** What `draw` paints, as a picture while `key`, the size and the theme stay as they are. */
  keep(name, key, draw) { return keepPicture(this, name, key, draw); }

  clip(draw) {
    const { c, area } = this;
    c.save();
    c.beginPath();
    c.rect(area.x, area.y, area.w, area.h);
    c.clip();
    draw();
    c.restore();
    return this;
  }

  /** A curve through n points; xs and ys are functions of the index. */
  line(n, xs, ys, role, { dash = [], width = 1.8, alpha = 1 } = {}) {
    const { c, area } = this, left = area.x - 2 * width, right = area.x + area.w + 2 * width, top = area.y - 2 * width, bottom = area.y + area.h + 2 * width;
    return this.clip(() => {
      c.strokeStyle = this.color(role);
      c.lineWidth = width;
      c.globalAlpha = alpha;
      c.setLineDash(dash);
      c.beginPath();
      let x0 = NaN, y0 = NaN, pen = false;                     // the last point drawn; whether the pen stands on it
      for (let i = 0; i < n; i++) {
        const x = this.px(xs(i)), y = this.py(ys(i));
        if (pen && i < n - 1 && Math.abs(x - x0) + Math.abs(y - y0) < BLUR) continue;
        if (pen && x >= left && x <= right && y >= top && y <= bottom) c.lineTo(x, y);  // nearly all: nothing to cut
        else {
          const part = Number.isFinite(x0 + y0 + x + y) ? inside(area, 2 * width, x0, y0, x, y) : null;
          if (part) {
            if (!pen) c.moveTo(part[0], part[1]);
            c.lineTo(part[2], part[3]);
          }
          pen = !!part && part[2] === x && part[3] === y;
        }
        x0 = x;
        y0 = y;
      }
      c.stroke();
    });
  }

  /**
   * A path of which the reader stands at step `upto`, or on the way from one to the next: whole as a
   * ghost, firm up to there; with dots at its points where they are few, if asked. Other options are
   * those of `line`.
   */
  trail(n, upto, xs, ys, role, { dots = false, size = 5, ...look } = {}) {
    const at = Math.min(Math.floor(upto), n - 1), part = at < n - 1 ? upto - at : 0;
    const head = ({ to, from }, f) => part ? from(to(f(at)) + part * (to(f(at + 1)) - to(f(at)))) : f(at);
    const x = head(this.sx, xs), y = head(this.sy, ys);
    if (at < n - 1) this.line(n - at, k => xs(at + k), k => ys(at + k), role, { ...look, alpha: GHOST });
    this.line(at + (part ? 2 : 1), k => k > at ? x : xs(k), k => k > at ? y : ys(k), role, look);
    if (dots && at < 120) this.dots(at, k => xs(k + 1), k => ys(k + 1), role, 2);
    return this.mark(x, y, role, { size });
  }

  /** A mark at a data point in the frame, whole even on its edge: "dot", "ring", "star" or "down". */
  mark(x, y, role, { shape = "dot", size = 4 } = {}) {
    const { c, area } = this, px = this.px(x), py = this.py(y);
    if (!(px >= area.x - 1 && px <= area.x + area.w + 1 && py >= area.y - 1 && py <= area.y + area.h + 1)) return this;
    c.fillStyle = c.strokeStyle = this.color(role);
    c.lineWidth = 2;
    c.beginPath();
    if (shape === "star") {
      this.named.push({ x: px - 4, y: py, width: 8 });         // no name is put over it
      for (let k = 0; k < 10; k++) {
        const r = k % 2 ? size * 0.45 : size * 1.2, a = Math.PI * (k / 5 - 0.5);
        c.lineTo(px + r * Math.cos(a), py + r * Math.sin(a));
      }
    } else if (shape === "down") {
      c.moveTo(px - size, py - size); c.lineTo(px + size, py - size); c.lineTo(px, py + size);
    } else c.arc(px, py, size, 0, 7);
    if (shape === "ring") { c.fillStyle = this.color("paper"); c.fill(); c.stroke(); } else c.fill();
    return this;
  }

  /** Dots at n data points, as `line` takes them. */
  dots(n, xs, ys, role, size) {
    const { c, area } = this;
    c.fillStyle = this.color(role);
    c.beginPath();
    let x0 = NaN, y0 = NaN;                                    // the last dot
    for (let i = 0; i < n; i++) {
      const x = this.px(xs(i)), y = this.py(ys(i));
      if (Math.abs(x - x0) + Math.abs(y - y0) < BLUR) continue;
      if (!(x >= area.x - 1 && x <= area.x + area.w + 1 && y >= area.y - 1 && y <= area.y + area.h + 1)) continue;
      c.moveTo(x + size, y);
      c.arc(x, y, size, 0, 7);
      x0 = x;
      y0 = y;
    }
    c.fill();
    return this;
  }

  text(x, y, words, { role = "ink", align = "left", dx = 0, dy = 0 } = {}) {
    const { c } = this;
    c.fillStyle = this.color(role);
    c.textAlign = align;
    c.textBaseline = "middle";
    c.fillText(words, this.px(x) + dx, this.py(y) + dy);
    return this;
  }

  /** The width of a name in pixels. */
  wide(words) { return this.widths[words] ??= this.c.measureText(words).width; }

  /** A name beside a data point, in the color of what it names, clear of the names before it. */
  name(x, y, words, role, options) {
    if (!Number.isFinite(this.px(x) + this.py(y))) return this;
    const { c } = this, width = this.wide(words);
    const [px, py] = nameSpot(this, [this.px(x), this.py(y)], width, options);
    c.textAlign = "left";
    c.textBaseline = "middle";
    c.fillStyle = this.color("paper");                         // on paper of its own: legible on every ground
    c.globalAlpha = 0.75;
    c.fillRect(px - 2, py - 7, width + 4, 14);
    c.globalAlpha = 1;
    c.fillStyle = this.color(role);
    c.fillText(words, px, py);
    return this;
  }

  /** A name beside the middle of an arrow. */
  nameBetween([x0, y0], [x1, y1], words, role, options) { return this.name((x0 + x1) / 2, (y0 + y1) / 2, words, role, options); }

  /** The names of curves, each where it hides the least: [{ n, xs, ys, words, role }]. */
  names(curves) {
    const wide = curves.map(each => ({ ...each, width: this.wide(each.words) }));
    spots(this, wide).forEach(({ k, left, dy }, i) => {
      if (k >= 0) this.name(curves[i].xs(k), curves[i].ys(k), curves[i].words, curves[i].role, { left, dy });
    });
    return this;
  }

  arrow([x0, y0], [x1, y1], role, { dash = [], width = 2.2 } = {}) {
    const { c } = this, a = [this.px(x0), this.py(y0)], b = [this.px(x1), this.py(y1)];
    const length = Math.hypot(b[0] - a[0], b[1] - a[1]);
    if (!(length > 1)) return this;
    const u = [(b[0] - a[0]) / length, (b[1] - a[1]) / length], head = Math.min(10, length / 2);
    const base = [b[0] - head * u[0], b[1] - head * u[1]];
    c.strokeStyle = c.fillStyle = this.color(role);
    c.lineWidth = width;
    c.setLineDash(dash);
    c.beginPath();
    c.moveTo(...a);
    c.lineTo(...base);
    c.stroke();
    c.setLineDash([]);
    c.beginPath();
    c.moveTo(...b);
    c.lineTo(base[0] - 0.45 * head * u[1], base[1] + 0.45 * head * u[0]);
    c.lineTo(base[0] + 0.45 * head * u[1], base[1] - 0.45 * head * u[0]);
    c.fill();
    return this;
  }

  /** Fill the frame with colors by value: see `fillLevels`. */
  fill(key, roles, values) { return fillLevels(this, key, roles, values); }
}
