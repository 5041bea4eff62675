// The bar under an editor: its buttons, what is going on, and a run that can be stopped.

/**
 * `act` is the button's word and `acting` what goes on meanwhile; `again` begins again; `job` gives
 * what Python is asked, with its own `patience` in ms, and `tell` shows what came of it.
 */
function runner({ title, area, act, acting, again, job, tell, patience }) {
  const button = (text, onclick) => {
    const made = element("button", { type: "button", onclick }, text);
    made.setAttribute("aria-label", `${text}: ${title}`);
    return made;
  };
  const go = button(act, run), end = button("Stop", () => python.stop("Stopped.")), anew = button("Start again", again);
  const says = element("span", {}), far = element("progress", { max: 1, hidden: true });
  says.setAttribute("role", "status");
  far.setAttribute("aria-label", "How far it is");
  go.className = "answer-check";
  go.title = "Ctrl+Enter";
  end.hidden = true;
  const bar = element("div", { className: "answer-bar" }, go, end, anew, far, says);
  area.addEventListener("focus", () => { if (!navigator.connection?.saveData) python.start().catch(() => {}); });

  // A button that is disabled would lose the keyboard's focus.
  const busy = yes => { go.ariaDisabled = String(yes); };
  async function run() {
    if (go.ariaDisabled === "true") return;
    busy(true);
    const say = text => { if (says.textContent !== text) says.textContent = text; };   // heard once
    let doing = acting;
    say(`${doing} …`);
    let late = false, now = { says: "" };
    const draw = () => {                           // how far it is; without a number only that it goes on
      far.hidden = !now.says && !late;
      if (now.says) far.value = now.share; else far.removeAttribute("value");
    };
    const longer = setTimeout(() => { late = true; end.hidden = false; draw(); }, 1000);
    const long = setInterval(() => {
      if (!now.says) say(`${doing = `${acting}; without Numba it can take minutes`} …`);
    }, 10e3);
    const leave = python.follow(told => {
      now = told;
      draw();
      say(`${now.says || doing} …`);
    });
    try {
      await tell(await python.run(job(), patience));
    } catch (error) {
      says.textContent = error.stopped ? error.message : `Python cannot run in this page: ${error.message}.`;
    } finally {
      clearTimeout(longer);
      clearInterval(long);
      leave();
      if (document.activeElement === end) go.focus();
      end.hidden = far.hidden = true;
      busy(false);
    }
  }
  return { bar, button, says, anew, run };
}

/** Text that was printed, as outputs have it. */
const block = (name, text) => element("div", { className: `output ${name} highlight` }, element("pre", {}, text));
