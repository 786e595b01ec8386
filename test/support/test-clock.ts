import { Clock } from '../../src/platform/index.js';

/** A clock that stands still until a test moves it. */
export class TestClock extends Clock {
  constructor(private instant: Date) {
    super();
  }

  now(): Date {
    return this.instant;
  }

  moveTo(instant: string): void {
    this.instant = new Date(instant);
  }
}
