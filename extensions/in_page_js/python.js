// Python in the page: fetched when it is first asked for, run in a worker, begun again when it is stopped.
// What it is made of comes in scripts that call `inPage.part`, since a page from disk may fetch nothing.
const PATIENCE = 60e3;                             // ms; Python itself ends a loop before
const FULL = 3e8;                                  // bytes: memory is never given back, so begin anew
const LOADING = "Fetching Python (once, 9 MB)";
const HERE = document.currentScript.src, HOME = new URL("../python/", HERE).href;
const FIRST = ["engine", "wasm", "python", "library"];   // the other packs come when a cell asks for them
const WORDS = { plots: "matplotlib", figures: "the figures", data: "the pictures" };

const python = (() => {
  const parts = {}, listeners = new Set();
  let loading, worker, ready, queue = Promise.resolve(), saved = {}, end = () => {};
  let now = { says: "", share: 0 };
  const more = {}, given = new Set();              // the other packs: those that are here, and those that the worker has

  const tell = (says, share) => {
    now = { says, share };
    for (const listener of listeners) listener(now);
  };

  const decoded = text => {
    if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
    const letters = atob(text), bytes = new Uint8Array(letters.length);
    for (let i = 0; i < letters.length; i++) bytes[i] = letters.charCodeAt(i);
    return bytes;
  };
  const part = (name, number, text) => { parts[name][number] = decoded(text); };

  /** The content of some packs by their names. */
  async function fetched(names, says, share) {
    const packs = {}, waiting = [];
    let got = 0;
    const one = async file => { await load(HOME + file); tell(says, share * ++got / waiting.length); };
    for (const name of names) {
      const [mark, count] = PACKS[name];
      parts[name] = [];
      for (let number = 0; number < count; number++) waiting.push(one(`${name}-${mark}-${number}.js`));
    }
    tell(says, 0);
    await Promise.all(waiting);
    for (const name of names) {
      packs[name] = new Uint8Array(await new Blob(parts[name]).arrayBuffer());
      delete parts[name];
    }
    return packs;
  }

  async function loaded() {
    const packs = await fetched(FIRST, LOADING, 0.7);
    const engine = new Response(packs.engine).body.pipeThrough(new DecompressionStream("gzip"));
    const url = URL.createObjectURL(new Blob([await new Response(engine).blob()], { type: "text/javascript" }));
    return { url, wasm: packs.wasm, packs: [packs.python, packs.library] };
  }

  const SHARES = { "Starting Python": 0.75, "Loading NumPy": 0.85, "Loading the checks": 0.95 };
  async function begun() {
    loading ??= loaded().catch(error => { loading = undefined; throw error; });
    const stopped = new Promise((_, fail) => { end = fail; });
    const { url, wasm, packs } = await Promise.race([loading, stopped]);
    await new Promise((done, fail) => {
      end = fail;
      worker = new Worker(url);                    // a classic one: Chromium makes no module worker from disk
      worker.onerror = event => fail(Error(event.message || "its worker cannot start"));
      worker.onmessage = ({ data }) => {
        if (data.failed) fail(Error(data.failed));
        else if (data.stage) tell(data.stage, SHARES[data.stage]);
        else {
          saved = { module: data.module ?? saved.module, saved: data.saved ?? saved.saved };
          done();
        }
      };
      worker.postMessage({ start: { packs, ...(saved.saved ? saved : { wasm }) } });
    });
    tell("", 1);
  }

  /** Begin, if it has not begun; ends when Python is there. */
  const start = () => ready ??= begun().catch(error => {
    halt();
    if (!error.stopped) saved = {};                // it may be the snapshot that does not fit
    throw error;
  });
  const halt = () => { worker?.terminate(); worker = ready = undefined; given.clear(); };
  const again = () => { halt(); start().catch(() => {}); };

  /** Send the worker a message; what it answers. */
  async function sent(message, patience) {
    let timer;
    try {
      return await new Promise((done, fail) => {
        end = fail;
        timer = setTimeout(() => stop(`It had not ended after ${patience / 1e3} seconds, and was stopped.`), patience);
        worker.onerror = event => fail(Error(event.message));
        worker.onmessage = ({ data }) => data.stage ? tell(data.stage, data.share) : done(data);
        worker.postMessage(message);
      });
    } finally { clearTimeout(timer); }
  }

  async function ask(job, patience) {
    await start();
    try {
      for (;;) {
        const packs = Object.keys(PACKS).filter(name => !FIRST.includes(name) && !given.has(name));
        const data = await sent({ job: { ...job, packs } }, patience);
        if (data.failed) throw Error(`Your code broke Python itself, which begins again. (${data.failed.split("\n")[0]})`);
        const wants = data.told.wants ?? [];
        if (!wants.length) {
          if (data.heap > FULL) again();
          return data.told;
        }
        const missing = wants.filter(name => !more[name]);
        if (missing.length) Object.assign(more, await Promise.race([
          fetched(missing, `Fetching ${missing.map(name => WORDS[name]).join(" and ")} (once)`, 1),
          new Promise((_, fail) => { end = fail; }),
        ]));
        tell("", 1);
        await sent({ packs: wants.map(name => more[name]) }, patience);
        for (const name of wants) given.add(name);
      }
    } catch (error) {
      again();
      return { error: error.message, trace: "", html: "", printed: "", outputs: [] };
    } finally { tell("", 1); }
  }

  /** What comes of a job (page_reader.py), which waits for the one before. */
  const run = (job, patience = PATIENCE) => {
    const told = queue.then(() => ask(job, patience));
    queue = told.catch(() => {});
    return told;
  };
  /** End what runs, or begins, with a sentence. */
  const stop = says => end(Object.assign(Error(says), { stopped: true }));

  /** Have `listener` told of how far the start is, until the function that this gives is called. */
  const follow = listener => {
    listeners.add(listener);
    if (now.says) listener(now);
    return () => listeners.delete(listener);
  };
  return { part, start, run, stop, follow };
})();

globalThis.inPage = { part: python.part, run: python.run };
