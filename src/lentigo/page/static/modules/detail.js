// One image and its answer, side by side.

import { knownForm } from "./beside.js";
import { copyOf, find, findAll, make } from "./dom.js";
import { capital, count, percent, size, visible } from "./text.js";
import { answerWords, barsWords, malignantSide, messagesFor, setWords } from "./verdict.js";
import { Viewer } from "./viewer.js";

/** Show an item in the detail section. `actions`: retry(item), step(by). */
export function showDetail(item, facts, actions) {
  const section = find("#detail");
  const frame = copyOf("detail-frame");
  const name = find(".detail-name", frame);
  name.append(make("h2", { id: "detail-title", tabindex: "-1", text: visible(item.name) }));
  if (item.example) name.append(make("span", { class: "truth", text: `drawn as: ${item.example.plain_name}` }));
  find(".to-gallery", frame).addEventListener("click", actions.leave);
  for (const button of findAll("[data-step]", frame)) {
    button.addEventListener("click", () => actions.step(Number(button.dataset.step)));
  }
  section.replaceChildren(frame);
  section.hidden = false;
  section.dataset.state = item.state;
  const viewer = new Viewer(section, item, facts, (className) => markShown(section, className));
  find(".answer", section).replaceChildren(...answerOf(item, facts, { ...actions, show: (one) => viewer.show(one) }));
  if (item.state === "answered") viewer.show(item.row.class);
}

function markShown(section, className) {
  for (const button of findAll(".rank", section)) button.setAttribute("aria-pressed", button.value === className);
}

function answerOf(item, facts, actions) {
  if (item.state === "failed") return [failure(item, actions)];
  if (item.state !== "answered") return [waiting(item)];
  return [...messagesFor(item).map(message), headline(item, facts), malignantMeter(item.row, facts),
    knownForm(item, facts, actions.tell), ranking(item, facts, actions), smallPrint(item, facts)].filter(Boolean);
}

function waiting(item) {
  const words = item.state === "working" ? "The model reads the image …" : "Waiting for its turn …";
  const lines = [70, 100, 86, 94, 60].map((width) => {
    const line = make("span", { class: "line" });
    line.style.setProperty("--width", `${width}%`);
    return line;
  });
  return make("div", { class: "skeleton" }, make("p", { text: words }), ...lines);
}

function failure(item, actions) {
  const { problem } = item;
  const isTheFile = [413, 415, 422].includes(problem.status);
  return make("div", { class: "message bad" },
    make("h3", { text: isTheFile ? "This file cannot be used" : "No answer" }),
    make("p", { text: capital(visible(problem.message)) }),
    problem.requestId ? make("p", { class: "small", text: `Request ${problem.requestId}` }) : null,
    isTheFile ? null : make("button", { type: "button", class: "primary", text: "Try again", on: { click: () => actions.retry(item) } }));
}

function message({ kind, title, words }) {
  return make("div", { class: `message ${kind}` }, make("h3", { text: title }), make("p", { text: visible(words) }));
}

function headline({ row }, facts) {
  const top = facts.byName.get(row.class);
  const { eyebrow, remark } = answerWords(row, facts);
  const sets = setWords(row, facts);
  return make("div", { class: row.abstain_reason ? "headline withheld" : "headline" },
    make("p", { class: "eyebrow", text: eyebrow }),
    make("p", { class: "class-line" }, chip(top, "class-name", capital(top.plain_name)), make("span", { class: "class-share", text: percent(row[row.class]) })),
    make("p", { class: "small", text: otherNames(top) }),
    remark ? make("p", { class: "small set", text: remark }) : null,
    sets ? make("p", { class: "set", text: sets }) : null);
}

/** The diagnosis and the code, unless that is what the plain name says already. */
function otherNames({ name, full_name: full, plain_name: plain }) {
  return [...new Set([full, name])].filter((one) => one !== plain).join(" · ");
}

function chip(one, className, text) {
  const element = make("span", { class: `chip ${className}`, text });
  element.style.setProperty("--class-colour", one.colour);
  return element;
}

function malignantMeter(row, facts) {
  const side = malignantSide(row, facts);
  if (!side) return make("p", { class: "small", text: "This model does not tell malignant from benign." });
  const kind = side.isMalignant === null ? "neutral" : side.isMalignant ? "malignant" : "benign";
  const meter = make("div", { class: "meter", "aria-hidden": "true" }, make("span", { class: "fill" }));
  meter.style.setProperty("--share", side.probability);
  if (side.threshold !== null) {
    meter.style.setProperty("--threshold", side.threshold);
    meter.append(make("span", { class: "threshold" }));
  }
  const held = facts.classes.filter((one) => facts.malignant.has(one.name)).map((one) => one.plain_name);
  return make("div", { class: `side ${kind}` },
    make("div", { class: "side-line" }, make("h3", { text: side.title }), make("span", { class: "side-share", text: percent(side.probability) })),
    meter,
    side.against ? make("p", { class: "against", text: side.against }) : null,
    make("p", { class: "small", text: [side.words, side.measured, `Malignant classes: ${held.join(", ")}.`].filter(Boolean).join(" ") }));
}

function ranking(item, facts, actions) {
  const rows = facts.ranked(item.row).map((one) => make("li", {}, rankRow(one, item.row, facts, actions)));
  return make("div", { class: "ranking" },
    make("h3", { text: "All classes" }),
    make("ol", { class: "ranks" }, ...rows),
    make("p", { class: "small", text: `${barsWords(facts)} Choose a class to see what speaks for it.` }));
}

function rankRow(one, row, facts, actions) {
  const isInSet = Array.isArray(row.prediction_set) && row.prediction_set.includes(one.name);
  const marks = [facts.malignant.has(one.name) ? "malignant" : "", isInSet ? "in the set" : ""].filter(Boolean);
  const bar = make("span", { class: "track" }, make("span", { class: "fill" }));
  const button = make("button", { type: "button", class: isInSet ? "rank in-set" : "rank", value: one.name, "aria-pressed": "false", on: { click: () => actions.show(one.name) } },
    make("span", { class: "rank-name" }, one.plain_name, marks.length ? make("span", { class: "marks", text: marks.join(", ") }) : null),
    make("span", { class: "rank-share", text: percent(one.probability) }), bar);
  button.style.setProperty("--class-colour", one.colour);
  button.style.setProperty("--share", one.probability);
  button.disabled = !row.saliency?.[one.name];
  return button;
}

function smallPrint(item, facts) {
  const seen = { true: "this very file: yes", false: "this very file: no" }[item.row.seen_in_training] ?? "not known";
  const rows = [
    ["File", `${visible(item.name)}, ${size(item.file.size)}`],
    ["Used at", `${facts.input.height} × ${facts.input.width} pixels, ${{ squash: "squeezed to that shape", crop: "its middle", pad: "padded with black" }[facts.input.resize]}`],
    ["Trained on", seen],
    ["Model", visible(facts.json.name)],
    ["Request", item.requestId ?? ""],
  ];
  return make("details", { class: "small-print" }, make("summary", { text: "About this answer" }),
    make("dl", {}, ...rows.flatMap(([term, words]) => [make("dt", { text: term }), make("dd", { text: words })])));
}

/** How many of how many are answered, in words. */
export function tallyOf(items) {
  const answered = items.filter((item) => item.state === "answered").length;
  const failed = items.filter((item) => item.state === "failed").length;
  const rest = failed ? `, ${failed} not usable or unanswered` : "";
  return `${answered} of ${count(items.length, "image")} answered${rest}`;
}
