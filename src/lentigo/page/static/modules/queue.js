// Images wait here and go to the source of answers a few at a time, so that the first answers are there soon.

import { ServerProblem } from "./server.js";
import { size } from "./text.js";

const BATCH_BYTES = 12e6;
const FORM_BYTES = 2000; // what the form around one file needs
const TRIES = 6;
const PATIENCE_SECONDS = 10;

export class Queue {
  #source;
  #onChange;
  #waiting = [];
  #isRunning = false;
  #abort = new AbortController();
  /** The most the server takes in one request; set once the server has said it. */
  largestBytes = 20e6;

  /** @param onChange told each item whose `state` has changed: waiting, working, answered or failed. */
  constructor(source, onChange) {
    this.#source = source;
    this.#onChange = onChange;
  }

  add(items) {
    for (const item of items) {
      if (item.file.size + FORM_BYTES > this.largestBytes) this.#become(item, "failed", { problem: tooLarge(item.file, this.largestBytes) });
      else {
        this.#become(item, "waiting", { problem: null });
        this.#waiting.push(item);
      }
    }
    this.#run();
  }

  remove(item) {
    this.#waiting = this.#waiting.filter((one) => one !== item);
  }

  clear() {
    this.#waiting = [];
    this.#abort.abort();
    this.#abort = new AbortController();
  }

  async #run() {
    if (this.#isRunning) return;
    this.#isRunning = true;
    while (this.#waiting.length) await this.#answer(this.#takeBatch());
    this.#isRunning = false;
  }

  #takeBatch() {
    const batch = [this.#waiting.shift()];
    let bytes = batch[0].file.size;
    const fits = (item) => isToldAlike(item, batch[0]) && bytes + item.file.size <= BATCH_BYTES;
    while (batch.length < this.#source.batchFiles && this.#waiting.length && fits(this.#waiting[0])) {
      bytes += this.#waiting[0].file.size;
      batch.push(this.#waiting.shift());
    }
    return batch;
  }

  async #answer(batch) {
    for (const item of batch) this.#become(item, "working");
    try {
      this.#settle(batch, await this.#ask(batch));
    } catch (problem) {
      if (problem.name === "AbortError") return;
      // the server refuses a batch as a whole: find out which of its files is meant
      if (batch.length > 1 && problem.status >= 400 && problem.status < 500 && problem.status !== 401) {
        for (const item of batch) await this.#answer([item]);
      } else {
        for (const item of batch) this.#become(item, "failed", { problem: asProblem(problem) });
      }
    }
  }

  /** Ask, and while the server is busy ask again after the time it names. */
  async #ask(batch) {
    const { signal } = this.#abort;
    for (let tried = 1; ; tried++) {
      try {
        return await this.#source.predict(batch.map((item) => item.file), batch[0].known ?? {}, signal);
      } catch (problem) {
        if (![429, 503].includes(problem.status) || tried === TRIES) throw problem;
        const seconds = Math.min(problem.retryAfter || tried, PATIENCE_SECONDS);
        await new Promise((resume) => setTimeout(resume, 1000 * seconds));
        signal.throwIfAborted();
      }
    }
  }

  #settle(batch, answer) {
    batch.forEach((item, place) => {
      const row = answer.predictions?.find((one) => one.index === place) ?? answer.predictions?.[place];
      const found = { row, requestId: answer.request_id, model: answer.model };
      if (!row) this.#become(item, "failed", { problem: new ServerProblem("The answer leaves this image out.") });
      else if (row.error) this.#become(item, "failed", { ...found, problem: new ServerProblem(row.error, { status: 422, requestId: answer.request_id }) });
      else this.#become(item, "answered", found);
    });
  }

  #become(item, state, values = {}) {
    Object.assign(item, { state, ...values });
    this.#onChange(item);
  }
}

/** One request says what is known once, of all its images. */
const isToldAlike = (one, other) => JSON.stringify(one.known ?? {}) === JSON.stringify(other.known ?? {});

const tooLarge = (file, largest) => new ServerProblem(
  `The file has ${size(file.size)}; the server takes ${size(largest)} at most. Scale the image down.`, { status: 413 });

function asProblem(problem) {
  if (problem instanceof ServerProblem) return problem;
  console.warn(problem);
  return new ServerProblem("The answer could not be read. Try again, or see the server's log.");
}
