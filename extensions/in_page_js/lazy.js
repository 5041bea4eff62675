// What few readers ask for comes when they do: scripts beside this one, each loaded once.
const OWN = new URL(".", document.currentScript.src).href, coming = {};
const lazily = file => coming[file] ??= new Promise((done, fail) => {
  const tag = element("script", { src: OWN + file, onload: done });
  tag.onerror = () => { delete coming[file]; fail(Error(`${file} cannot be loaded`)); };
  document.head.append(tag);
});
