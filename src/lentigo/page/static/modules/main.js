// The page as a whole: which images there are, which one is open, and who is told when something changes.

import { announce, find, findAll, isMotionReduced } from "./dom.js";
import { showDetail, tallyOf } from "./detail.js";
import { askForToken, offerCard, showTrust } from "./dialogs.js";
import { asCsv, asJson, save } from "./download.js";
import { Facts, trustRows } from "./facts.js";
import { ordered, showCards } from "./gallery.js";
import { openIntake } from "./intake.js";
import { pictureOf } from "./picture.js";
import { Queue } from "./queue.js";
import { Source } from "./source.js";
import { count, percent, visible } from "./text.js";

const MOST_IMAGES = 100;
const MANY_IMAGES = 14; // more scroll by themselves, so that the answer stays near them
const NOTICE = "Research and education only; not a medical device.";

const source = new Source(askForToken);
const queue = new Queue(source, onChange);
let facts = null;
let items = [];
let open = null;
let number = 0;

async function start() {
  find("#limits").textContent = source.intakeWords;
  openIntake(addFiles);
  wireGallery();
  wireKeys();
  try {
    facts = new Facts(await source.facts());
  } catch (problem) {
    return showServerProblem(problem);
  }
  queue.largestBytes = facts.limits?.body_bytes ?? queue.largestBytes;
  document.title = `Lentigo · ${visible(facts.json.name)}`;
  find("#lead").textContent = `Give it dermoscopic images. The model “${visible(facts.json.name)}” answers with a probability for `
    + `each of ${count(facts.classes.length, "class", "classes")}, and shows which places in the image speak for each of them.`;
  find("#colophon").textContent = `Model “${visible(facts.json.name)}”, exported ${facts.json.created.slice(0, 10)}. Lentigo ${visible(facts.json.versions?.lentigo ?? "")}, Apache-2.0. ${NOTICE}`;
  find("#drawn").textContent = facts.drawnWarning;
  find("#drawn").hidden = !facts.drawnWarning;
  offerCard(facts);
  showTrust(trustRows(facts));
  document.body.dataset.ready = "true";
}

function showServerProblem(problem) {
  const box = find("#server-problem");
  const again = Object.assign(document.createElement("button"), { type: "button", className: "primary", textContent: "Load the page again" });
  again.addEventListener("click", () => location.reload());
  box.replaceChildren(Object.assign(document.createElement("p"), { textContent: visible(problem.message) }), again);
  box.hidden = false;
}

async function addFiles(given) {
  if (!facts) return announce("The model is not there yet.");
  const room = MOST_IMAGES - items.length;
  const added = given.slice(0, room).map(({ file, example }) => ({ id: ++number, file, example, name: file.name || `image ${number}`, state: "waiting" }));
  items.push(...added);
  open ??= added[0] ?? null;
  if (given.length > room) announceLimit(given.length - added.length);
  document.body.dataset.state = "results";
  render();
  queue.add(added);
  for (const item of added) if (item.picture === undefined) await readPicture(item); // one at a time: they fill the memory
}

function announceLimit(left) {
  const words = `The page holds ${MOST_IMAGES} images; ${count(left, "image was", "images were")} left out. For folders there is lentigo predict.`;
  find("#limit-words").textContent = words;
  find("#limit-words").hidden = false;
  announce(words);
}

async function readPicture(item) {
  item.picture = await pictureOf(item.file);
  if (items.includes(item)) refresh(item);
}

function onChange(item) {
  if (!items.includes(item)) return;
  refresh(item);
  const isDone = items.every((one) => ["answered", "failed"].includes(one.state));
  if (isDone) announce(items.length === 1 ? spoken(item) : `${tallyOf(items)}.`);
}

function spoken(item) {
  if (item.state === "failed") return `${visible(item.name)}: ${visible(item.problem.message)}`;
  if (item.row.abstain_reason) return `${visible(item.name)}: the model abstains.`;
  return `${visible(item.name)}: most probable class ${facts.plain(item.row.class)}, ${percent(item.row[item.row.class])}.`;
}

