import { deal, type Penguin, type Species, speciesNames } from "./data.ts";
import { applyScale, fitScale, type Scale, sum } from "./scale.ts";

/** What to try. */
export type Candidate =
  | { kind: "nearest neighbours"; neighbours: number }
  | { kind: "softmax regression"; learningRate: number; epochs: number };

/** What came of it: plain data, so that it can be an artifact. */
export type Model =
  | { kind: "nearest neighbours"; neighbours: number; scale: Scale; rows: number[][]; species: Species[] }
  | { kind: "softmax regression"; scale: Scale; weights: Float64Array[] };

export function describe(candidate: Candidate): string {
  return candidate.kind === "nearest neighbours"
    ? `nearest neighbours, k = ${candidate.neighbours}`
    : `softmax regression, rate = ${candidate.learningRate}`;
}

export function fit(candidate: Candidate, penguins: readonly Penguin[]): Model {
  const scale = fitScale(penguins.map(({ measures }) => measures));
  const rows = penguins.map(({ measures }) => applyScale(scale, measures));
  const species = penguins.map((penguin) => penguin.species);
  return candidate.kind === "nearest neighbours"
    ? { kind: candidate.kind, neighbours: candidate.neighbours, scale, rows, species }
    : { kind: candidate.kind, scale, weights: descend(rows, species, candidate.learningRate, candidate.epochs) };
}

/** How likely each species is, in the order of `speciesNames`. */
export function probabilities(model: Model, measures: readonly number[]): number[] {
  const row = applyScale(model.scale, measures);
  if (model.kind === "softmax regression") return softmax(model.weights, row);
  const nearest = model.rows
    .map((other, k) => ({ species: model.species[k], distance: sum(other.map((x, j) => (x - (row[j] ?? 0)) ** 2)) }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, model.neighbours);
  return speciesNames.map((name) => nearest.filter(({ species }) => species === name).length / nearest.length);
}

export function predict(model: Model, measures: readonly number[]): Species {
  const likely = probabilities(model, measures);
  return speciesNames[likely.indexOf(Math.max(...likely))] ?? speciesNames[0];
}

export function accuracy(model: Model, penguins: readonly Penguin[]): number {
  return penguins.filter(({ species, measures }) => predict(model, measures) === species).length / penguins.length;
}

/** Five times: learn from four fifths, and look how much of the rest comes out right. */
export function crossValidate(candidate: Candidate, penguins: readonly Penguin[]): number {
  const parts = deal(penguins, 5);
  const scores = parts.map((part) => {
    const others = parts.filter((other) => other !== part).flat();
    return accuracy(fit(candidate, others), part);
  });
  return sum(scores) / scores.length;
}

/** Gradient descent over all rows at once, from zero weights: no chance in it. */
function descend(rows: number[][], species: Species[], learningRate: number, epochs: number): Float64Array[] {
  const inputs = (rows[0]?.length ?? 0) + 1;
  const weights = speciesNames.map(() => new Float64Array(inputs));
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    const gradient = speciesNames.map(() => new Float64Array(inputs));
    for (const [k, row] of rows.entries()) {
      for (const [name, likely] of softmax(weights, row).entries()) {
        const error = likely - (species[k] === speciesNames[name] ? 1 : 0);
        addTo(gradient[name], [1, ...row], error / rows.length);
      }
    }
    for (const [name, slope] of gradient.entries()) addTo(weights[name], [...slope], -learningRate);
  }
  return weights;
}

function softmax(weights: readonly Float64Array[], row: readonly number[]): number[] {
  const scores = weights.map((each) => sum([1, ...row].map((x, k) => x * (each[k] ?? 0))));
  const highest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - highest));
  return powers.map((power) => power / sum(powers));
}

function addTo(target: Float64Array | undefined, values: readonly number[], factor: number): void {
  for (const [k, value] of values.entries()) if (target) target[k] = (target[k] ?? 0) + value * factor;
}
