// The two dialogs: the model card, and the question for the server's token.

import { find, make } from "./dom.js";
import { elementsOf } from "./markdown.js";

/** Make the button open the card of this model. */
export function offerCard(facts) {
  const dialog = find("#card-dialog");
  find("#card-text").replaceChildren(...elementsOf(facts.card || "This bundle has no model card."));
  const button = find("#open-card");
  button.disabled = false;
  button.addEventListener("click", () => dialog.showModal());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close()); // beside the card
}

/** Ask for the token. Returns a promise of it, or of "" when the question is dismissed. */
export function askForToken(wasWrong) {
  const [dialog, field] = [find("#token-dialog"), find("#token")];
  find("#token-wrong").hidden = !wasWrong;
  field.value = "";
  return new Promise((done) => {
    const finish = (token) => {
      find("#token-form").onsubmit = dialog.oncancel = null;
      if (dialog.open) dialog.close();
      field.value = "";
      done(token);
    };
    find("#token-form").onsubmit = (event) => {
      event.preventDefault();
      finish(field.value.trim());
    };
    dialog.oncancel = () => finish("");
    dialog.showModal();
    field.focus();
  });
}

/** The lines that say how far the model is to be trusted. */
export function showTrust(rows) {
  find("#model-facts").replaceChildren(...rows.map(({ term, value, words, isLacking }) => (
    make("div", { class: isLacking ? "lacking" : "" }, make("dt", { text: term }),
      make("dd", { class: "fact" , text: value }), words ? make("dd", { class: "small", text: words }) : null))));
  find("#model-strip").hidden = false;
}
