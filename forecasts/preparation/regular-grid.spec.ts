import fc from 'fast-check';
import { IrregularSeries, InsufficientHistory } from '../errors.js';
import { regularGrid, timeOfStep } from './regular-grid.js';

const grid = (...timestamps: string[]) => regularGrid(Float64Array.from(timestamps, Date.parse), Float64Array.from(timestamps, (_, i) => i));
const times = ({ values, ...place }: ReturnType<typeof grid>): string[] =>
  [...values].map((_, step) => new Date(timeOfStep(place, step)).toISOString().slice(0, 16));
const refusal = (...timestamps: string[]): { index: number; message: string } => {
  try {
    grid(...timestamps);
  } catch (error) {
    if (error instanceof IrregularSeries) return { index: error.index, message: error.message };
  }
  throw new Error('needs to be refused');
};

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe('the regular grid', () => {
  it('has a gap where a step is missing', () => {
    const { values, start, step } = grid('2026-01-05T00:00Z', '2026-01-05T01:00Z', '2026-01-05T02:00Z', '2026-01-05T05:00Z', '2026-01-05T06:00Z');
    expect([...values]).toEqual([0, 1, 2, NaN, NaN, 3, 4]);
    expect({ start, step }).toEqual({ start: Date.UTC(2026, 0, 5), step: { milliseconds: HOUR } });
  });

  it.each([
    ['seconds', 1000],
    ['five minutes', 300_000],
    ['hours', HOUR],
    ['days', DAY],
    ['weeks', 7 * DAY],
    ['four weeks', 28 * DAY],
  ])('finds a step of %s', (_, milliseconds) => {
    const timestamps = Float64Array.from({ length: 20 }, (_, t) => Date.UTC(2025, 1, 3, 7, 30) + t * milliseconds);
    const { values, step } = regularGrid(timestamps, new Float64Array(20));
    expect(values).toHaveLength(20);
    expect(step).toEqual({ milliseconds });
  });

  it('finds months, quarters and years, however long they are', () => {
    const months = grid('2023-11-01', '2023-12-01', '2024-01-01', '2024-03-01', '2024-04-01');
    expect(months.step).toEqual({ months: 1, day: 1 });
    expect([...months.values]).toEqual([0, 1, 2, NaN, 3, 4]);
    expect(times(months)).toEqual(['2023-11', '2023-12', '2024-01', '2024-02', '2024-03', '2024-04'].map((month) => `${month}-01T00:00`));
    expect(grid('2024-01-15T06:00Z', '2024-04-15T06:00Z', '2024-07-15T06:00Z').step).toEqual({ months: 3, day: 15 });
    const years = grid('2019-01-01', '2020-01-01', '2021-01-01', '2023-01-01');
    expect(years.step).toEqual({ months: 12, day: 1 });
    expect(years.values).toHaveLength(5);
  });

  it('takes the last day of each month for months, also in February', () => {
    const ends = grid('2023-10-31', '2023-11-30', '2023-12-31', '2024-01-31', '2024-03-31');
    expect(ends.step).toEqual({ months: 1, day: 31 });
    expect(times(ends)[4]).toBe('2024-02-29T00:00');
    expect(grid('2023-12-30', '2024-01-30', '2024-02-29', '2024-03-30').step).toEqual({ months: 1, day: 30 });
  });

  it('has no gap and no double step at a leap day or when the clocks change', () => {
    const days = grid('2024-02-27', '2024-02-28', '2024-02-29', '2024-03-01', '2024-03-02');
    expect([...days.values]).toEqual([0, 1, 2, 3, 4]);
    // In Berlin 02:00 to 03:00 on 29 March 2026 is not there, and on 25 October it is there twice.
    const spring = grid('2026-03-29T00:00+01:00', '2026-03-29T01:00+01:00', '2026-03-29T03:00+02:00', '2026-03-29T04:00+02:00');
    const autumn = grid('2026-10-25T01:00+02:00', '2026-10-25T02:00+02:00', '2026-10-25T02:00+01:00', '2026-10-25T03:00+01:00');
    for (const { values, step } of [spring, autumn]) {
      expect([...values]).toEqual([0, 1, 2, 3]);
      expect(step).toEqual({ milliseconds: HOUR });
    }
  });

  it('refuses what is unsorted, double or off the grid by the first such index', () => {
    expect(refusal('2026-01-01', '2026-01-02', '2026-01-04', '2026-01-03')).toEqual({
      index: 3,
      message: 'series needs timestamps in ascending order, got 2026-01-03T00:00:00Z after 2026-01-04T00:00:00Z at index 3',
    });
    expect(refusal('2026-01-01', '2026-01-02', '2026-01-02', '2026-01-03')).toEqual({
      index: 2,
      message: 'series needs every timestamp once, got 2026-01-02T00:00:00Z again at index 2',
    });
    expect(refusal('2026-01-01T00:00Z', '2026-01-01T01:00Z', '2026-01-01T02:00Z', '2026-01-01T03:30Z', '2026-01-01T03:00Z')).toEqual({
      index: 3,
      message: 'series needs timestamps 1 hour apart from 2026-01-01T00:00:00Z on, got 2026-01-01T03:30:00Z at index 3',
    });
    expect(refusal('2024-01-01', '2024-02-01', '2024-03-01', '2024-04-02', '2024-05-01')).toEqual({
      index: 3,
      message: 'series needs timestamps 1 month apart from 2024-01-01T00:00:00Z on, got 2024-04-02T00:00:00Z at index 3',
    });
    expect(refusal('2026-01-01', 'never', '2026-01-03').index).toBe(1);
  });

  it('refuses a timestamp that is wrong by years, before memory is full of gaps', () => {
    expect(refusal('2026-01-01T00:00:00Z', '2026-01-01T00:00:01Z', '2027-01-01T00:00:00Z').index).toBe(2);
  });

  it('finds the step where every other one is missing for a while', () => {
    const hours = [0, 2, 4, 5, 6, 8, 10, 12, 13, 14].map((hour) => Date.UTC(2026, 0, 5, hour));
    expect(regularGrid(Float64Array.from(hours), new Float64Array(10))).toMatchObject({ step: { milliseconds: HOUR } });
  });

  it('needs two timestamps to see a step', () => {
    expect(() => grid('2026-01-01')).toThrow(InsufficientHistory);
  });

  it('puts any steps of a grid back where they came from', () => {
    const step = fc.oneof(
      fc.constantFrom(1000, 60_000, HOUR, DAY, 7 * DAY).map((milliseconds) => ({ milliseconds })),
      fc.record({ months: fc.constantFrom(1, 3, 12), day: fc.integer({ min: 1, max: 28 }) }),
    );
    fc.assert(
      fc.property(step, fc.array(fc.boolean(), { minLength: 3, maxLength: 60 }), fc.integer({ min: 0, max: 20_000 }), (step, present, startDay) => {
        const first = new Date(startDay * DAY);
        const start = 'months' in step ? Date.UTC(first.getUTCFullYear(), first.getUTCMonth(), step.day) : first.getTime();
        // A stretch without a gap says what the step is, also when all others are missing.
        const kept = [...present.map(() => true), ...present, true].flatMap((isThere, i) => (isThere ? [i] : []));
        const { values, ...place } = regularGrid(Float64Array.from(kept, (i) => timeOfStep({ start, step }, i)), Float64Array.from(kept));
        const seen = [...values].flatMap((value, i) => (Number.isNaN(value) ? [] : [[value, i, timeOfStep(place, i)]]));
        expect(seen).toEqual(kept.map((i) => [i, i, timeOfStep({ start, step }, i)]));
      }),
      { numRuns: 200 },
    );
  });
});
