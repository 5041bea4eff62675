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

/** The goal's line under the figure's question: { text, reached() }. */
export function goal(fig, { text, reached }) {
  const line = tag(fig.root, "p", { class: "live-goal" }), sign = tag(line, "span", { "aria-hidden": "true" }, "◎");
  const words = tag(line, "span", {}, ""), key = fig.get("key");
  fig.stage.before(line);
  let won = reachedGoals()[key];
  const share = fig.button("Copy the link to it", () => fig.copy(location.href.split("#")[0] + won, "Link copied: it shows how you reached the goal."), undefined, line);
  const tell = () => {
    line.toggleAttribute("data-reached", !!won);
    share.hidden = !won;
    write(sign, won ? "★" : "◎");
    write(words, won ? `Reached: ${text}` : `Goal: ${text}`);
  };
  tell();
  fig.stops.push(() => {
    if (won || !fig.touched || !reached()) return;
    won = fig.hash();
    keepGoals({ ...reachedGoals(), [key]: won });
    tell();
    fig.say("You have reached the goal.");
  });
}
