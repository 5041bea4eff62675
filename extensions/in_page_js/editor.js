// An editor: a textarea (with its undo, phone keyboards, screen readers, and Tab that leaves it) over
// its own coloured text, in the few classes of Pygments that short answers need.
const KINDS = {
  c1: /#.*/,
  s2: /"""[^]*?(?:"""|$)|'''[^]*?(?:'''|$)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?/,
  k: /\b(?:def|return|for|while|if|elif|else|lambda|import|from|as|try|except|finally|with|yield|pass|break|continue|raise|class|global|nonlocal|assert|del)\b/,
  ow: /\b(?:in|is|not|and|or)\b/,
  kc: /\b(?:None|True|False)\b/,
  mf: /\b\d[\d_]*\.?[\d_]*(?:e[+-]?\d+)?\b|\.\d+(?:e[+-]?\d+)?\b/,
  o: /[-+*/%@=<>!&|^~.]+/,
};
const TOKENS = new RegExp(Object.values(KINDS).map(kind => `(${kind.source})`).join("|"), "g");
const CLASSES = Object.keys(KINDS);
const INDENT = 4;

/** Code as HTML. */
function colored(code) {
  const safe = text => text.replace(/[&<]/g, sign => ({ "&": "&amp;", "<": "&lt;" })[sign]);
  let html = "", at = 0;
  for (const found of code.matchAll(TOKENS)) {
    const kind = CLASSES[found.slice(1).findIndex(group => group !== undefined)];
    html += `${safe(code.slice(at, found.index))}<span class="${kind}">${safe(found[0])}</span>`;
    at = found.index + found[0].length;
  }
  return html + safe(code.slice(at)) + "\n";
}

/** What Enter adds after this text: the line's own indentation, and one step more after a colon. */
function indented(before) {
  const line = before.slice(before.lastIndexOf("\n") + 1), own = /^ */.exec(line)[0];
  return "\n" + own + (/:\s*(#.*)?$/.test(line) ? " ".repeat(INDENT) : "");
}

/** An editor that holds `code`; `submit` is called by Ctrl+Enter, Cmd+Enter and Shift+Enter. */
function editor(code, label, submit) {
  const box = document.createElement("div"), shown = document.createElement("div"), area = document.createElement("textarea");
  box.className = "answer highlight";
  shown.className = "answer-shown";
  shown.setAttribute("aria-hidden", "true");
  Object.assign(area, { value: code, spellcheck: false, autocomplete: "off", autocapitalize: "off", wrap: "off", rows: 1 });
  area.setAttribute("autocorrect", "off");
  area.setAttribute("aria-label", label);
  box.append(shown, area);
  const update = () => { shown.innerHTML = colored(area.value); };
  // setRangeText would lose the undo.
  const insert = text => {
    if (text ? document.execCommand("insertText", false, text) : document.execCommand("delete")) return;
    area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input"));
  };
  area.addEventListener("input", update);
  area.addEventListener("keydown", event => {
    const { selectionStart: start, selectionEnd: stop } = area, before = area.value.slice(0, start);
    if (event.isComposing) return;
    if (event.key === "Enter") {
      event.preventDefault();
      if (event.ctrlKey || event.metaKey || event.shiftKey) submit();
      else insert(indented(before));
    } else if (event.key === "Backspace" && start === stop && /(^|\n) +$/.test(before)) {
      event.preventDefault();                      // back to the step of indentation before
      const spaces = /[^\n]*$/.exec(before)[0].length;
      area.setSelectionRange(start - ((spaces - 1) % INDENT + 1), start);
      insert("");
    }
  });
  update();
  return {
    box, area,
    /** Put other code in its place, which undo takes back. */
    set(text) { area.focus(); area.select(); insert(text); },
  };
}
