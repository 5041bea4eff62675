// Every code cell can be changed and run. What that takes is loaded when a reader asks for it.
const blocks = [...document.querySelectorAll(".cell:not(.tag_exercise, .tag_check, .tag_solution) .cell_input pre")];
const EDITED = "cell:";

/** The name under which a block's code is kept: its page's, and its text's. */
function nameOf(pre) {
  let mark = 2166136261;                           // FNV-1a
  for (const letter of pre.textContent) mark = Math.imul(mark ^ letter.codePointAt(0), 16777619);
  return EDITED + location.pathname.split("/").pop() + ":" + (mark >>> 0).toString(36);
}

async function edit(pre) {
  await lazily(CELLS);
  return inPage.edit(pre, nameOf(pre), blocks.indexOf(pre) + 1);
}

Object.assign(inPage, { editor, runner, block, kept, above, sources, element });
slices(blocks, pre => {
  const button = element("button", { type: "button", className: "edit-code", onclick: async () => (await edit(pre)).focus() }, "Edit");
  pre.parentElement.append(button);
});
if (kept.text().includes(`"${EDITED}`)) for (const pre of blocks) if (kept.answer(nameOf(pre)) !== undefined) edit(pre);
