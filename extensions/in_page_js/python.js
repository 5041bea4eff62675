// Python in the page: fetched when it is first asked for, run in a worker, begun again when it is stopped.
// What it is made of comes in scripts that call `inPage.part`, since a page from disk may fetch nothing.
const PATIENCE = 60e3;                             // ms; Python itself ends a loop before
const FULL = 3e8;                                  // bytes: memory is never given back, so begin anew
const LOADING = "Fetching Python (once, 9 MB)";
const HOME = new URL("../python/", document.currentScript.src).href;

const python = (() => {
  const parts = {}, listeners = new Set();
  let loading, worker, ready, queue = Promise.resolve(), saved = {}, end = () => {};
  let now = { says: "", share: 0 };

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

  const script = file => new Promise((done, fail) => {
    const tag = document.createElement("script");
    tag.src = HOME + file;
    tag.onload = () => { tag.remove(); done(); };
    tag.onerror = () => { tag.remove(); fail(Error(`${file} cannot be loaded`)); };
    document.head.append(tag);
  });

  async function loaded() {
    const packs = {}, waiting = [];
    let got = 0;
    const one = async file => { await script(file); tell(LOADING, 0.7 * ++got / waiting.length); };
    for (const [name, [mark, count]] of Object.entries(PACKS)) {
      parts[name] = [];
      for (let number = 0; number < count; number++) waiting.push(one(`${name}-${mark}-${number}.js`));
    }
    tell(LOADING, 0);
    await Promise.all(waiting);
    for (const name in PACKS) {
      packs[name] = new Uint8Array(await new Blob(parts[name]).arrayBuffer());
      delete parts[name];
    }
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
  const halt = () => { worker?.terminate(); worker = ready = undefined; };
  const again = () => { halt(); start().catch(() => {}); };

  async function ask(job) {
    await start();
    let timer;
    try {
      const data = await new Promise((done, fail) => {
        end = fail;
        timer = setTimeout(() => stop(`It had not ended after ${PATIENCE / 1e3} seconds, and was stopped.`), PATIENCE);
        worker.onerror = event => fail(Error(event.message));
        worker.onmessage = ({ data }) => done(data);
        worker.postMessage({ job });
      });
      if (data.failed) throw Error(`Your code broke Python itself, which begins again. (${data.failed.split("\n")[0]})`);
      if (data.heap > FULL) again();
      return data.told;
    } catch (error) {
      again();
      return { error: error.message, trace: "", html: "", printed: "" };
    } finally { clearTimeout(timer); }
  }

  /** What comes of a job (reader.py), which waits for the one before. */
  const run = job => {
    const told = queue.then(() => ask(job));
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
