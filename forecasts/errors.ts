/**
 * Everything the engine refuses, by name. Each is the caller's to answer: the series or the question has to change, and
 * asking again without a change gives the same refusal.
 */
export abstract class ForecastError extends Error {
  override get name(): string {
    return this.constructor.name;
  }
}

/** A model, or the engine as a whole, saw fewer observations than it can learn from. */
export class InsufficientHistory extends ForecastError {
  readonly model: string;
  readonly observations: number;
  readonly required: number;

  constructor({ model, observations, required }: { model: string; observations: number; required: number }) {
    super(`${model} needs at least ${required} observations, got ${observations}`);
    this.model = model;
    this.observations = observations;
    this.required = required;
  }
}

/** The values, or their timestamps, are not a series of measurements; `index` is the first place where that shows. */
export class IrregularSeries extends ForecastError {
  constructor(
    readonly index: number,
    problem: string,
    needs = 'finite values, or NaN for a gap',
  ) {
    super(`series needs ${needs}, got ${problem} at index ${index}`);
  }
}

/** The series is described in terms that contradict themselves: its periods or its upper bound. */
export class InvalidSeries extends ForecastError {
  constructor(problem: string) {
    super(`series ${problem}`);
  }
}

/** A regressor contradicts the series that it is about, or itself. */
export class InvalidRegressor extends ForecastError {
  constructor(
    readonly regressor: string,
    problem: string,
  ) {
    super(`regressor "${regressor}" ${problem}`);
  }
}

/** A forecast reaches a whole number of steps ahead, at least one. */
export class InvalidHorizon extends ForecastError {
  constructor(
    readonly horizon: number,
    readonly largest: number,
  ) {
    super(`horizon needs a whole number of steps between 1 and ${largest}, got ${horizon}`);
  }
}

/** Below 50 % an interval misleads more than it tells, and beyond 99 % the history cannot bear it out. */
export class InvalidLevel extends ForecastError {
  constructor(readonly level: number) {
    super(`level needs a percentage between 50 and 99, got ${level}`);
  }
}

/** A question about simulated paths that the paths cannot answer. */
export class InvalidQuestion extends ForecastError {
  constructor(what: string, needs: string, got: number) {
    super(`${what} needs ${needs}, got ${got}`);
  }
}

/** Parents that do not make trees: every node has one parent or none, and nothing is a part of itself. */
export class InvalidHierarchy extends ForecastError {
  constructor(
    readonly node: number,
    problem: string,
  ) {
    super(`hierarchy needs a parent for each node, or −1 for a root, got ${problem} at node ${node}`);
  }
}
