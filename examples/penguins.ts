import { FlowSpec, type Inputs, parameter, step } from "@metaflow-ts/core";
import { deal, loadPenguins, type Penguin, type Species, speciesNames } from "./penguins/data.ts";
import {
  accuracy,
  type Candidate,
  crossValidate,
  describe,
  fit,
  type Model,
  predict,
  probabilities,
} from "./penguins/models.ts";

interface Score {
  name: string;
  accuracy: number;
}

interface Mistake {
  actual: Species;
  predicted: Species;
  island: string;
  measures: number[];
  likely: Record<string, number>;
}

/**
 * Which model tells three species of penguins apart best?
 *
 * Trains several models on measures of real penguins, picks the best one, and puts it to a last test.
 */
export default class PenguinFlow extends FlowSpec {
  @parameter({ help: "Share of the test that the model must get right" }) target = 0.95;
  @parameter({ help: "Numbers of neighbours to try" }) neighbours = [1, 5, 25];
  @parameter({ help: "Learning rates to try" }) learningRates = [0.003, 0.1, 1];
  @parameter({ help: "Steps of the gradient descent" }) epochs = 150;

  learning!: Penguin[];
  testing!: Penguin[];
  candidates!: Candidate[];

  candidate!: Candidate;
  model!: Model;
  score!: Score;

  scores!: Score[];
  testAccuracy!: number;
  /** Species, and as what they were taken. */
  confusion!: Map<Species, Record<string, number>>;
  verdict!: "good" | "poor";
  mistakes!: Mistake[];
  report!: string;

  /** Load the penguins, and say what to try. */
  @step start() {
    const { penguins, incomplete } = loadPenguins();
    console.log(`${penguins.length} penguins, ${incomplete} left out for want of measures`);
    const [testing = [], ...learning] = deal(penguins, 5);
    this.testing = testing;
    this.learning = learning.flat();
    this.candidates = [
      ...this.neighbours.map((neighbours) => ({ kind: "nearest neighbours" as const, neighbours })),
      ...this.learningRates.map((learningRate) => ({
        kind: "softmax regression" as const,
        learningRate,
        epochs: this.epochs,
      })),
    ];
    this.next(this.train, { foreach: this.candidates });
  }

  /** Train one model. */
  @step train(candidate: Candidate) {
    this.candidate = candidate;
    this.model = fit(candidate, this.learning);
    this.score = { name: describe(candidate), accuracy: crossValidate(candidate, this.learning) };
    console.log(`${this.score.name}: ${percent(this.score.accuracy)}`);
    this.next(this.choose);
  }

  /** Take the best model, and test it on penguins that no model has seen. */
  @step choose(inputs: Inputs<PenguinFlow>) {
    const ranked = [...inputs].sort((a, b) => b.score.accuracy - a.score.accuracy);
    const [best] = ranked;
    if (best === undefined) throw new Error("there was nothing to try");
    this.candidate = best.candidate;
    this.model = best.model;
    this.scores = ranked.map((input) => input.score);
    this.mergeArtifacts(inputs, { include: ["testing"] });
    this.testAccuracy = accuracy(this.model, this.testing);
    this.confusion = confusionOf(this.model, this.testing);
    this.verdict = this.testAccuracy >= this.target ? "good" : "poor";
    this.next({ good: this.publish, poor: this.explain }, { condition: this.verdict });
  }

  /** The model is good enough. */
  @step publish() {
    this.report = `${describe(this.candidate)} gets ${percent(this.testAccuracy)} of the test right.`;
    this.next(this.end);
  }

  /** The model is not good enough: keep what it got wrong. */
  @step explain() {
    this.mistakes = this.testing.flatMap(({ species, island, measures }) => {
      const predicted = predict(this.model, measures);
      if (predicted === species) return [];
      const likely = probabilities(this.model, measures);
      const named = Object.fromEntries(speciesNames.map((name, k) => [name, likely[k] ?? 0]));
      return [{ actual: species, predicted, island, measures, likely: named }];
    });
    this.report =
      `${describe(this.candidate)} gets ${percent(this.testAccuracy)} of the test right, ` +
      `less than ${percent(this.target)}: see 'mistakes'.`;
    this.next(this.end);
  }

  /** Say what came of it. */
  @step end() {
    console.log(this.report);
  }
}

function confusionOf(model: Model, penguins: readonly Penguin[]): Map<Species, Record<string, number>> {
  return new Map(
    speciesNames.map((actual) => {
      const taken = penguins
        .filter(({ species }) => species === actual)
        .map(({ measures }) => predict(model, measures));
      return [
        actual,
        Object.fromEntries(speciesNames.map((name) => [name, taken.filter((one) => one === name).length])),
      ];
    }),
  );
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
