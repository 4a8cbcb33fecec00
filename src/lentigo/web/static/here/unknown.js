// How unlike the training images an image is, as `lentigo.evaluation.abstaining.unknown_scores`; higher is stranger.

import { pixelFigures } from "./figures.js";
import { halfEven } from "./rounding.js";

export const UNKNOWN_REASON = "looks unlike the images that the model knows";
const NEIGHBOUR_SHARE = 0.01;
const ASKED = ["mahalanobis", "pixel_statistics"];

// outputs of the network for one `image`, and arrays `{name: {values, shape}}` -> a score
const SCORES = {
  maximum_probability: ({ logits }) => 1 - 1 / exponentials(logits).sum,
  energy: ({ logits }) => {
    const { sum, highest } = exponentials(logits);
    return -highest - Math.log(sum);
  },
  mahalanobis: ({ pooled_features: features }, { whitening, means }) => {
    const side = features.length;
    const whitened = new Float64Array(side);
    for (let row = 0; row < side; row++) {
      for (let column = 0; column < side; column++) whitened[column] += features[row] * whitening.values[row * side + column];
    }
    return Math.min(...squaredDistances(whitened, means));
  },
  nearest_neighbour: ({ pooled_features: features }, { bank }) => {
    const length = Math.max(Math.sqrt(features.reduce((sum, one) => sum + one * one, 0)), 1e-12);
    const unit = Float64Array.from(features, (one) => one / length);
    const distances = squaredDistances(unit, bank).sort();
    return Math.sqrt(distances[Math.max(1, halfEven(NEIGHBOUR_SHARE * bank.shape[0])) - 1]);
  },
  pixel_statistics: ({ image }, { centre, whitening }) => {
    const offset = pixelFigures(image).map((one, at) => one - centre.values[at]);
    const side = offset.length;
    let distance = 0;
    for (let column = 0; column < side; column++) {
      distance += offset.reduce((sum, one, row) => sum + one * whitening.values[row * side + column], 0) ** 2;
    }
    return distance;
  },
  several: (outputs, { scales, ...arrays }) => Math.max(...ASKED.map((name, at) => {
    const own = Object.entries(arrays).filter(([key]) => key.startsWith(`${name}.`)).map(([key, one]) => [key.slice(name.length + 1), one]);
    return (SCORES[name](outputs, Object.fromEntries(own)) - scales.values[2 * at]) / scales.values[2 * at + 1];
  })),
};

/** @param fitted `unknown` of `bundle.json`. @param content bytes of `abstaining.f32`; null where there is none. */
export function openUnknown(fitted, content) {
  const arrays = arraysOf(fitted.arrays, content);
  const score = (outputs) => SCORES[fitted.score](outputs, arrays);
  return { score, isUnknown: (outputs) => score(outputs) > (fitted.threshold ?? Infinity) };
}

function arraysOf(listed, content) {
  let start = 0;
  return Object.fromEntries(listed.map(({ name, shape }) => {
    const count = shape.reduce((product, side) => product * side, 1);
    const values = new Float32Array(content.slice(start, start + 4 * count).buffer);
    start += 4 * count;
    return [name, { values, shape }];
  }));
}

function exponentials(logits) {
  const highest = Math.max(...logits);
  return { highest, sum: logits.reduce((total, one) => total + Math.exp(one - highest), 0) };
}

/** Of one vector from each row, never below 0. */
function squaredDistances(vector, { values, shape: [rows, columns] }) {
  const found = new Float64Array(rows);
  for (let row = 0, at = 0; row < rows; row++) {
    let sum = 0;
    for (let column = 0; column < columns; column++, at++) sum += (vector[column] - values[at]) ** 2;
    found[row] = sum;
  }
  return found;
}
