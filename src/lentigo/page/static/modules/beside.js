// What is known beside an image: asked for where the model takes it, and what it has changed.

import { make } from "./dom.js";
import { list, percent, visible } from "./text.js";

const TITLES = { age: "Age in years", sex: "Sex", site: "Place on the body" };

/** A form for age, sex and site of one image; null where the model takes the image alone. @param tell (item, known). */
export function knownForm(item, facts, tell) {
  const { metadata } = facts.json;
  if (!metadata) return null;
  const fields = metadata.fields.map((name) => [name, control(name, metadata, item.known?.[name] ?? "")]);
  const send = (event) => {
    event.preventDefault();
    tell(item, Object.fromEntries(fields.map(([name, element]) => [name, element.value])));
  };
  return make("form", { class: "beside", on: { submit: send } },
    make("h3", { text: "What is known beside the image" }),
    make("div", { class: "beside-fields" },
      ...fields.map(([name, element]) => make("label", { class: "choice", for: element.id }, make("span", { text: TITLES[name] }), element)),
      make("button", { type: "submit", class: "quiet", text: "Answer again" })),
    make("p", { class: "small", text: toldWords(item, facts) }));
}

function control(name, metadata, value) {
  const id = `known-${name}`;
  if (name === "age") {
    return make("input", { id, type: "number", min: "0", max: "120", step: "any", inputmode: "decimal", placeholder: "not known", value });
  }
  const words = name === "sex" ? metadata.sexes : metadata.sites;
  const options = ["", ...words].map((word) => make("option", { value: word, text: word ? visible(word) : "not known", selected: word === value }));
  return make("select", { id }, ...options);
}

/** What this answer was told, and what the image alone says. */
function toldWords({ row, alone }, facts) {
  if (!row.metadata?.length) return "This answer is from the image alone. Saliency shows the image's part in any case.";
  const told = `Told: ${list(row.metadata.map(visible))}.`;
  if (!alone?.class) return told;
  const too = alone.class === row.class ? " too" : "";
  const malignant = typeof alone.malignant_probability === "number" ? `, malignant classes together ${percent(alone.malignant_probability)}` : "";
  return `${told} From the image alone the answer is ${facts.plain(alone.class)}${too}, ${percent(alone[alone.class])}${malignant}.`;
}
