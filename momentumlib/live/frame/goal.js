// A goal of a figure: what a reader may try to reach, recognized when it is reached, kept in this
// browser alone and shared as a link to the state that reached it.

import { tag, write } from "./frame.js";

const ITEM = "momentum-book.goals";
const reachedGoals = () => { try { return JSON.parse(localStorage.getItem(ITEM)) || {}; } catch { return {}; } };
const keepGoals = all => { try { localStorage.setItem(ITEM, JSON.stringify(all)); } catch { /* refused: it is known while the page is open */ } };

/** Whether a condition of goals.py holds: "J2 < 0.001", or "only gamma" moved since the beginning. */
export function holds(condition, measures, opened, now) {
  const [name, sign, value, ...more] = condition.split(" ");
  if (name === "only") return Object.keys(opened).every(n => n === "step" || [sign, value, ...more].includes(n) || JSON.stringify(opened[n]) === JSON.stringify(now(n)));
  const x = name in measures ? measures[name] : now(name);
  return { "<": x < +value, "<=": x <= +value, ">": x > +value, ">=": x >= +value }[sign];
}

/**
 * The goal's line under the figure's question: { text, reached() }. With score(), the number of
 * steps that it took this time, Infinity for none, the fewest are kept and shared too.
 */
export function goal(fig, { text, reached, score }) {
  const line = tag(fig.root, "p", { class: "live-goal" }), sign = tag(line, "span", { "aria-hidden": "true" }, "◎");
  const words = tag(line, "span", {}, ""), key = fig.get("key"), scored = `${key} best`;
  fig.stage.before(line);
  let won = reachedGoals()[key], best = reachedGoals()[scored];
  const address = hash => location.href.split("#")[0] + hash;
  const share = fig.button("Share", () => {
    const text = best ? `${best[0]} steps. Can you do it in fewer?` : "", url = address(best ? best[1] : won);
    // A phone has a sheet of its own for this; who closes it wants nothing more.
    if (navigator.share && matchMedia("(pointer: coarse)").matches) return navigator.share({ text, url }).catch(() => {});
    return fig.copy(`${text} ${url}`.trim(), best ? "Your score and its link are copied." : "Link copied: it shows how you reached the goal.");
  }, `Share ${score ? "your score" : "how you reached it"}: copies a link`, line);
  const tell = () => {
    line.toggleAttribute("data-reached", !!won);
    share.style.visibility = won || best ? "" : "hidden";      // it has its room from the beginning: nothing moves
    write(sign, won ? "★" : "◎");
    write(words, `${won ? "Reached" : "Goal"}: ${text}${best ? ` Your best: ${best[0]} steps.` : ""}`);
  };
  tell();
  fig.stops.push(() => {
    if (!fig.touched) return;
    const steps = score?.() ?? Infinity, better = steps < (best?.[0] ?? Infinity), first = !won && reached();
    if (!better && !first) return;
    if (better) best = [steps, fig.hash()];
    if (first) won = fig.hash();
    keepGoals({ ...reachedGoals(), ...(best && { [scored]: best }), ...(won && { [key]: won }) });
    tell();
    fig.say(first ? "You have reached the goal." : `Your best so far: ${steps} steps.`);
  });
}
