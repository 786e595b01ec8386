/** How long things are kept. */
export abstract class Retention {
  /** Months that samples are kept as they came. */
  abstract readonly sampleMonths: number;
}
