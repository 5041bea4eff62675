// Numbers for readers: the ticks of an axis, and a number in words of at most a few digits.

/** About n round numbers from lo to hi. */
export function ticks(lo, hi, n = 5) {
  const raw = (hi - lo) / n, power = 10 ** Math.floor(Math.log10(raw)), lead = raw / power;
  const step = power * (lead < 1.5 ? 1 : lead < 3.5 ? 2 : lead < 7.5 ? 5 : 10);
  const out = [];
  for (let k = Math.ceil(lo / step - 1e-9); k * step <= hi + 1e-9 * step; k++) out.push(k * step);
  return out;
}

/** Powers of ten from lo to hi, at most about n of them; with 2 and 5 between where there is room. */
export function logTicks(lo, hi, n = 5) {
  const a = Math.ceil(Math.log10(lo) - 1e-9), b = Math.floor(Math.log10(hi) + 1e-9), out = [];
  for (const between of [[1, 2, 5], [1, 3]]) {
    const fine = [];
    for (let k = a - 1; k <= b; k++) for (const m of between) fine.push(m * 10 ** k);
    const inside = fine.filter(x => x >= lo * (1 - 1e-9) && x <= hi * (1 + 1e-9));
    if (inside.length <= n + 1) return inside;
  }
  const every = Math.max(1, Math.ceil((b - a + 1) / n));
  for (let k = a; k <= b; k++) if (k % every === 0) out.push(10 ** k);
  return out;
}

/** A number as a reader writes it: at most `digits` significant digits, a real minus sign. */
export function show(x, digits = 4) {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? "–" : x > 0 ? "∞" : "−∞";
  const size = Math.abs(x);
  if (size !== 0 && (size < 1e-3 || size >= 1e5)) {
    const [lead, power] = x.toExponential(Math.min(digits - 1, 2)).split("e");
    const exponent = [...String(+power)].map(c => c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[c]).join("");
    return (+lead === 1 ? "" : +lead === -1 ? "−" : lead.replace(/\.?0+$/, "").replace("-", "−") + "·") + "10" + exponent;
  }
  return String(+x.toPrecision(digits)).replace("-", "−");
}
