// What is known beside an image (age, sex, site) in, the numbers the network takes of it out, as
// `lentigo.data.metadata.encoding`.

import { Unusable } from "./files.js";

const FIELDS = ["age", "sex", "site"];
const AGE = /^[0-9]{1,3}(\.[0-9]{1,6})?$/;
const OLDEST = 120;

export class Metadata {
  /** @param facts `metadata` of `bundle.json`. */
  constructor({ fields, age_knots: knots, sexes, sites }) {
    this.fields = FIELDS.filter((name) => fields.includes(name));
    this.knots = knots;
    this.words = { sex: sexes, site: sites };
    this.sizes = { age: knots.length, sex: sexes.length, site: sites.length };
    this.width = this.fields.reduce((sum, name) => sum + this.sizes[name], 0);
  }

  /** What somebody has typed -> `{numbers: Float32Array, told: texts}`; empty where not known. */
  read(typed) {
    const known = Object.fromEntries(FIELDS.map((name) => [name, (typed[name] ?? "").trim().toLowerCase()]));
    for (const name of FIELDS) if (known[name] && !this.fields.includes(name)) throw new Unusable(`${name} ${known[name]}: this network takes ${this.fields.join(", ")} alone`);
    const numbers = new Float32Array(this.width);
    let start = 0;
    for (const name of this.fields) {
      for (const [place, share] of this.#shares(name, known[name])) numbers[start + place] = share;
      start += this.sizes[name];
    }
    const told = this.fields.filter((name) => known[name]).map((name) => (name === "age" ? `age ${Number(known.age)}` : known[name]));
    return { numbers, told };
  }

  #shares(name, text) {
    if (!text) return [];
    if (name === "age") return ageShares(text, this.knots);
    const place = this.words[name].indexOf(text);
    if (place < 0) throw new Unusable(`${name} ${text}: expected ${this.words[name].join(", ")}; leave it out where not known`);
    return [[place, 1]];
  }
}

function ageShares(text, knots) {
  const age = Number(text);
  if (!AGE.test(text) || age > OLDEST) throw new Unusable(`age ${text}: expected years from 0 to ${OLDEST}, such as 55`);
  const within = Math.min(Math.max(age, knots[0]), knots.at(-1));
  const above = knots.findIndex((knot) => within <= knot);
  if (knots[above] === within) return [[above, 1]];
  const share = (within - knots[above - 1]) / (knots[above] - knots[above - 1]);
  return [[above - 1, 1 - share], [above, share]];
}
