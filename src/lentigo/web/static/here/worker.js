// Questions of the page in, answers out. Everything that takes long happens here, so that the page stays quick.

import { Model } from "./model.js";
import { Unusable } from "./files.js";

const RUNTIME = new URL("../runtime/", import.meta.url);

// ONNX Runtime begins its threads by their address; nothing else may begin anything
globalThis.trustedTypes?.createPolicy("default", { createScriptURL: (address) => (address.startsWith(RUNTIME.href) ? address : null) });

const opened = Model.open(new URL("../model/", import.meta.url), RUNTIME);
opened.catch(() => {}); // said to whoever asks

const ANSWERS = {
  facts: async () => (await opened).told(),
  predict: async ({ files, known }) => {
    const model = await opened;
    const beside = model.metadata?.read(known) ?? null;
    const predictions = [];
    for (const [index, file] of files.entries()) predictions.push({ index, ...await model.answer(file, beside) });
    return { request_id: null, notice: model.facts.notice, model: model.identity, predictions };
  },
};

addEventListener("message", async ({ data: { id, question, ...told } }) => {
  try {
    postMessage({ id, value: await ANSWERS[question](told) });
  } catch (error) {
    postMessage({ id, problem: { message: error.message, status: error instanceof Unusable ? 422 : 0 } });
  }
});
