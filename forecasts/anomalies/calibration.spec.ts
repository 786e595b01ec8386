import { findAnomalies, forecast, type Anomaly, type ForecastDistribution } from '../index.js';
import { fillNormal } from '../math/normal.js';
import { randomStream } from '../math/random.js';

const LENGTH = 150;
/** One month. */
const STEPS = 30;
/** The figures of the decision on anomalies are from 300 of each kind. */
const SERIES = 40;
const WEEK = [1, 1.05, 1.06, 1.04, 1, 0.8, 0.78];

type Kind = 'steady' | 'heavy-tailed' | 'relative' | 'lumpy' | 'lasting';

/** Each with the size of its noise. */
const kinds: Record<Kind, { noise: number; value(t: number, z: number, uniform: () => number, before: number): number }> = {
  steady: { noise: 7, value: (t, z) => 100 * WEEK[t % 7]! + 7 * z },
  // Student's t with four degrees of freedom.
  'heavy-tailed': {
    noise: 7,
    value: (t, z, uniform) => 100 * WEEK[t % 7]! + (5 * z) / Math.sqrt(-Math.log(uniform() * uniform()) / 2),
  },
  relative: { noise: 9, value: (t, z) => 50 * WEEK[t % 7]! * Math.exp(0.001 * t + 0.15 * z) },
  lumpy: { noise: 12, value: (_, z, uniform) => (uniform() < 0.15 ? Math.exp(3 + 0.7 * z) : 0) },
  lasting: { noise: 8.4, value: (_, z, __, before) => 200 + 0.7 * (before - 200) + 6 * z },
};

interface Case {
  readonly made: ForecastDistribution;
  readonly actuals: Float64Array;
}

function casesOf(kind: Kind): Case[] {
  const { value } = kinds[kind];
  return Array.from({ length: SERIES }, (_, i) => {
    const random = randomStream(91 * i + 7);
    const draws = new Float64Array(LENGTH + STEPS);
    fillNormal(draws, random);
    let before = 200;
    const values = draws.map((z, t) => (before = Math.max(0, value(t, z, () => random.next(), before))));
    const made = forecast({ values: values.slice(0, LENGTH), periods: [7], nonNegative: true }, { horizon: STEPS, levels: [] });
    return { made, actuals: values.slice(LENGTH) };
  });
}

const cases = Object.fromEntries((Object.keys(kinds) as Kind[]).map((kind) => [kind, casesOf(kind)])) as Record<Kind, Case[]>;

/** What is found of something added to every case: the anomalies of the same direction that overlap with it. */
function found(kind: Kind, [start, end]: readonly [number, number], sizeInNoise: number): Anomaly[] {
  return cases[kind].flatMap(({ made, actuals }) => {
    const added = actuals.map((actual, h) => (h >= start && h < end ? actual + sizeInNoise * kinds[kind].noise : actual));
    const anomaly = findAnomalies(made, { actuals: added }).find((one) => one.start < end && one.end > start && one.impact > 0);
    return anomaly ? [anomaly] : [];
  });
}

describe('anomalies in simulated months', () => {
  it('are seen where there are none as seldom as is promised', () => {
    const counts = Object.values(cases).map((ofKind) =>
      ofKind.reduce((sum, { made, actuals }) => sum + findAnomalies(made, { actuals }).length, 0) / SERIES,
    );
    // Promised is 0.1 a month. Over many: 0.00 to 0.09, by kind.
    for (const perMonth of counts) expect(perMonth).toBeLessThanOrEqual(0.2);
    expect(counts.reduce((sum, perMonth) => sum + perMonth, 0) / counts.length).toBeLessThanOrEqual(0.1);
  });

  it('are more where more false alarms are allowed', () => {
    const countAt = (falseAlarmsPerStep: number): number =>
      Object.values(cases).flat().reduce((sum, { made, actuals }) => sum + findAnomalies(made, { actuals, falseAlarmsPerStep }).length, 0);
    expect(countAt(1 / 30)).toBeGreaterThan(3 * countAt(0.1 / 30));
    // Promised is one a month, and they are rather fewer.
    expect(countAt(1 / 30) / (5 * SERIES)).toBeLessThan(1);
  });

  it.each<[Kind, number, number]>([
    ['steady', 8, 0.85],
    ['heavy-tailed', 8, 0.8],
    ['relative', 8, 0.8],
    ['lasting', 8, 0.85],
    ['lumpy', 12, 0.5],
  ])('are seen in %s series as a spike of %d times the noise, early in the month', (kind, size, share) => {
    const spikes = found(kind, [3, 4], size);
    expect(spikes.length / SERIES).toBeGreaterThanOrEqual(share);
    const right = spikes.filter((one) => one.kind === 'spike' && one.end - one.start <= 2);
    expect(right.length / spikes.length).toBeGreaterThanOrEqual(0.85);
  });

  it.each<[Kind, number, number]>([
    ['steady', 3, 0.85],
    ['heavy-tailed', 3, 0.85],
    ['relative', 3, 0.75],
    ['lumpy', 3, 0.85],
    ['lasting', 6, 0.7],
  ])('are seen in %s series as a change of level by %d times the noise, half a month old', (kind, size, share) => {
    const changes = found(kind, [15, STEPS], size);
    expect(changes.length / SERIES).toBeGreaterThanOrEqual(share);
    const of = (isRight: (one: Anomaly) => boolean): number => changes.filter(isRight).length / changes.length;
    expect(of((one) => one.kind === 'level-change' && one.isOngoing)).toBeGreaterThanOrEqual(0.9);
    expect(of((one) => Math.abs(one.start - 15) <= 2)).toBeGreaterThanOrEqual(0.75);
    const relativeSize = changes.reduce((sum, one) => sum + one.size, 0) / changes.length / (size * kinds[kind].noise);
    expect(Math.abs(relativeSize - 1)).toBeLessThan(0.2);
  });

  it('are left open four days after a change of level', () => {
    const young = found('steady', [26, STEPS], 6);
    expect(young.length / SERIES).toBeGreaterThanOrEqual(0.75);
    expect(young.filter(({ kind }) => kind === 'undecided').length / young.length).toBeGreaterThanOrEqual(0.9);
  });
});
