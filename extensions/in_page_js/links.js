// A link that carries an answer: #answer:exercise:code, the code deflated. Opening it shows the code in
// the editor, after a question where something else stands there already. It never runs by itself.
const MOST = 20000;                                // characters of an answer

async function through(stream, bytes) {
  const all = new Blob([bytes]).stream().pipeThrough(stream), parts = [];
  let size = 0;
  for (const reader = all.getReader(); ;) {
    const { done, value } = await reader.read();
    if (done) return new Uint8Array(await new Blob(parts).arrayBuffer());
    parts.push(value);
    if ((size += value.length) > 4 * MOST) throw Error("too long");
  }
}
async function packed(text) {
  const bytes = await through(new CompressionStream("deflate-raw"), new TextEncoder().encode(text));
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
async function unpacked(text) {
  const bytes = Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), letter => letter.charCodeAt(0));
  return new TextDecoder("utf-8", { fatal: true }).decode(await through(new DecompressionStream("deflate-raw"), bytes));
}

/** Put the link of an answer into the address line and, where it is allowed, on the clipboard. */
async function link({ id, edit, says }) {
  if (edit.area.value.length > MOST) { says.textContent = "This answer is too long for a link."; return; }
  const hash = `#answer:${id}:${await packed(edit.area.value)}`;
  history.replaceState(null, "", hash);
  let copied = true;
  try { await navigator.clipboard.writeText(location.href); } catch { copied = false; }
  says.textContent = `The link${copied ? " is copied, and" : ""} stands in the address line.`;
}

/** Show the answer that the address carries. */
async function arrive(exercises) {
  const [, id, code] = /^#answer:([\w-]+):([\w-]+)$/.exec(location.hash) ?? [], own = exercises.get(id);
  if (!own) return;
  const { edit, stub, says } = own;
  edit.box.parentElement.querySelector(".answer-asks")?.remove();
  edit.box.scrollIntoView({ block: "center" });
  let text;
  try { text = await unpacked(code); } catch {
    says.textContent = "This link's answer is damaged.";
    return;
  }
  const came = "This answer came with the link. It has not run: read it, then press Check.";
  const now = edit.area.value;
  if (now === text) return;
  const put = () => { edit.set(text); says.textContent = came; };
  if (now === stub) return put();
  const ask = element("div", { className: "answer-bar answer-asks" }), asked = element("span", {}, "The link brings another answer than yours.");
  const button = (words, act) => element("button", { type: "button", onclick: () => { ask.remove(); act(); } }, words);
  asked.setAttribute("role", "status");
  ask.append(asked, button("Put it in place of mine", put), button("Keep mine", () => { edit.area.focus(); says.textContent = "Yours stays."; }));
  edit.box.before(ask);
  ask.querySelector("button").focus();
}

Object.assign(globalThis.inPage, { link, arrive });
