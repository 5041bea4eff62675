// What a reference points to, shown beside it: a term's meaning, a formula, a figure, how a section
// begins. On hover, focus and a tap in the text. The texts come from a script of the page that
// is referred to, loaded when they are first asked for: that works from disk, too.
const previews = (() => {
  "use strict";
  const root = new URL(document.documentElement.dataset.content_root || "./", location.href).href;
  const stored = {}, loads = {};
  const LINKS = "a.reference.internal[href*='#']";
  const DELAY = 250;                                // ms: a pointer that only passes by opens nothing

  /** The page's name in the book and the place in it, of a link. */
  const target = link => {
    const [address, place] = link.href.split("#");
    return { name: address.split("?")[0].slice(root.length), place: decodeURIComponent(place) };
  };
  const load = name => loads[name] ||= new Promise(done => {
    const script = document.createElement("script");
    script.src = `${root}_static/previews/${name.split("/").pop().replace(/\.html$/, "")}.js`;
    script.onload = script.onerror = done;
    document.head.append(script);
  });

  let box, link, timer;
  const close = () => {
    clearTimeout(timer);
    link?.removeAttribute("aria-describedby");
    link = null;
    box?.remove();
    box = null;
  };
  const place = () => {
    const at = link.getClientRects()[0], width = box.offsetWidth, height = box.offsetHeight;
    const below = at.bottom + 8, above = at.top - height - 8;
    box.style.left = `${Math.max(8, Math.min(at.left, document.documentElement.clientWidth - width - 8))}px`;
    box.style.top = `${below + height < innerHeight || above < 8 ? below : above}px`;
  };
  const open = async (from, tapped) => {
    const { name, place: id } = target(from), here = document.getElementById(id);
    clearTimeout(timer);
    // A figure of this page is there to be shown; a live one by the still that follows its name.
    const mine = from.href.split("#")[0] === location.href.split("#")[0] && here && id.startsWith("fig-");
    const still = mine && [...document.querySelectorAll(".live-still")].find(each => here.compareDocumentPosition(each) & 4);
    const source = mine && (here.matches("figure") ? here : still);
    if (source) globalThis.stills?.all(source);
    const drawn = source ? source.innerHTML : "";
    if (!drawn) await load(name);
    const html = drawn || stored[name]?.[id];
    if (!html && tapped) location.href = from.href;     // nothing to show: the tap goes there
    if (!html || link === from || !from.isConnected) return;
    close();
    link = from;
    box = Object.assign(document.createElement("div"), { className: "preview", id: "preview", innerHTML: html });
    box.setAttribute("role", "tooltip");
    for (const inner of box.querySelectorAll("a, [tabindex]")) { inner.removeAttribute("href"); inner.removeAttribute("tabindex"); }
    if (tapped) {
      const more = box.appendChild(document.createElement("p"));
      more.append(Object.assign(document.createElement("a"), { href: from.href, textContent: from.querySelector(".std-term") ? "In the glossary" : "Go there" }));
    }
    box.addEventListener("pointerenter", () => clearTimeout(timer));   // what is shown can be pointed at, too
    box.addEventListener("pointerleave", leave);
    document.querySelector(".bd-main, body").append(box);
    link.setAttribute("aria-describedby", box.id);
    place();
  };
  const leave = () => { clearTimeout(timer); timer = setTimeout(close, DELAY); };
  const found = event => event.target.closest?.(LINKS);

  document.addEventListener("pointerover", event => {
    const over = event.pointerType === "mouse" && found(event);
    if (!over) return;
    clearTimeout(timer);
    if (over !== link) timer = setTimeout(() => open(over), DELAY);
  });
  document.addEventListener("pointerout", event => { if (event.pointerType === "mouse" && found(event)) leave(); });
  document.addEventListener("focusin", event => { const at = found(event); if (at?.matches(":focus-visible")) open(at); });
  document.addEventListener("focusout", event => { if (found(event) === link) close(); });
  document.addEventListener("keydown", event => { if (event.key === "Escape") close(); });
  document.addEventListener("scroll", () => close(), { passive: true });
  // A tap has no hover: the first one shows what the second one goes to.
  let touched = false;
  document.addEventListener("pointerdown", event => {
    touched = event.pointerType === "touch";
    if (box && !box.contains(event.target) && found(event) !== link) close();
  });
  document.addEventListener("click", event => {
    const at = found(event);
    if (!touched || !at?.closest(".bd-article") || at === link) return;
    event.preventDefault();
    open(at, true);
  });

  return { store(name, texts) { stored[name] = texts; } };
})();
