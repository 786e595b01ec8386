import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Papa from 'papaparse';
import { projectRoot } from './project.js';

/** What R answered about one subject, by quantity. */
export interface Answers {
  readonly about: string;
  /** Throws when the script gave no such quantity, so that nothing is compared with nothing. */
  answer(quantity: string): Float64Array;
}

/** What R answered about one of the series of `forecasts/reference/series.csv`. */
export interface Reference extends Answers {
  readonly values: Float64Array;
  readonly periods: readonly number[];
}

/** The answers in a file of reference values, given by its path in the project. */
export function answersIn(file: string): Answers[] {
  const subjects = new Map<string, Map<string, Float64Array>>();
  for (const [about, quantity, ...numbers] of rowsOf(file)) {
    const quantities = subjects.get(about!) ?? new Map<string, Float64Array>();
    subjects.set(about!, quantities.set(quantity!, Float64Array.from(numbers, Number)));
  }
  return [...subjects].map(([about, quantities]) => ({
    about,
    answer(quantity) {
      const numbers = quantities.get(quantity);
      if (!numbers) throw new Error(`${file} has ${[...quantities.keys()].join(', ')} of ${about}, and no ${quantity}`);
      return numbers;
    },
  }));
}

/** `answersIn`, each beside the series it is about; ready for `describe.each`. */
export function referencesIn(file: string): [about: string, reference: Reference][] {
  const series = new Map(
    rowsOf('forecasts/reference/series.csv').map(([name, periods, ...numbers]) => [
      name!,
      { periods: periods!.split(' ').filter(Boolean).map(Number), values: Float64Array.from(numbers, Number) },
    ]),
  );
  return answersIn(file).map((answers) => {
    const one = series.get(answers.about);
    if (!one) throw new Error(`${file} is about ${answers.about}, which forecasts/reference/series.csv does not have`);
    return [answers.about, { ...answers, ...one }];
  });
}

/**
 * The largest difference between two lists of numbers, as a fraction of `size`, which is the largest of theirs where it is not
 * given. NaN when the lists differ in length, or hold a NaN, so that no bound holds.
 */
export function difference(ours: ArrayLike<number>, theirs: ArrayLike<number>, size = largestOf(theirs)): number {
  if (ours.length !== theirs.length || theirs.length === 0) return NaN;
  return Math.max(...Array.from(ours, (value, i) => Math.abs(value - theirs[i]!))) / (size || 1);
}

/** From the lowest of the values to the highest. */
export function rangeOf(values: Float64Array): number {
  return Math.max(...values) - Math.min(...values);
}

function largestOf(values: ArrayLike<number>): number {
  return Math.max(...Array.from(values, Math.abs));
}

function rowsOf(file: string): string[][] {
  const text = readFileSync(join(projectRoot, file), 'utf8');
  return Papa.parse<string[]>(text, { comments: '#', skipEmptyLines: true }).data;
}
