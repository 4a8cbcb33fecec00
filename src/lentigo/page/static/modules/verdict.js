// One answer in plain words. About the image and the model, never about the person who looks.

import { calibrationWords, pointWords, ruleWords } from "./facts.js";
import { capital, exactPercent, list } from "./text.js";

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

/** What is wrong with the image itself, unless it is the reason to abstain. */
function quality({ quality_warnings: remarks, abstain_reason: reason }) {
  return (remarks ?? []).filter((remark) => remark !== reason).map((remark) => (
    { kind: "info", title: "About the image", words: sentence(remark) }));
}

const sentence = (text) => capital(/[.!?]$/.test(text) ? text : `${text}.`);

/**
 * The answer in words: `{eyebrow, remark}`. A calibration may find another class more probable than the one answered,
 * which stays the one that was evaluated.
 */
export function answerWords(row, facts) {
  if (row.abstain_reason) return { eyebrow: "Would be the answer", remark: "" };
  const [top] = facts.ranked(row);
  if (top.name === row.class) return { eyebrow: "Most probable class", remark: "" };
  return {
    eyebrow: "The network's answer",
    remark: `As calibrated, ${top.plain_name} is more probable. The answer stays the network's own, because that is what was measured.`,
  };
}

/** The classes of which one is the truth as often as was promised, in words; null where the bundle has no such sets. */
export function setWords(row, facts) {
  const names = row.prediction_set;
  if (!Array.isArray(names)) return null;
  const often = facts.setCoverage === null ? "in most" : `in about ${Math.round(100 * facts.setCoverage)} % of`;
  const named = names.length === 1 ? `${facts.plain(names[0])} alone` : list(names.map((name) => facts.plain(name)), "or");
  return `Set that holds the truth ${often} images: ${named}.`;
}

/** The malignant side: `{probability, threshold, isMalignant, title, words}`; null where the model has none. */
export function malignantSide(row, facts) {
  const probability = row.malignant_probability;
  if (typeof probability !== "number") return null;
  const isMalignant = row.malignant_at_operating_point;
  const point = facts.operatingPoint;
  if (typeof isMalignant !== "boolean" || !point) {
    const words = "Called neither malignant nor benign: this bundle has no operating point.";
    return { probability, threshold: null, isMalignant: null, title: "Malignant classes together", words };
  }
  const against = againstTheSide(row, facts);
  const isOpen = row.abstain_reason || (against && !isMalignant);
  const side = isMalignant ? "on the malignant side" : against ? "below the operating point" : "on the benign side";
  return {
    probability,
    threshold: point.threshold,
    isMalignant: isOpen ? null : isMalignant,
    title: row.abstain_reason ? `Would be ${side}` : capital(side),
    short: isMalignant ? "malignant side" : against ? "below the point" : "benign side",
    against,
    words: `${exactPercent(probability)} is ${isMalignant ? "at or above" : "below"} the operating point of `
      + `${exactPercent(point.threshold)}, ${ruleWords(point)}.`,
    measured: pointWords(facts, point.rule),
  };
}

/**
 * Why the side and the classes do not say the same, in words; "" where they do. Two questions have two answers: which
 * class is the most probable, and whether all malignant ones together are probable enough to be looked at.
 */
function againstTheSide(row, facts) {
  const isMalignant = row.malignant_at_operating_point;
  const first = [row.class, facts.ranked(row)[0].name];
  const other = first.find((name) => facts.malignant.has(name) !== isMalignant);
  const inSet = (row.prediction_set ?? []).filter((name) => facts.malignant.has(name));
  if (isMalignant) {
    return other ? `The most probable class, ${facts.plain(other)}, is benign. The operating point is low on purpose, so that few malignant images are missed.` : "";
  }
  if (other) {
    return `It is not called benign: ${facts.plain(other)}, ${other === row.class ? "the class answered" : "the most probable class as calibrated"}, is malignant. Together the malignant classes are less probable than the operating point asks for.`;
  }
  return inSet.length ? `It is not called benign: the set of classes holds ${list(inSet.map((name) => facts.plain(name)))} too.` : "";
}

export function barsWords(facts) {
  const title = facts.isCalibrated ? "Calibrated" : facts.json.calibration ? "As the network gives them" : "Not calibrated";
  return `${title}. ${calibrationWords(facts)}`;
}

/** How an answer reads on its card in the gallery. */
export function cardLine(item, facts) {
  const words = { waiting: "waiting", working: "being read", failed: "not answered" }[item.state];
  if (words) return words;
  if (item.row.abstain_reason) return "abstains";
  const side = malignantSide(item.row, facts);
  if (!side || side.threshold === null) return "";
  return side.short;
}
