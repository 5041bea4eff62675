// Python in the page: fetched when it is first asked for, run in a worker, begun again when it is stopped.
// What it is made of comes in scripts that call `inPage.part`, since a page from disk may fetch nothing.
const PATIENCE = 60e3;                             // ms; Python itself ends a loop before
const LONG = 1500;                                 // ms after which a check may be one that never ends
const FULL = 3e8;                                  // bytes: memory is never given back, so begin anew
const LOADING = "Fetching Python (once, 9 MB)";
const HERE = document.currentScript.src, HOME = new URL("../python/", HERE).href;
const FIRST = ["engine", "wasm", "python", "library"];   // the other packs come when a cell asks for them
const WORDS = { plots: "matplotlib", figures: "the figures", data: "the pictures", loops: "compiled loops", studies: "kept trainings" };

const python = (() => {
  const parts = {}, listeners = new Set();
  let loading, worker, spare, ready, queue = Promise.resolve(), saved, end = () => {};
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

  /** The contents of some packs, promised one by one. */
  function fetched(names, says, share) {
    let got = 0, all = 0;
    const one = async file => { await load(HOME + file); tell(says, share * ++got / all); };
    tell(says, 0);
    return names.map(async name => {
      const [mark, count] = PACKS[name];
      parts[name] = [];
      all += count;
      await Promise.all(Array.from({ length: count }, (_, number) => one(`${name}-${mark}-${number}.js`)));
      const whole = new Uint8Array(await new Blob(parts[name]).arrayBuffer());
      delete parts[name];
      return whole;
    });
  }

  // A second core has time for it, where a worker's would have Python wait.
  const opened = packs => Promise.all(packs.map(async pack => inflated(await pack).arrayBuffer()));
  const inflated = (pack, type = "") => new Response(new Response(pack).body.pipeThrough(new DecompressionStream("gzip")), { headers: { "Content-Type": type } });
  async function compiled(pack) {
    try { return await WebAssembly.compileStreaming(inflated(pack, "application/wasm")); } catch (error) {
      throw Error(`WebAssembly is refused here (${error.message})`);
    }
  }

  /** What a worker is made of, promised: each part is ready as soon as it is there. */
  function loaded() {
    const [engine, wasm, ...packs] = fetched(FIRST, LOADING, 0.7);
    const url = engine.then(async pack => URL.createObjectURL(await inflated(pack, "text/javascript").blob()));
    const coming = { url, module: wasm.then(compiled), packs: opened(packs) };
    Promise.all(Object.values(coming)).catch(() => { loading = undefined; });
    return coming;
  }

  const SHARES = { "Starting Python": 0.75, "Loading NumPy": 0.85, "Loading the checks": 0.95 };
  /** A worker with Python in it; `quiet` tells nobody how far it is. */
  async function hired(quiet) {
    const { url, module, packs } = loading ??= loaded();
    const made = new Worker(await url);            // a classic one: Chromium makes no module worker from disk
    try {
      await new Promise((done, fail) => {
        made.onerror = event => fail(Error(event.message || "its worker cannot start"));
        made.onmessage = ({ data }) => {
          if (data.failed) fail(Error(data.failed));
          else if (data.stage) quiet || tell(data.stage, SHARES[data.stage]);
          else { saved ??= data.saved; done(); }
        };
        Promise.all([module, packs]).then(([module, packs]) => made.postMessage({ start: { module, packs, saved } })).catch(fail);
      });
    } catch (error) {
      made.terminate();
      throw error;
    }
    return made;
  }

  async function begun() {
    const stopped = new Promise((_, fail) => { end = fail; }), mine = spare ?? hired();
    spare = mine;                                  // where the start is stopped, the next one goes on with it
    worker = await Promise.race([mine, stopped]);
    spare = undefined;
    tell("", 1);
  }

  /** Begin, if it has not begun; ends when Python is there. */
  const start = () => ready ??= begun().catch(error => {
    halt();
    if (!error.stopped) saved = spare = undefined; // it may be the snapshot that does not fit
    throw error;
  });
  /** Have another worker ready, where this one may have to be ended; and send it away again. */
  const provide = () => { (spare ??= hired(true)).catch(() => {}); };
  const dismiss = () => {
    spare?.then(other => other.terminate(), () => {});
    spare = undefined;
  };
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
    const longer = job.check && setTimeout(provide, LONG);
    try {
      for (;;) {
        const packs = Object.keys(PACKS).filter(name => !FIRST.includes(name) && !given.has(name));
        const data = await sent({ job: { ...job, packs } }, patience);
        if (data.failed) throw Error(`Your code broke Python itself, which begins again. (${data.failed.split("\n")[0]})`);
        const wants = data.told.wants ?? [];
        if (!wants.length) {
          clearTimeout(longer);
          dismiss();
          if (data.heap > FULL) again();
          return data.told;
        }
        const missing = wants.filter(name => !more[name]);
        if (missing.length) {
          const stopped = new Promise((_, fail) => { end = fail; }), says = `Fetching ${missing.map(name => WORDS[name]).join(" and ")} (once)`;
          const packs = await Promise.race([opened(fetched(missing, says, 1)), stopped]);
          missing.forEach((name, i) => { more[name] = packs[i]; });
        }
        tell("", 1);
        await sent({ packs: wants.map(name => more[name]) }, patience);
        for (const name of wants) given.add(name);
      }
    } catch (error) {
      again();
      return { error: error.message, trace: "", html: "", printed: "", outputs: [] };
    } finally {
      clearTimeout(longer);
      tell("", 1);
    }
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