function refresh(item) {
  showGallery();
  if (item === open) showOpen();
}

function render() {
  showGallery();
  showOpen();
}

function showGallery() {
  find("#gallery").hidden = !items.length;
  document.body.dataset.several = items.length > 1;
  find("#cards").classList.toggle("many", items.length > MANY_IMAGES);
  find("#tally").textContent = tallyOf(items);
  showCards(sorted(), open, facts, { open: openItem, remove });
}

const sorted = () => ordered(items, find("#order").value);

function showOpen() {
  if (!open) return;
  showDetail(open, facts, { retry: (item) => queue.add([item]), tell, step, leave });
  const place = sorted().indexOf(open);
  for (const button of findAll("#detail [data-step]")) {
    const by = Number(button.dataset.step);
    button.disabled = !sorted()[place + by];
    button.hidden = items.length < 2;
  }
  find("#detail .to-gallery").hidden = items.length < 2;
}

function openItem(item, isFocused = true) {
  open = item;
  render();
  if (item.picture === undefined) readPicture(item); // before its turn
  if (!isFocused) return;
  find("#detail-title").focus({ preventScroll: true });
  find("#detail").scrollIntoView({ behavior: isMotionReduced() ? "auto" : "smooth", block: "start" });
}

/** Back to the gallery, on the card of the image that was open. */
function leave() {
  find("#gallery").scrollIntoView({ behavior: isMotionReduced() ? "auto" : "smooth", block: "start" });
  find(".card", open.card).focus({ preventScroll: true });
  open.card.scrollIntoView({ block: "nearest" });
}

/** Arrow keys go through the images, Escape goes back to all of them; fields and sliders keep their own keys. */
function wireKeys() {
  addEventListener("keydown", (event) => {
    const isTaken = event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey
      || event.target.closest?.("input, select, textarea, dialog, .picture.zoomed");
    if (!open || items.length < 2 || isTaken) return;
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by && event.key !== "Escape") return;
    event.preventDefault();
    if (by) step(by);
    else leave();
  });
}

/** Ask again about an image, with what is known beside it; the answer from the image alone stays beside the new one. */
function tell(item, known) {
  if (!item.row?.metadata?.length) item.alone = item.row ?? item.alone;
  item.known = known;
  queue.add([item]);
  find("#detail-title").focus({ preventScroll: true });
}

/** Open the next (1) or the one before (-1); the keyboard stays on the button that did it. */
function step(by) {
  const next = sorted()[sorted().indexOf(open) + by];
  if (!next) return;
  openItem(next, false);
  next.card.scrollIntoView({ block: "nearest" });
  const [same, other] = [find(`#detail [data-step="${by}"]`), find(`#detail [data-step="${-by}"]`)];
  (same.disabled ? other : same).focus();
}

function remove(item) {
  const place = sorted().indexOf(item);
  queue.remove(item);
  items = items.filter((one) => one !== item);
  if (!items.length) return clear();
  if (open === item) open = sorted()[Math.min(place, items.length - 1)];
  render();
  announce(`${visible(item.name)} removed.`);
  find("#gallery-title").focus();
}

function clear() {
  queue.clear();
  [items, open] = [[], null];
  find("#detail").hidden = true;
  find("#detail").replaceChildren();
  find("#limit-words").hidden = true;
  document.body.dataset.state = "empty";
  showGallery();
  announce("All images removed.");
  find("#choose").focus();
}

function wireGallery() {
  find("#order").addEventListener("change", render);
  find("#clear").addEventListener("click", clear);
  find("#print").addEventListener("click", () => print());
  find("#download-json").addEventListener("click", () => save(asJson(items, facts, NOTICE), "lentigo.json", "application/json"));
  find("#download-csv").addEventListener("click", () => save(asCsv(items, facts, NOTICE), "lentigo.csv", "text/csv"));
}

start();
