/** A file of which no series can be read. One bad series is not a reason: the others go on. */
export class SeriesFileRefused extends Error {
  constructor(file: string, reason: string) {
    super(`${file}: ${reason}`);
  }
}
