import type { Part } from './forecast-sets.js';

/** What every measurement is told. */
export interface BenchOptions {
  /** How much data, where a measurement has any to vary; undefined leaves the size to it. */
  rows?: number;
  rounds: number;
  /** A folder of forecasting sets, the part of them to score, and the name of the only one. */
  data?: string;
  part: Part;
  set?: string;
  /** Says what is going on, on standard error. */
  onProgress: (message: string) => void;
  signal: AbortSignal;
}

/** A number that was taken once a round. */
export interface Figure {
  name: string;
  /** Empty for a ratio. */
  unit: string;
  rounds: number[];
  /** What the median has to keep to; a figure without one is there to compare with. */
  limit?: { atLeast?: number; atMost?: number };
}

export interface Table {
  title: string;
  /** A column whose head ends in `>` is aligned to the right. */
  head: readonly string[];
  rows: readonly (readonly string[])[];
}

export interface Finding {
  /** What was measured, for example "a FOCUS 1.0 file of 1,000,000 charges, 712 MB". */
  subject: string;
  figures: Figure[];
  /** What the reader of the figures has to know, a sentence each. */
  notes: string[];
  /** Tables of more than a figure, in Markdown, so that they can stand in a README. */
  tables?: Table[];
  /** What was measured with beside Node, for example `PostgreSQL 18.4`. */
  software: string[];
}

/** Something that is fast or slow, next to a peer or a limit that is measured in the same run. */
export interface Measurement {
  /** As it is typed, for example `import`. */
  readonly name: string;
  /** One sentence for the list. */
  readonly description: string;
  measure(options: BenchOptions): Promise<Finding>;
}

/**
 * Runs the contenders by turns, once a round, in the opposite order every other round: what the
 * machine does meanwhile, and what one leaves behind for the next, then favours nobody.
 */
export async function interleave<Name extends string, Result>(
  rounds: number,
  contenders: Record<Name, (round: number) => Promise<Result>>,
): Promise<Record<Name, Result[]>> {
  const names = Object.keys(contenders) as Name[];
  const results = Object.fromEntries(names.map((name) => [name, [] as Result[]])) as Record<Name, Result[]>;
  for (let round = 1; round <= rounds; round += 1) {
    const order = round % 2 === 1 ? names : names.toReversed();
    for (const name of order) results[name].push(await contenders[name](round));
  }
  return results;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export function isMet({ rounds, limit }: Figure): boolean {
  const { atLeast = -Infinity, atMost = Infinity } = limit ?? {};
  return median(rounds) >= atLeast && median(rounds) <= atMost;
}
