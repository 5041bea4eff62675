// node compile.mjs CORE PACK OUT MODULE ...
// Starts the Pyodide in CORE with the files of PACK, imports the modules, and writes the byte code
// of all that they loaded to OUT: {name in the pack: base64}.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

const [core, pack, out, ...modules] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(join(core, "pyodide.mjs")));
const bytes = readFileSync(pack), start = 4 + bytes.readUInt32LE(0);
const files = [];
let at = start;
for (const [name, size] of Object.entries(JSON.parse(bytes.subarray(4, start))))
  files.push([name, new Uint8Array(bytes.subarray(at, at += size))]);
const library = `${pack}.zip`;
writeFileSync(library, files.find(([name]) => name === "python_stdlib.zip")[1]);

const COMPILED = `
import base64, importlib._bootstrap_external as loader, json, sys
made = {}
for module in list(sys.modules.values()):
    spec = getattr(module, "__spec__", None)
    origin = getattr(module, "__file__", None) or getattr(spec, "origin", None) or ""
    for place, root in roots.items():
        if origin.startswith(root) and origin.endswith(".py") and hasattr(spec.loader, "get_data"):
            code = compile(spec.loader.get_data(origin), origin, "exec", dont_inherit=True, optimize=0)
            data = loader._code_to_hash_pyc(code, bytes(8), False)
            made[place + origin[len(root):]] = base64.b64encode(data).decode()
json.dumps(made)`;

try {
  let site;
  const py = await loadPyodide({
    indexURL: core + "/", stdLibURL: library,
    fsInit: async (FS, { sitePackages }) => {
      site = sitePackages + "/";
      for (const [name, content] of files) {
        if (!name.startsWith("site/")) continue;
        FS.mkdirTree(dirname(site + name.slice(5)));
        FS.writeFile(site + name.slice(5), content);
      }
    },
  });
  for (const name of modules) py.runPython(`import ${name}`);
  const roots = py.toPy({ "stdlib/": "/lib/python314.zip/", "site/": site });
  writeFileSync(out, py.runPython(COMPILED, { globals: py.toPy({ roots }) }));
} catch (error) {                                  // node would print all of Pyodide with it
  console.error(String(error.message ?? error).trim().split("\n").slice(-8).join("\n"));
  process.exit(1);
}
