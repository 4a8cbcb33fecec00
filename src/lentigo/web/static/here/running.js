// The network in ONNX Runtime: on the graphics card where there is one and it computes rightly, else on the processor.

const LARGEST_DIFFERENCE = 1e-4;
const MOST_THREADS = 4;
const OUTPUTS = ["probabilities", "saliency", "logits", "pooled_features"];

/**
 * Start the network where it gives the answer that it gave when it was exported.
 *
 * @param network bytes of ONNX. @param input `{height, width, beside}`, the last how many numbers it takes beside the image. @param trial `trial.json`: probabilities of `trialPixels`,
 *   by ONNX Runtime outside the browser. @param runtime address of the folder of onnxruntime-web.
 */
export async function startNetwork(network, input, trial, runtime) {
  const reasons = [];
  for (const way of await waysHere(runtime, trial)) {
    try {
      const started = await Network.start(way, network, input, runtime);
      const difference = await started.differs(trial);
      if (difference <= LARGEST_DIFFERENCE) return started;
      reasons.push(`${way.name}: probabilities differ by ${difference.toExponential(1)} from those where it was exported`);
    } catch (error) {
      reasons.push(`${way.name}: ${error.message ?? error}`);
    }
  }
  throw new Error(`This browser cannot run the model. ${reasons.join("; ")}`);
}

/** Ways to compute, the fastest first. */
async function waysHere(runtime, trial) {
  const processor = { name: "the processor", provider: "wasm", module: "ort.wasm.min.mjs" };
  if (!trial.webgpu || !await navigator.gpu?.requestAdapter().catch(() => null)) return [processor];
  return [{ name: "the graphics card", provider: "webgpu", module: "ort.webgpu.min.mjs" }, processor];
}

/** The pixels that network and export are compared on: any that both can make. */
export function trialPixels({ height, width }) {
  const pixels = new Uint8Array(height * width * 3);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) for (let channel = 0; channel < 3; channel++) pixels[at++] = (3 * x + 5 * y + 50 * channel) & 255;
  }
  return pixels;
}

class Network {
  static async start(way, network, input, runtime) {
    const ort = await import(new URL(way.module, runtime).href);
    ort.env.wasm.wasmPaths = runtime.href;
    ort.env.wasm.numThreads = self.crossOriginIsolated ? Math.min(MOST_THREADS, navigator.hardwareConcurrency || 1) : 1;
    ort.env.logLevel = "error";
    const session = await ort.InferenceSession.create(network, { executionProviders: [way.provider], logSeverityLevel: 3 });
    return new Network(ort, session, way, input);
  }

  constructor(ort, session, way, input) {
    [this.ort, this.session, this.input] = [ort, session, input];
    this.runsOn = { provider: way.provider, threads: ort.env.wasm.numThreads };
    this.beside = session.inputNames.find((name) => name !== "pixels");
  }

  /** All outputs, as arrays of numbers, for uint8 pixels (H, W, 3). @param numbers what is known beside the image. */
  async run(pixels, numbers = null) {
    const { height, width, beside } = this.input;
    const feeds = { pixels: new this.ort.Tensor("uint8", pixels, [1, height, width, 3]) };
    if (beside) feeds[this.beside] = new this.ort.Tensor("float32", numbers ?? new Float32Array(beside), [1, beside]);
    const found = await this.session.run(feeds, OUTPUTS);
    const taken = Object.fromEntries(OUTPUTS.map((name) => [name, Float32Array.from(found[name].data)]));
    for (const name of OUTPUTS) found[name].dispose();
    return taken;
  }

  /** How far its answer to the trial lies from the one it gave where it was exported. */
  async differs(trial) {
    const { probabilities } = await this.run(trialPixels(this.input));
    const differences = trial.probabilities.map((one, at) => Math.abs(one - probabilities[at]));
    return differences.every(Number.isFinite) ? Math.max(...differences) : Infinity;
  }
}
