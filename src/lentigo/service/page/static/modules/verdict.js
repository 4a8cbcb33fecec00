// One answer in plain words. About the image and the model, never about the person who looks.

import { calibrationWords } from "./facts.js";
import { list, percent } from "./text.js";

/** Messages above the answer: `{kind: bad | warn | info, title, words}`. */
export function messagesFor(item) {
  const { row } = item;
  return [abstaining(row), remembered(row), ...quality(row)].filter(Boolean);
}

function abstaining({ abstain_reason: reason }) {
  if (!reason) return null;
  return { kind: "warn", title: "The model abstains", words: `${sentence(reason)} What follows is not an answer; it is shown for study only.` };
}

function remembered({ seen_in_training: isSeen }) {
  if (isSeen !== true) return null;
  return {
    kind: "warn",
    title: "Seen in training",
    words: "The model was trained on this very file. A right answer here shows memory, not skill.",
  };
}

function quality({ quality: remarks, warnings }) {
  return [remarks ?? [], warnings ?? []].flat().map((remark) => (
    { kind: "info", title: "About the image", words: sentence(String(remark)) }));
}

const sentence = (text) => (/[.!?]$/.test(text) ? text : `${text}.`).replace(/^./u, (sign) => sign.toUpperCase());

/** The classes of which one is the truth as often as was promised, in words; null where the bundle has no such sets. */
export function setWords(row, facts) {
  const names = row.prediction_set;
  if (!Array.isArray(names)) return null;
  const level = facts.json.calibration?.prediction_set?.coverage ?? facts.json.calibration?.coverage;
  const often = typeof level === "number" ? ` in ${Math.round(100 * level)} % of images like those it was measured on` : "";
  if (!names.length) return "No class is probable enough to be in the set.";
  const named = list(names.map((name) => facts.plain(name)), "or");
  return names.length === 1 ? `The set holds one class: ${named}.` : `Not narrowed down further than: ${named}${often}.`;
}

/** The malignant side: `{probability, threshold, isMalignant, title, words}`; null where the model has none. */
export function malignantSide(row, facts) {
  const probability = row.malignant_probability;
  if (typeof probability !== "number") return null;
  const point = operatingPoint(facts);
  if (!point) {
    return {
      probability, threshold: null, isMalignant: null, title: "Malignant classes together",
      words: "Called neither malignant nor benign: this bundle has no operating point.",
    };
  }
  const isMalignant = probability >= point.threshold;
  return {
    probability, threshold: point.threshold, isMalignant,
    title: isMalignant ? "On the malignant side" : "On the benign side",
    words: `${percent(probability)} is ${isMalignant ? "at or above" : "below"} the operating point of ${percent(point.threshold)}. ${point.words}`,
  };
}

/** The operating point that divides malignant from benign: `{threshold, words}`, or null. */
export function operatingPoint(facts) {
  const points = facts.json.operating_points;
  if (!points) return null;
  const point = Array.isArray(points) ? points[0] : points.default ?? Object.values(points)[0];
  if (typeof point?.threshold !== "number") return null;
  return { threshold: point.threshold, words: "" };
}

export function barsWords(facts) {
  return `${facts.isCalibrated ? "Calibrated" : "Not calibrated"}. ${calibrationWords(facts)}`;
}

/** How an answer reads on its card in the gallery. */
export function cardLine(item, facts) {
  const words = { waiting: "waiting", working: "being read", failed: "not answered" }[item.state];
  if (words) return words;
  if (item.row.abstain_reason) return "abstains";
  const side = malignantSide(item.row, facts);
  if (!side || side.isMalignant === null) return "";
  return side.isMalignant ? "malignant side" : "benign side";
}
