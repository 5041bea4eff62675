// What few readers ask for comes when they do: scripts beside this one, each loaded once.
const OWN = new URL(".", document.currentScript.src).href, coming = {};

const load = address => new Promise((done, fail) => {
  const tag = element("script", { src: address });
  tag.onload = () => { tag.remove(); done(); };
  tag.onerror = () => { tag.remove(); fail(Error(`${address.split("/").pop()} cannot be loaded`)); };
  document.head.append(tag);
});
const lazily = file => coming[file] ??= load(OWN + file).catch(error => { delete coming[file]; throw error; });
