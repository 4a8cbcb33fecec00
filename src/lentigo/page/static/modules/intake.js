// The ways in: drop, paste, choose, and the drawn examples. Out: files.

import { find, make } from "./dom.js";
import { capital } from "./text.js";

const EXAMPLES = new URL("../examples/", import.meta.url);

/** Wire every way in. @param onFiles told arrays of `{file, example}`. */
export function openIntake(onFiles) {
  const give = (files) => {
    if (files.length) onFiles(files.map((file) => ({ file })));
  };
  wireChoice(give);
  wireDrop(give);
  wirePaste(give);
  showExamples(onFiles);
}

function wireChoice(give) {
  const input = find("#files");
  find("#choose").addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    give([...input.files]);
    input.value = ""; // the same file may be chosen again
  });
}

/** The whole window takes a drop, so that none is missed and the browser leaves the page to open it. */
function wireDrop(give) {
  const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
  let depth = 0;
  const light = (change) => {
    depth = Math.max(0, depth + change);
    document.body.classList.toggle("dragging", depth > 0);
  };
  addEventListener("dragenter", (event) => hasFiles(event) && light(1));
  addEventListener("dragleave", (event) => hasFiles(event) && light(-1));
  addEventListener("dragover", (event) => hasFiles(event) && event.preventDefault());
  addEventListener("drop", async (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    light(-depth);
    give(await filesOf(event.dataTransfer));
  });
}

/** Files that were dropped; a folder gives the files in it. */
async function filesOf(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.some((entry) => entry.isDirectory)) return [...transfer.files];
  return (await Promise.all(entries.map(filesBelow))).flat();
}

async function filesBelow(entry) {
  if (entry.isFile) return [await new Promise((done, fail) => entry.file(done, fail))];
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((done, fail) => reader.readEntries(done, fail));
    if (!some.length) break;
    for (const one of some) found.push(...await filesBelow(one));
  }
  return found.filter((file) => !file.name.startsWith("."));
}

function wirePaste(give) {
  let number = 0;
  addEventListener("paste", (event) => {
    const pasted = [...event.clipboardData?.files ?? []];
    if (!pasted.length) return;
    event.preventDefault();
    give(pasted.map((file) => (file.name && file.name !== "image.png" ? file : named(file, `pasted-${++number}.png`))));
  });
}

const named = (file, name) => new File([file], name, { type: file.type });

async function showExamples(onFiles) {
  const answer = await fetch(new URL("examples.json", EXAMPLES)).catch(() => null);
  if (!answer?.ok) return; // the page works without them
  const examples = await answer.json();
  const take = async (chosen) => onFiles(await Promise.all(chosen.map(fetched)));
  find("#example-list").replaceChildren(...examples.map((example) => make("li", {}, exampleButton(example, take))));
  find("#all-examples").addEventListener("click", () => take(examples));
  find("#examples").hidden = false;
}

function exampleButton(example, take) {
  const picture = make("img", { src: new URL(example.file, EXAMPLES), alt: example.remark, width: 256, height: 192 });
  return make("button", { type: "button", class: "example", on: { click: () => take([example]) } },
    picture, make("span", { text: capital(example.plain_name) }));
}

async function fetched(example) {
  const answer = await fetch(new URL(example.file, EXAMPLES));
  return { file: new File([await answer.blob()], example.file, { type: "image/jpeg" }), example };
}
