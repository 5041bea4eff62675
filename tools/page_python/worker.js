// The page's Python in its worker. It is asked to start, with the packs or with a snapshot, then to
// run jobs (`page_reader.py`, `page_cells.py`), and tells how far it is. It asks nobody else for anything.
/* global loadPyodide, createPyodideModule, LOCK_INFO, snapshot, restore, tableStart: writable */

// A pack is [length of the list, u32][the list, JSON {name: size}][contents].
const unpacked = buffer => {
  const bytes = new Uint8Array(buffer);
  let at = 4 + new DataView(buffer).getUint32(0, true);
  const list = JSON.parse(new TextDecoder().decode(bytes.subarray(4, at)));
  return Object.entries(list).map(([name, size]) => [name, bytes.subarray(at, at += size)]);
};

const HOME = "/home/reader";
let py, site;

/** Put files where Python looks for them, or where a chapter does. */
function put(FS, files) {
  const made = new Set(), places = { site, home: HOME };
  for (const [name, bytes] of files) {
    const at = name.indexOf("/"), place = places[name.slice(0, at)];
    if (!place) continue;
    const path = place + name.slice(at), folder = path.slice(0, path.lastIndexOf("/"));
    if (!made.has(folder)) FS.mkdirTree(folder);
    made.add(folder);
    FS.writeFile(path, bytes, { canOwn: true });
  }
}

async function start({ module, packs, saved }) {
  const content = new Map(packs.flatMap(unpacked)), compiled = new Map();
  // NumPy's modules are compiled beside the start of Python, which asks for them later.
  const compiling = saved ? [] : [...content].filter(([name]) => name.endsWith(".so")).map(async ([name, bytes]) => {
    compiled.set(name, await WebAssembly.compile(bytes));
  });
  WebAssembly.instantiateStreaming = async (_, imports) => {
    try { return { module, instance: await WebAssembly.instantiate(module, imports) }; } catch (error) {
      postMessage({ failed: error.message });      // Pyodide only warns, and waits for ever
      throw error;
    }
  };
  self.fetch = async url => {                      // Pyodide asks for two files: the module is here
    const name = String(url).split("/").pop();
    if (name === "pyodide.asm.wasm") return;
    const found = content.get(name);
    if (!found) throw TypeError("the page's Python has no network");
    return new Response(found);
  };
  const installed = async (FS, { sitePackages }) => {
    site = sitePackages;
    put(FS, content);
  };
  postMessage({ stage: "Starting Python" });
  py = await loadPyodide({
    indexURL: "mem:/",
    lockFileContents: { info: LOCK_INFO, packages: {} },
    env: { HOME, MOMENTUMLIB_DATA: HOME, MPLBACKEND: "module://momentumlib.drawing", MPLCONFIGDIR: HOME },
    stdin: () => { throw Error("nobody answers here"); },
    fsInit: installed,
    _makeSnapshot: true,
    _loadSnapshot: saved && new Uint8Array(saved.heap),
    createPyodideModule: async settings => {
      const M = await createPyodideModule(settings);
      tableStart = M.wasmTable.length;
      M.compiled = lib => compiled.get(`site${lib.slice(site.length)}`);
      if (saved) restore(M, saved);
      return M;
    },
  });
  let taken;
  if (!saved) {
    postMessage({ stage: "Loading NumPy" });
    await Promise.all(compiling);
    py.pyimport("numpy").destroy();
    postMessage({ stage: "Loading the checks" });
    py.runPython("import page_reader; page_reader.begin()");
    try { taken = snapshot(py._module, py.makeMemorySnapshot().buffer); } catch (error) {
      console.warn(error.message);                 // to begin again takes longer then
    }
  }
  py.setInterruptBuffer(alarm);
  postMessage({ ready: true, saved: taken }, taken ? [taken.heap] : []);
}

// An alarm without shared memory: Python looks into this "buffer" now and then, and finds the signal
// of interrupt in it once the time is over; then again, since a bare `except:` may swallow one.
const AGAIN = 200, SIGINT = 2;
let deadline = Infinity;
self.ringAfter = seconds => { deadline = performance.now() + 1000 * (seconds ?? Infinity); };
const alarm = {
  get 0() {
    if (performance.now() < deadline) return 0;
    deadline = performance.now() + AGAIN;
    return SIGINT;
  },
  set 0(_) { /* Python has seen it */ },
};

// Loops that were compiled for pages, in a memory of their own beside Python's: arrays, given as
// [place, bytes, whether they are written], are copied there and, where they are written, back.
self.loops = code => {
  const module = new WebAssembly.Module(code), memory = new WebAssembly.Memory({ initial: 64 }), env = { memory };
  for (const { name, kind } of WebAssembly.Module.imports(module)) if (kind === "function") env[name] = name === "fmod" ? (x, y) => x % y : Math[name];
  const { exports } = new WebAssembly.Instance(module, { env });
  return (name, given) => {
    const arrays = [];
    let top = exports.heap.value;
    const values = given.map(one => {
      if (typeof one === "number") return one;
      arrays.push([top, ...one]);
      const at = top;
      top = (at + one[1] + 15) & ~15;
      return at;
    });
    const more = top - memory.buffer.byteLength;
    if (more > 0) memory.grow(Math.ceil(more / 65536));
    const own = new Uint8Array(memory.buffer), theirs = py._module.HEAPU8;
    for (const [at, from, size] of arrays) own.set(theirs.subarray(from, from + size), at);
    exports[name](...values);
    for (const [at, from, size, written] of arrays) if (written) theirs.set(own.subarray(at, at + size), from);
  };
};

self.tell = (stage, share) => postMessage({ stage, share });

onmessage = async ({ data }) => {
  try {
    if (data.start) return await start(data.start);
    if (data.packs) {
      for (const pack of data.packs) put(py.FS, unpacked(pack));
      return postMessage({ put: true });
    }
    const told = py.pyimport(data.job.cell === undefined ? "page_reader" : "page_cells").told(JSON.stringify(data.job));
    postMessage({ told: JSON.parse(told), heap: py._module.HEAP8.length });
  } catch (error) {
    postMessage({ failed: String(error?.message ?? error).slice(0, 2000) });
  }
};
