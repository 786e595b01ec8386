import fc from 'fast-check';
import { InvalidQuestion } from '../errors.js';
import type { ForecastDistribution } from '../paths.js';
import { findAnomalies, type Anomaly } from './find-anomalies.js';
import type { Mark } from './marks.js';

const HORIZON = 30;
const costs: ForecastDistribution = {
  mean: new Float64Array(HORIZON).fill(100),
  sd: new Float64Array(HORIZON).fill(10),
  errorCorrelation: 0.2,
  nonNegative: true,
};
/** Days that are off by a few units in turn, and by what is given on some of them. */
const days = (off: Record<number, number> = {}, length = HORIZON): Float64Array =>
  Float64Array.from({ length }, (_, h) => 100 + (off[h] ?? [3, -4, 0, 6, -5][h % 5]!));
const from = (start: number, end: number, by: number): Record<number, number> =>
  Object.fromEntries(Array.from({ length: end - start }, (_, i) => [start + i, by + [2, -3, 1][i % 3]!]));

function only(anomalies: Anomaly[]): Anomaly {
  expect(anomalies).toHaveLength(1);
  return anomalies[0]!;
}

describe('anomalies', () => {
  it('are none where the forecast is right', () => {
    expect(findAnomalies(costs, { actuals: days() })).toEqual([]);
  });

  it('tell a spike that came back, with what it cost', () => {
    const spike = only(findAnomalies(costs, { actuals: days({ 12: 90, 13: 70 }) }));
    expect(spike).toMatchObject({ kind: 'spike', start: 12, end: 14, isOngoing: false, expected: 200, actual: 360, impact: 160, size: 80 });
    // 9 standard deviations, where tails are heavy.
    expect(spike.chanceIfNone).toBeLessThan(0.01);
  });

  it('tell what fell short just as well', () => {
    expect(only(findAnomalies(costs, { actuals: days({ 4: -95 }) }))).toMatchObject({ kind: 'spike', start: 4, end: 5, impact: -95 });
  });

  it('tell a change of level, from its first step on, that no single step shows', () => {
    const change = only(findAnomalies(costs, { actuals: days(from(14, 30, 22)) }));
    expect(change).toMatchObject({ kind: 'level-change', start: 14, end: 30, isOngoing: true });
    expect(Math.abs(change.size - 22)).toBeLessThan(3);
    expect(change.impact).toBeCloseTo(change.actual - change.expected, 9);
    expect(change.chanceIfNone).toBeLessThan(0.01);
  });

  it('tell a change of level that has ended', () => {
    expect(only(findAnomalies(costs, { actuals: days(from(5, 17, -60)) }))).toMatchObject({
      kind: 'level-change',
      start: 5,
      end: 17,
      isOngoing: false,
    });
  });

  it('leave open what goes on and is too young to tell', () => {
    const young = days({ ...from(20, 23, 80) }, 23);
    expect(only(findAnomalies(costs, { actuals: young }))).toMatchObject({ kind: 'undecided', start: 20, end: 23, isOngoing: true });
    // Two more days tell a spike, four more of the same a change.
    const back = days(from(20, 23, 80), 25);
    expect(only(findAnomalies(costs, { actuals: back }))).toMatchObject({ kind: 'spike', start: 20, end: 23, isOngoing: false });
    const lasting = days(from(20, 27, 80), 27);
    expect(only(findAnomalies(costs, { actuals: lasting }))).toMatchObject({ kind: 'level-change', start: 20, end: 27, isOngoing: true });
  });

  it('count a run with a quiet day in it once, and runs apart from each other twice', () => {
    expect(only(findAnomalies(costs, { actuals: days({ 8: 90, 9: 3, 10: 95 }) }))).toMatchObject({ start: 8, end: 11 });
    const kinds = findAnomalies(costs, { actuals: days({ 3: 90, 20: -90 }) }).map(({ start, impact }) => [start, Math.sign(impact)]);
    expect(kinds).toEqual([
      [3, 1],
      [20, -1],
    ]);
  });

  it('allow errors that last to last', () => {
    const week = days(from(10, 30, 15));
    expect(only(findAnomalies(costs, { actuals: week })).kind).toBe('level-change');
    expect(findAnomalies({ ...costs, errorCorrelation: 0.95 }, { actuals: week })).toEqual([]);
  });

  it('are never gaps', () => {
    const gaps = days().map((value, h) => (h % 3 === 0 || h > 20 ? Number.NaN : value));
    expect(findAnomalies(costs, { actuals: gaps })).toEqual([]);
    expect(findAnomalies(costs, { actuals: new Float64Array(10).fill(Number.NaN) })).toEqual([]);
    expect(findAnomalies(costs, { actuals: new Float64Array(0) })).toEqual([]);
    // A gap inside an event adds nothing to what it cost.
    const holed = days(from(10, 20, 60)).fill(Number.NaN, 13, 16);
    expect(only(findAnomalies(costs, { actuals: holed }))).toMatchObject({ start: 10, end: 20, expected: 700 });
  });

  it.each<[Mark['kind'], number, boolean]>([
    ['month-start', 90, true],
    ['month-start', -90, false],
    ['credit', -90, true],
    ['credit', 90, false],
    ['restatement', 90, true],
    ['restatement', -90, true],
    ['event', 90, true],
  ])('pass over a %s with a deviation of %d: %s', (kind, deviation, isExplained) => {
    const outcome = { actuals: days({ 9: deviation }), marks: [{ step: 9, kind }] };
    expect(findAnomalies(costs, outcome)).toHaveLength(isExplained ? 0 : 1);
    expect(findAnomalies(costs, { ...outcome, marks: [{ step: 8, kind }] })).toHaveLength(1);
  });

  it('pass over what is usual at a month start, and nothing far beyond it', () => {
    const earlier = Float64Array.of(70, 95, 80, -4);
    const at = (deviation: number) => findAnomalies(costs, { actuals: days({ 9: deviation }), marks: [{ step: 9, kind: 'month-start', earlier }] });
    expect(at(185)).toEqual([]);
    expect(only(at(195)).impact).toBe(195);
    // Earlier credits were next to nothing, so that they explain next to nothing.
    const small: Mark = { step: 9, kind: 'credit', earlier: Float64Array.of(-2, 5) };
    expect(findAnomalies(costs, { actuals: days({ 9: -90 }), marks: [small] })).toHaveLength(1);
  });

  it('leave what a mark explains out of the impact of what goes on around it', () => {
    const marks: Mark[] = [{ step: 15, kind: 'credit' }];
    const change = only(findAnomalies(costs, { actuals: days({ ...from(10, 30, 50), 15: -100 }), marks }));
    expect(change).toMatchObject({ kind: 'level-change', start: 10, end: 30, expected: 1900 });
    expect(change.impact).toBeGreaterThan(0.9 * 19 * 50);
  });

  it('see a quantity that stops, where errors are relative', () => {
    const relative = { ...costs, multiplicative: true };
    expect(only(findAnomalies(relative, { actuals: days({ 29: -100 }) }))).toMatchObject({ kind: 'undecided', impact: -100 });
  });

  it('take lumps for what they are, where demand is mostly nothing', () => {
    const lumps = Float64Array.from({ length: HORIZON }, (_, h) => (h % 6 === 2 ? 30 + (h % 5) : 0));
    const made = { ...costs, mean: new Float64Array(HORIZON).fill(5.3), sd: new Float64Array(HORIZON).fill(12) };
    expect(findAnomalies(made, { actuals: lumps })).toEqual([]);
    const large = lumps.slice();
    large[8] = 400;
    expect(only(findAnomalies(made, { actuals: large }))).toMatchObject({ kind: 'spike', start: 8, end: 9 });
  });

  it('refuse more actuals than steps, and a promise of no false alarm', () => {
    expect(() => findAnomalies(costs, { actuals: new Float64Array(31) })).toThrow(InvalidQuestion);
    for (const falseAlarmsPerStep of [0, -1, 2, Number.NaN]) {
      expect(() => findAnomalies(costs, { actuals: days(), falseAlarmsPerStep })).toThrow(InvalidQuestion);
    }
  });

  it('are sound for any actuals of any forecast', () => {
    const value = fc.oneof(
      { weight: 4, arbitrary: fc.double({ min: 0, max: 200, noNaN: true }) },
      { weight: 4, arbitrary: fc.constantFrom(100, 101, 99) },
      { weight: 2, arbitrary: fc.constantFrom(Number.NaN, 0, 1e6, 1e-300, -50) },
    );
    const steps = fc.array(fc.tuple(value, value, fc.double({ min: 0, max: 40, noNaN: true })), { minLength: 1, maxLength: 50 });
    const kinds = fc.constantFrom<Mark['kind']>('month-start', 'credit', 'restatement', 'event');
    const marks = fc.array(fc.record({ step: fc.integer({ min: 0, max: 49 }), kind: kinds }), { maxLength: 5 });
    const shape = fc.record({ errorCorrelation: fc.double({ min: 0, max: 0.995, noNaN: true }), multiplicative: fc.boolean(), nonNegative: fc.boolean() });
    let found = 0;
    fc.assert(
      fc.property(steps, marks, shape, fc.double({ min: 1e-6, max: 1, noNaN: true }), (series, marks, shape, falseAlarmsPerStep) => {
        const made = {
          ...shape,
          mean: Float64Array.from(series, ([, mean]) => (mean >= 0 ? mean : 0)),
          sd: Float64Array.from(series, ([, , sd]) => sd),
        };
        const actuals = Float64Array.from(series, ([actual]) => (shape.nonNegative ? Math.max(0, actual) : actual));
        const anomalies = findAnomalies(made, { actuals, marks, falseAlarmsPerStep });
        expect(findAnomalies(made, { actuals, marks, falseAlarmsPerStep })).toEqual(anomalies);
        let before = 0;
        for (const { start, end, kind, isOngoing, expected, actual, impact, size, chanceIfNone } of anomalies) {
          found += 1;
          const isInOrder = before <= start && start < end && end <= actuals.length;
          const isObserved = !Number.isNaN(actuals[start]!) && !Number.isNaN(actuals[end - 1]!);
          const isFinite = [expected, actual, impact, size, chanceIfNone].every(Number.isFinite);
          const isToldApart = kind === 'level-change' ? end - start >= 7 : isOngoing === (kind === 'undecided');
          if (!isInOrder || !isObserved || !isFinite || !isToldApart) throw new Error(JSON.stringify(anomalies));
          if (Math.abs(impact - (actual - expected)) > 0 || !(chanceIfNone >= 0 && chanceIfNone <= 1)) throw new Error(JSON.stringify(anomalies));
          before = end;
        }
      }),
      { numRuns: 1000, seed: 20261126 },
    );
    expect(found).toBeGreaterThan(500);
  });
});
