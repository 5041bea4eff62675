// When a question is asked again: each is in a box, one further after a right answer, back in the
// first after a wrong one. A deck is { cards: { id: [box, due] }, day, fresh, chapters }: due in
// milliseconds, and how many new questions have been asked on that day.
const MINUTE = 6e4, DAY = 864e5;
/** How long a question rests in each box: the first is for those that were answered wrongly. */
const RESTS = [10 * MINUTE, DAY, 3 * DAY, 7 * DAY, 21 * DAY, 60 * DAY];
/** Somebody who comes each day comes not at the same minute. */
const SLACK = 8 * 60 * MINUTE;
/** New questions a day, unless more are asked for. */
const FRESH = 10;

/** The deck after an answer to a question. */
function answered(deck, id, right, now) {
  const [box] = deck.cards[id] ?? [0], next = right ? Math.min(box + 1, RESTS.length - 1) : 0;
  const rest = RESTS[next] - (next ? SLACK : 0), today = day(now);
  const fresh = (deck.day === today ? deck.fresh : 0) + (id in deck.cards ? 0 : 1);
  return { ...deck, cards: { ...deck.cards, [id]: [next, now + rest] }, day: today, fresh };
}

/** A day of the reader's calendar. */
const day = now => new Date(now).toDateString();

/** Of some ids: which are due, the longest waiting first; which are new, and how many of these today; when the next is due. */
function waiting(deck, ids, now, more = 0) {
  const old = ids.filter(id => id in deck.cards).sort((a, b) => deck.cards[a][1] - deck.cards[b][1]);
  const due = old.filter(id => deck.cards[id][1] <= now), fresh = ids.filter(id => !(id in deck.cards));
  const left = Math.max(0, FRESH + more - (deck.day === day(now) ? deck.fresh : 0));
  return { due, fresh, left: Math.min(left, fresh.length), next: old.length > due.length ? deck.cards[old[due.length]][1] : null };
}

/** A time that is left, in words. */
function until(ms) {
  const [size, unit] = ms < 90 * MINUTE ? [MINUTE, "minute"] : ms < 0.9 * DAY ? [60 * MINUTE, "hour"] : [DAY, "day"];
  const count = Math.max(1, Math.round(ms / size));
  return `in ${count} ${unit}${count === 1 ? "" : "s"}`;
}
