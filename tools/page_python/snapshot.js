// The memory of a Python that has imported all it needs, to begin again with in half a second.
// Pyodide's own snapshot knows no extension modules: here each is put again where it was.

let tableStart;                                    // functions from here on are the extension modules'

function snapshot(M, heap) {
  const table = M.wasmTable, names = new Map(), extras = [];
  for (const [lib, { exports }] of Object.entries(M.LDSO.loadedLibsByName))
    for (const [name, f] of Object.entries(exports))
      if (typeof f === "function" && !names.has(f)) names.set(f, [lib, name]);
  const libs = M.placed.map(({ module, ...lib }) => lib);
  for (let i = tableStart; i < table.length; i++) {
    if (libs.some(lib => i >= lib.table && i < lib.table + lib.size)) continue;
    if (!names.has(table.get(i))) throw Error(`function ${i} is of unknown origin: no snapshot`);
    extras.push([i, ...names.get(table.get(i))]);
  }
  const got = Object.fromEntries(Object.entries(M.GOT).map(([name, entry]) => [name, entry.value]));
  return { heap, libs, extras, got, length: table.length, modules: M.placed.map(lib => lib.module) };
}

// Before Pyodide copies the heap in, since linking a module writes its data.
function restore(M, { heap, libs, extras, got, length, modules }) {
  M.growMemory(heap.byteLength - new Uint32Array(heap, 0, 2)[1]);   // which Pyodide's restore forgets
  M.places = Object.fromEntries(libs.map(lib => [lib.name, lib]));
  for (const [name, value] of Object.entries(got))
    (M.GOT[name] ??= new WebAssembly.Global({ value: "i32", mutable: true }, value)).value = value;
  M.wasmTable.grow(length - M.wasmTable.length);
  libs.forEach((lib, i) => {
    const flags = { nodelete: true, allowUndefined: true };
    const exports = M.loadWebAssemblyModule(modules[i], flags, lib.name, {});
    M.newDSO(lib.name, lib.handle, exports).global = false;
  });
  for (const [i, lib, name] of extras) M.wasmTable.set(i, M.LDSO.loadedLibsByName[lib].exports[name]);
  M.places = undefined;                            // modules that come later find their own place
}
