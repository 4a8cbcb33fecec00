// Probabilities in; calibrated ones, a decision and a set of classes out, as `lentigo.evaluation.decisions.thresholding`
// and `lentigo.evaluation.abstaining.conformal`.

const SMALLEST = 1e-9;
const ROUNDING = 1e-12;
const RAPS = { penalty: 0.05, free: 2 };

export const argmax = (row) => row.reduce((best, one, at) => (one > row[best] ? at : best), 0);

export class Thresholding {
  /** @param facts `bundle.json`. */
  constructor({ calibration, operating_points: points, malignant, classes }) {
    this.calibration = calibration;
    this.isCalibrated = calibration !== null && calibration.method !== "none";
    this.malignant = malignant.map((name) => classes.findIndex((one) => one.name === name));
    this.point = (calibration && points?.points.find((one) => one.rule === points.chosen)) ?? null;
    this.rule = this.point?.rule ?? null;
  }

  /** Softmax of scale x log-probability + bias, by class. */
  calibrate(computed) {
    const { scale, bias } = this.calibration ?? {};
    if (!scale || (scale.every((one) => one === 1) && bias.every((one) => one === 0))) return Array.from(computed);
    return softmax(Array.from(computed, (one, at) => Math.log(Math.max(one, SMALLEST)) * scale[at] + bias[at]));
  }

  /** Sum over the malignant classes; null without any. */
  malignantProbability(probabilities) {
    return this.malignant.length ? this.malignant.reduce((sum, at) => sum + probabilities[at], 0) : null;
  }

  /** At the operating point; null where there is none. */
  isMalignant(probability) {
    const threshold = this.point?.threshold ?? null;
    return threshold === null || probability === null ? null : probability >= threshold;
  }
}

function softmax(logits) {
  const highest = Math.max(...logits);
  const parts = logits.map((one) => Math.exp(one - highest));
  const sum = parts.reduce((total, one) => total + one, 0);
  return parts.map((one) => one / sum);
}

export class Sets {
  /** @param fitted `prediction_set` of `bundle.json`; a threshold of null is infinite. */
  constructor({ method, thresholds }) {
    this.nonconformity = NONCONFORMITY[method];
    this.thresholds = thresholds.map((one) => one ?? Infinity);
  }

  /** Places of the classes in the set, the most probable first; the class answered always belongs. */
  of(probabilities, answered) {
    const strange = this.nonconformity(probabilities);
    return order(probabilities).filter((at) => at === answered || strange[at] <= this.thresholds[at] + ROUNDING);
  }
}

const NONCONFORMITY = {
  lac: (row) => row.map((one) => 1 - one),
  aps: (row) => byRank(row, (before) => before),
  raps: (row) => byRank(row, (before, rank) => before + RAPS.penalty * Math.max(rank + 1 - RAPS.free, 0)),
};

/** Places of the classes, the most probable first; equal ones in their order. */
const order = (row) => row.map((_, at) => at).sort((a, b) => row[b] - row[a] || a - b);

function byRank(row, value) {
  const found = new Array(row.length);
  let sum = 0;
  order(row).forEach((at, rank) => {
    sum += row[at];
    found[at] = value(sum - row[at], rank);
  });
  return found;
}
