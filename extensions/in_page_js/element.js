/** An element with properties, and what is in it. */
function element(name, properties = {}, ...inside) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...inside);
  return made;
}

const button = (text, onclick) => element("button", { type: "button", onclick }, text);
