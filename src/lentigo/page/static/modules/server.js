// The service's two questions: which model is this, and what does it say about these images.

export class ServerProblem extends Error {
  constructor(message, { status = 0, requestId = "", retryAfter = 0 } = {}) {
    super(message);
    Object.assign(this, { status, requestId, retryAfter });
  }
}

export class Server {
  /** The most images of one request. */
  batchFiles = 4;
  intakeWords = "JPEG, PNG, WebP, BMP, TIFF, GIF or DICOM. Images go to this server for the answer; it does not keep them.";
  #token = ""; // in memory only: gone when the page is closed
  #askForToken;

  /** @param askForToken (wasWrong) -> a promise of the token, or of "" when none is given. */
  constructor(askForToken) {
    this.#askForToken = askForToken;
  }

  /** What `bundle.json` says, with the model card. */
  facts() {
    return this.#request("/v1/model", {});
  }

  /** Answers for some files, in their order, with the saliency of every class. `known`: age, sex, site of all of them. */
  predict(files, known, signal) {
    const body = new FormData();
    for (const [field, text] of Object.entries(known)) if (text) body.append(field, text);
    for (const file of files) body.append("images", file, file.name);
    return this.#request("/v1/predict?saliency=all", { method: "POST", body, signal });
  }

  async #request(path, options) {
    for (;;) {
      const response = await this.#send(path, options);
      if (response.status !== 401) return answerOf(response);
      const token = await this.#askForToken(this.#token !== "");
      if (!token) throw new ServerProblem("The server answers only with its token. Load the page again to be asked for it.", { status: 401 });
      this.#token = token;
    }
  }

  async #send(path, options) {
    const headers = this.#token ? { Authorization: `Bearer ${this.#token}` } : {};
    try {
      return await fetch(path, { ...options, headers, cache: "no-store", credentials: "omit" });
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw new ServerProblem("The server does not answer. See whether it is still running, then try again.");
    }
  }
}

async function answerOf(response) {
  const body = await response.json().catch(() => null);
  if (response.ok && body) return body;
  throw new ServerProblem(messageOf(body) ?? `The server answered with status ${response.status}.`, {
    status: response.status,
    requestId: body?.request_id ?? response.headers.get("X-Request-ID") ?? "",
    retryAfter: Number(response.headers.get("Retry-After")) || 0,
  });
}

/** The reason in words: `detail` of application/problem+json. */
const messageOf = (body) => [body?.detail, body?.message].find((one) => typeof one === "string" && one) ?? null;
