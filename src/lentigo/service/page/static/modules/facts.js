// What is known of the model, asked in the words of the page. Keys that are null say what this bundle does not do.

import { interval, percent } from "./text.js";

export class Facts {
  /** @param answer of `/v1/model`: `facts` (what `bundle.json` says), `card` (Markdown) and `limits`. */
  constructor(answer) {
    const json = answer.facts;
    [this.json, this.card, this.limits] = [json, answer.card, answer.limits];
    this.classes = json.classes;
    this.malignant = new Set(json.malignant);
    this.input = json.input;
    this.byName = new Map(json.classes.map((one) => [one.name, one]));
  }

  get names() {
    return this.classes.map((one) => one.name);
  }

  plain(name) {
    return this.byName.get(name)?.plain_name ?? name;
  }

  /** Classes of a row with their probabilities, most probable first. */
  ranked(row) {
    return this.classes.map((one) => ({ ...one, probability: row[one.name] })).sort((a, b) => b.probability - a.probability);
  }

  /** The part the figures come from, the held-out test part if there is one: `[name, figures]` or null. */
  get measured() {
    const metrics = this.json.metrics ?? {};
    const name = ["test", "validation"].find((part) => metrics[part]) ?? Object.keys(metrics)[0];
    return name ? [name, metrics[name]] : null;
  }

  get isCalibrated() {
    return this.json.calibration !== null && this.json.calibration !== undefined;
  }
}

/** What the model is and is not, as `{term, value, words, isLacking}`; shown before anybody sees an answer. */
export function trustRows(facts) {
  return [measuredRow(facts), malignantRow(facts), calibrationRow(facts), abstainingRow(facts)];
}

function measuredRow(facts) {
  if (!facts.measured) {
    return { term: "Balanced accuracy", value: "Not measured", words: "The run was not evaluated before it was exported.", isLacking: true };
  }
  const [part, figures] = facts.measured;
  const leaked = figures.leaked ? " LEAKED: on images or groups it was trained on." : "";
  return {
    term: "Balanced accuracy",
    value: interval(figures.metrics?.balanced_accuracy),
    words: `Mean share of each class recognised, ${part} part, ${figures.n_images} images, 95 % interval.${leaked}`,
    isLacking: Boolean(leaked),
  };
}

function malignantRow(facts) {
  const figures = facts.measured?.[1].malignant_vs_benign?.metrics;
  const point = facts.json.operating_points;
  if (!facts.malignant.size) {
    return { term: "Malignant or benign", value: "Not told apart", words: "None of its classes is counted as malignant.", isLacking: true };
  }
  const auc = figures?.roc_auc ? `ROC AUC ${interval(figures.roc_auc)}. ` : "";
  return {
    term: "Malignant or benign",
    value: point ? "At an operating point" : "No operating point",
    words: auc + (point ? "" : "The malignant probability is shown, and nothing is called malignant or benign."),
    isLacking: !point,
  };
}

function calibrationRow(facts) {
  return {
    term: "Probabilities",
    value: facts.isCalibrated ? "Calibrated" : "Not calibrated",
    words: calibrationWords(facts),
    isLacking: !facts.isCalibrated,
  };
}

export function calibrationWords(facts) {
  if (!facts.isCalibrated) return "They are the network's own numbers, often surer than they should be.";
  const error = facts.json.calibration.expected_calibration_error;
  const gap = typeof error?.value === "number" ? ` Mean gap: ${percent(error.value)}.` : "";
  return `Fitted on held-out images: of answers given 80 %, about 80 % should be right.${gap}`;
}

function abstainingRow(facts) {
  const abstains = facts.json.abstaining !== null && facts.json.abstaining !== undefined;
  return {
    term: "Abstaining",
    value: abstains ? "Says when it cannot tell" : "Never abstains",
    words: abstains ? "Images unlike those it was trained on get no answer." : "An image that is no skin lesion gets an answer too.",
    isLacking: !abstains,
  };
}
