// The search: looks through the book's places (`search_index.js` calls it) for those that hold all the
// words, and links to the place itself, which `folds.js` opens and marks.
const bookSearch = ([pages, places]) => {
  const query = (new URLSearchParams(location.search).get("q") || "").trim();
  const box = document.querySelector("#search-results"), root = document.documentElement.dataset.content_root || "./";
  for (const field of document.querySelectorAll("input[name=q]")) field.value = query;
  if (!query) return;

  // A word is found where another begins with it, with or without hyphens: zigzag, zig-zags.
  const sought = query.split(/[^\p{L}\p{N}_.]+/u).filter(Boolean).map(word => word.replace(/(?<=\p{L}{3})(?:ies|es|s)$/u, ""));
  const pattern = word => [...word].map(c => c.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("[-‐‑’']?");
  const finds = sought.map(word => RegExp(`(?<![\\p{L}\\p{N}])${pattern(word)}`, "giu"));
  const count = (find, text) => Math.min(5, (text.match(find) || []).length);
  const hits = [];
  for (const [page, id, title, words, code] of places) {
    const all = `${words} ${code}`;
    const scores = finds.map(find => 20 * count(find, title) + count(find, all) + (count(find, pages[page][1]) && count(find, title + all)));
    if (!scores.length || !scores.every(Boolean)) continue;
    // What a reader sees of it are words, if they hold anything of what is sought; else the code that does.
    const text = !code || finds.some(find => count(find, title + words)) ? words : code;
    hits.push({ page, id, title, text, score: scores.reduce((a, b) => a + b) });
  }
  hits.sort((a, b) => b.score - a.score || a.page - b.page);

  const tag = (parent, name, text, attributes = {}) => {
    const node = parent.appendChild(document.createElement(name));
    node.textContent = text;
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    return node;
  };
  /** The words around the first hit, what is sought marked. */
  const excerpt = (parent, text) => {
    const any = RegExp(finds.map(find => find.source).join("|"), "giu");
    const first = Math.max(0, text.search(any)), from = first < 80 ? 0 : text.indexOf(" ", first - 80) + 1;
    const part = (from ? "… " : "") + text.slice(from, from + 220) + (text.length > from + 220 ? " …" : "");
    let end = 0;
    for (const match of part.matchAll(any)) {
      parent.append(part.slice(end, match.index));
      tag(parent, "mark", match[0]);
      end = match.index + match[0].length;
    }
    parent.append(part.slice(end));
  };

  box.replaceChildren();
  const shown = hits.slice(0, 50);
  tag(box, "p", hits.length ? `${hits.length} place${hits.length > 1 ? "s" : ""} with “${query}”` + (hits.length > 50 ? ", the first 50:" : ":")
    : `Nothing in the book has all of “${query}”. Try one of the words, or its beginning.`, { role: "status", class: "search-summary" });
  const list = tag(box, "ul", "", { class: "search" });
  for (const { page, id, title, text } of shown) {
    const [address, name] = pages[page], item = tag(list, "li", "");
    tag(item, "a", title, { href: `${root}${address}?find=${encodeURIComponent(sought[0])}#${id}` });
    if (title !== name.replace(/^[\d.]+ /, "")) tag(item, "span", ` in ${name}`);
    excerpt(tag(item, "p", "", { class: "context" }), text);
  }
};
