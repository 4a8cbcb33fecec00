// A bundle in, answers as `lentigo.bundle.prediction` gives them out: the same steps, in the same order.

import { failedChecks } from "./checks.js";
import { argmax, Thresholding, Sets } from "./decisions.js";
import { Unusable } from "./files.js";
import { Metadata } from "./metadata.js";
import { bytesOf, sha256, textOf } from "./fetching.js";
import { read } from "./pixels.js";
import { greyPng } from "./png.js";
import { halfEven } from "./rounding.js";
import { startNetwork } from "./running.js";
import { openUnknown, UNKNOWN_REASON } from "./unknown.js";
import { viewsOf } from "./views.js";

const NOT_TOLD = ["training_images", "files"];
const NO_ANSWER = "the network's answer is no number; nothing can be said of this image";
const LARGEST_ERROR_OF_SUM = 1e-3;

export class Model {
  /** Load everything; every file must be the one that was exported, and the network must answer as it did there. */
  static async open(folder, runtime) {
    const facts = JSON.parse(await textOf(new URL("bundle.json", folder)));
    const file = (name) => bytesOf(new URL(name, folder), facts.files[name]);
    const metadata = facts.metadata ? new Metadata(facts.metadata) : null;
    const [network, card, arrays] = await Promise.all([file("model.onnx"), file("MODEL_CARD.md"), facts.files["abstaining.f32"] ? file("abstaining.f32") : null]);
    const trial = JSON.parse(await textOf(new URL("../trial.json", folder)));
    const started = await startNetwork(network, { ...facts.input, beside: metadata?.width ?? 0 }, trial, runtime);
    return new Model(facts, new TextDecoder().decode(card), arrays, started, metadata);
  }

  constructor(facts, card, arrays, network, metadata) {
    [this.facts, this.card, this.network, this.metadata] = [facts, card, network, metadata];
    this.names = facts.classes.map((one) => one.name);
    this.thresholding = new Thresholding(facts);
    this.sets = facts.abstaining ? new Sets(facts.abstaining.prediction_set) : null;
    this.unknown = facts.abstaining?.unknown ? openUnknown(facts.abstaining.unknown, arrays) : null;
    this.views = viewsOf(facts.views);
    this.trained = new Set(facts.training_images.hashes);
  }

  get identity() {
    const { name, created, split_hash, run } = this.facts;
    return { name, created, split_hash, weights_sha256: String(run.weights_sha256 ?? "") };
  }

  /** As the service's `/v1/model`. */
  told() {
    const facts = Object.fromEntries(Object.entries(this.facts).filter(([key]) => !NOT_TOLD.includes(key)));
    return { notice: this.facts.notice, model: this.identity, facts, card: this.card, limits: { body_bytes: Infinity, images: 1 }, runs_on: this.network.runsOn };
  }

  /** One file as a row of the service's answer; what is wrong with the file is its `error`. */
  async answer(file, beside) {
    try {
      const bytes = new Uint8Array(await file.arrayBuffer());
      const { pixels, thumbnail } = await read(bytes, this.facts.input);
      return await this.row(file.name, pixels, thumbnail, await this.isSeen(bytes), beside);
    } catch (error) {
      if (error instanceof Unusable) return this.#unusable(file.name, error.message, beside);
      throw error;
    }
  }

  /** The answer for pixels that are ready: uint8 of the network's size, and a thumbnail of 128 x 128. */
  async row(name, pixels, thumbnail, isSeen = null, beside = null) {
    const warnings = failedChecks(thumbnail).map((reason) => `the image ${reason}`);
    const outputs = await this.outputs(pixels, beside?.numbers);
    const { computed } = outputs;
    const calibrated = this.thresholding.calibrate(computed);
    if (![computed, calibrated].every(isAnswer) || !outputs.saliency.every(Number.isFinite)) return this.#unusable(name, NO_ANSWER, beside);
    const place = argmax(computed);
    const { height, width } = this.facts.input;
    const isUnknown = this.unknown?.isUnknown({ ...outputs, image: { data: pixels, height, width } }) ?? false;
    const malignant = this.thresholding.malignantProbability(calibrated);
    return {
      image: name,
      class: this.names[place],
      malignant_probability: malignant,
      ...Object.fromEntries(this.names.map((one, at) => [one, calibrated[at]])),
      malignant_at_operating_point: this.thresholding.isMalignant(malignant),
      operating_point: this.thresholding.rule,
      calibrated: this.thresholding.isCalibrated,
      prediction_set: this.sets?.of(calibrated, place).map((one) => this.names[one]) ?? null,
      abstain_reason: warnings[0] ?? (isUnknown ? `the image ${UNKNOWN_REASON}` : null),
      quality_warnings: warnings,
      ...(beside ? { metadata: beside.told } : {}),
      seen_in_training: isSeen,
      error: "",
      saliency: await this.#maps(outputs.saliency),
    };
  }

  /** Probabilities averaged over the bundle's views, and the other outputs of the image as it stands. */
  async outputs(pixels, numbers) {
    const { height, width } = this.facts.input;
    const image = { data: pixels, height, width };
    const [upright, ...others] = this.views;
    const found = await this.network.run(upright(image).data, numbers);
    const sum = Float64Array.from(found.probabilities);
    for (const view of others) {
      const { probabilities } = await this.network.run(view(image).data, numbers);
      for (let at = 0; at < sum.length; at++) sum[at] += probabilities[at];
    }
    return { ...found, computed: sum.map((one) => one / this.views.length) };
  }

  /** Whether the very file was trained on; null where the browser computes no SHA-256 (an address without https). */
  async isSeen(bytes) {
    const own = await sha256(bytes);
    if (!own) return null;
    const both = await sha256(Uint8Array.from([...fromHex(this.facts.training_images.salt), ...fromHex(own)]));
    return this.trained.has(both.slice(0, 32));
  }

  async #maps(saliency) {
    const { height, width } = this.facts.saliency;
    const cells = height * width;
    const maps = this.names.map(async (name, place) => {
      const heat = saliency.subarray(place * cells, (place + 1) * cells);
      const highest = heat.reduce((most, one) => Math.max(most, one), 0) || 1;
      const grey = Uint8Array.from(heat, (one) => halfEven(Math.fround(Math.min(1, Math.max(0, Math.fround(one / highest))) * 255)));
      return [name, { png: await greyPng(grey, height, width), height, width }];
    });
    return Object.fromEntries(await Promise.all(maps));
  }

  #unusable(name, error, beside) {
    return {
      image: name, class: "", malignant_probability: null, ...Object.fromEntries(this.names.map((one) => [one, null])),
      malignant_at_operating_point: null, operating_point: null, calibrated: false, prediction_set: null, abstain_reason: null,
      quality_warnings: [], ...(beside ? { metadata: beside.told } : {}), seen_in_training: null, error, saliency: {},
    };
  }
}

const isAnswer = (row) => row.every(Number.isFinite) && Math.abs(row.reduce((sum, one) => sum + one, 0) - 1) <= LARGEST_ERROR_OF_SUM;


const fromHex = (text) => text.match(/../g)?.map((pair) => parseInt(pair, 16)) ?? [];
