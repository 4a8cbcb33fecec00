// What is known of the model, asked in the words of the page. Keys that are null say what this bundle does not do.

import { capital, exactPercent, interval, list } from "./text.js";

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

  /** What has to be said first of a model trained on drawn lesions; empty where it was not, or nobody knows. */
  get drawnWarning() {
    const sum = (entries) => entries.reduce((total, one) => total + one.n_images, 0);
    const all = this.json.licences ?? [];
    const [drawn, total] = [sum(all.filter((one) => one.source === "synthetic")), sum(all)];
    if (!drawn) return "";
    const what = drawn === total ? "drawn lesions" : `${total} images of which ${drawn} are drawn lesions`;
    return `Trained on ${what}: never for real skin.`;
  }

  /** Whether something was fitted to the network's own numbers, and helped. */
  get isCalibrated() {
    return Boolean(this.json.calibration) && this.json.calibration.method !== "none";
  }

  /** The operating point in use, `{rule, threshold}`; null where the bundle has none or validation could not tell. */
  get operatingPoint() {
    const { chosen, points } = this.json.operating_points ?? { points: [] };
    const point = points.find((one) => one.rule === chosen);
    return typeof point?.threshold === "number" ? point : null;
  }

  /** Share of images whose set of classes holds the truth, in [0, 1]; null without sets. */
  get setCoverage() {
    const error = this.json.abstaining?.prediction_set?.error;
    return typeof error === "number" ? 1 - error : null;
  }
}

/** What the model is and is not, as `{term, value, words, isLacking}`; shown before anybody sees an answer. */
export function trustRows(facts) {
  return [measuredRow(facts), malignantRow(facts), calibrationRow(facts), abstainingRow(facts), metadataRow(facts)].filter(Boolean);
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
  if (!facts.malignant.size) {
    return { term: "Malignant or benign", value: "Not told apart", words: "None of its classes is counted as malignant.", isLacking: true };
  }
  const figures = facts.measured?.[1].malignant_vs_benign?.metrics;
  const auc = figures?.roc_auc ? `ROC AUC ${interval(figures.roc_auc)}. ` : "";
  const point = facts.operatingPoint;
  return {
    term: "Malignant or benign",
    value: point ? `From ${exactPercent(point.threshold)} on` : "No operating point",
    words: auc + (point ? `The operating point, ${ruleWords(point)}. ${pointWords(facts, point.rule)}${promiseWords(facts)}`
      : "The malignant probability is shown, and nothing is called malignant or benign."),
    isLacking: !point,
  };
}

/** How an operating point was chosen: `sensitivity=0.95`, `observed_specificity=0.9` or `cost=10:1` in words. */
export function ruleWords({ rule, confidence }) {
  const [name, level] = rule.split("=");
  const kind = name.replace("observed_", "");
  const isPromise = typeof confidence === "number";
  const share = `${isPromise ? "at least " : ""}${Math.round(100 * level)} %`;
  const whose = isPromise ? `images, with ${Math.floor(100 * confidence)} % confidence` : "images of validation";
  if (kind === "sensitivity") return `chosen to find ${share} of ${isPromise ? "" : "the "}malignant ${whose}`;
  if (kind === "specificity") return `chosen to let ${share} of ${isPromise ? "" : "the "}benign ${isPromise ? `${whose},` : whose} pass`;
  if (kind === "cost") return `where a missed malignant image costs ${level.replace(":", " to ")} for a false alarm`;
  return rule;
}

/** What the operating point was asked for and what it reached where it was measured; empty where that is not known. */
function promiseWords(facts) {
  const [part, figures] = facts.measured ?? [];
  const promise = figures?.promises?.[facts.operatingPoint?.rule];
  if (!promise?.held || !promise.reached) return "";
  return ` Asked: ${promise.figure} at least ${promise.level}; on ${part} ${interval(promise.reached)}: ${promise.held}.`;
}

/** Sensitivity and specificity at an operating point as they were measured, in words; "" where they were not. */
export function pointWords(facts, rule) {
  const [part, figures] = facts.measured ?? [];
  const { sensitivity, specificity } = figures?.operating_points?.[rule] ?? {};
  if (!sensitivity || !specificity) return "";
  const leaked = figures.leaked ? " LEAKED: on images or groups it was trained on." : "";
  return `Measured there on the ${part} part: sensitivity ${interval(sensitivity)}, specificity ${interval(specificity)}, 95 % intervals.${leaked}`;
}

function calibrationRow(facts) {
  const { calibration } = facts.json;
  return {
    term: "Probabilities",
    value: facts.isCalibrated ? "Calibrated" : calibration ? "As the network gives them" : "Not calibrated",
    words: calibrationWords(facts),
    isLacking: !calibration,
  };
}

export function calibrationWords(facts) {
  const { calibration } = facts.json;
  if (!calibration) return "They are the network's own numbers, often surer than they should be.";
  const { n_images: images, n_groups: groups } = calibration.fitted_on ?? {};
  const basis = images ? ` on ${images} validation images in ${groups} groups` : "";
  if (!facts.isCalibrated) return `Nothing that was tried${basis} was shown to be better.`;
  return `Fitted${basis}, for the mix of classes there: of answers given 80 %, about 80 % should be right.`;
}

function abstainingRow(facts) {
  const { unknown } = facts.json.abstaining ?? {};
  const coverage = facts.setCoverage;
  const sets = coverage === null ? "" : ` Sets of classes should hold the truth in ${Math.round(100 * coverage)} % of images.`;
  return {
    term: "Abstaining",
    value: unknown ? "From unknown images" : "Not from unknown images",
    words: (unknown ? `An image stranger than ${Math.round(100 * (1 - unknown.false_alarm))} % of those it knows gets no answer.`
      : "An image that shows no skin lesion gets an answer too.") + sets,
    isLacking: !unknown,
  };
}

function metadataRow(facts) {
  const { metadata } = facts.json;
  if (!metadata) return null;
  return {
    term: "Beside the image",
    value: capital(list(metadata.fields)),
    words: "It takes them where they are known, and answers from the image alone where not.",
    isLacking: false,
  };
}
