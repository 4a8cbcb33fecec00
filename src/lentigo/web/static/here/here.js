// The page's two questions, answered by a worker of this browser: which model is this, and what does it say.

import { ServerProblem } from "../page/modules/server.js";

const UNUSABLE = "This browser cannot run the model: ";

/** As `Server` of the page: `facts()` and `predict(files, known, signal)`; nothing is sent anywhere. */
export class Here {
  /** An image at a time: the first answer is there soon, and memory holds one. */
  batchFiles = 1;
  intakeWords = "JPEG, PNG, WebP, BMP or GIF. The images stay in this browser: it computes the answers itself, and nothing is sent.";
  #worker;
  #waiting = new Map();
  #number = 0;

  constructor() {
    this.#worker = new Worker(workerAddress(), { type: "module" });
    this.#worker.addEventListener("message", ({ data }) => this.#settle(data));
    this.#worker.addEventListener("error", (event) => this.#fail(event.message || "the worker has stopped"));
    keepForOffline();
  }

  /** What `bundle.json` says, with the model card. */
  facts() {
    return this.#ask("facts", {});
  }

  /** Answers for some files, in their order, with the saliency of every class; in the form of the service's. */
  async predict(files, known, signal) {
    const answer = await this.#ask("predict", { files, known });
    signal?.throwIfAborted();
    return answer;
  }

  #ask(question, told) {
    const id = ++this.#number;
    return new Promise((done, fail) => {
      this.#waiting.set(id, { done, fail });
      this.#worker.postMessage({ id, question, ...told });
    });
  }

  #settle({ id, value, problem }) {
    const { done, fail } = this.#waiting.get(id) ?? {};
    this.#waiting.delete(id);
    if (problem) fail?.(new ServerProblem(problem.message, { status: problem.status }));
    else done?.(value);
  }

  #fail(reason) {
    for (const { fail } of this.#waiting.values()) fail(new ServerProblem(UNUSABLE + reason));
    this.#waiting.clear();
  }
}

/** Addresses of scripts that this page may start: its own worker and its own service worker. */
const policy = globalThis.trustedTypes?.createPolicy("lentigo", { createScriptURL: (address) => address });
const script = (address) => policy?.createScriptURL(address) ?? address;

/** A worker that begins as a text of this page obeys this page's policy; one that begins as a file obeys none. */
function workerAddress() {
  const file = new URL("worker.js", import.meta.url).href;
  const text = `import ${JSON.stringify(file)};`;
  return script(URL.createObjectURL(new Blob([text], { type: "text/javascript" })));
}

/** Where the browser allows it (https, or this machine), the folder is kept and opens without a network. */
function keepForOffline() {
  const file = new URL("../service-worker.js", import.meta.url).href;
  navigator.serviceWorker?.register(script(file)).catch((error) => console.info(`Not kept for use without a network: ${error.message}`));
}
