// A button beside each program, which copies it.
(() => {
  "use strict";
  const PROMPT = ">>> ", LASTS = 2000;              // ms: how long it says that it has copied
  const sign = path => `<svg viewBox="0 0 24 24" fill="none" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${path}</svg>`;
  const COPY = sign('<rect x="8" y="8" width="12" height="12" rx="2"/><path d="M16 8v-2a2 2 0 0 0 -2 -2h-8a2 2 0 0 0 -2 2v8a2 2 0 0 0 2 2h2"/>');
  const DONE = sign('<path d="M5 12l5 5l10 -10"/>');

  /** A program as somebody would type it: of a session what stands behind the prompts. */
  const typed = text => {
    const lines = text.split("\n"), asked = lines.filter(line => line.startsWith(PROMPT) || !line.trim());
    const own = lines.some(line => line.startsWith(PROMPT)) ? asked.map(line => line.replace(PROMPT, "")) : lines;
    return own.join("\n").replace(/\n$/, "");
  };
  const write = async text => {
    try { await navigator.clipboard.writeText(text); return true; } catch { /* an older way, then */ }
    const area = Object.assign(document.createElement("textarea"), { value: text, style: "position: fixed; opacity: 0" });
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  };
  const show = (button, words, picture, done) => {
    button.setAttribute("aria-label", words);
    button.dataset.tip = words;
    button.classList.toggle("copied", done);
    if (button.innerHTML !== picture) button.innerHTML = picture;
  };

  const model = Object.assign(document.createElement("button"), { type: "button", className: "copy-code" });
  show(model, "Copy", COPY, false);
  const press = async ({ currentTarget: button }) => {
    const done = await write(typed(button.parentElement.querySelector("pre").textContent));
    button.focus();
    show(button, done ? "Copied!" : "Failed to copy", done ? DONE : COPY, done);
    setTimeout(() => show(button, "Copy", COPY, false), LASTS);
  };
  slices(document.querySelectorAll("div.highlight pre"), pre => {
    const button = model.cloneNode(true);
    button.addEventListener("click", press);
    pre.after(button);
  });
})();
