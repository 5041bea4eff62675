// A goal of a figure: what a reader may try to reach, recognized when it is reached, kept in this
// browser alone and shared as a link to the state that reached it.

import { tag, write } from "./frame.js";

const ITEM = "momentum-book.goals";
const kept = () => { try { return JSON.parse(localStorage.getItem(ITEM)) || {}; } catch { return {}; } };
const keep = all => { try { localStorage.setItem(ITEM, JSON.stringify(all)); } catch { /* refused: it is known while the page is open */ } };

/** The goal's line under the figure's question: { text, reached() }. */
export function goal(fig, { text, reached }) {
  const line = tag(fig.root, "p", { class: "live-goal" }), sign = tag(line, "span", { "aria-hidden": "true" }, "◎");
  const words = tag(line, "span", {}, ""), key = fig.get("key");
  fig.stage.before(line);
  let won = kept()[key];
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
    keep({ ...kept(), [key]: won });
    tell();
    fig.say("You have reached the goal.");
  });
}
