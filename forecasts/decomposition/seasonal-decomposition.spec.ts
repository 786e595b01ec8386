import { difference, rangeOf, referencesIn } from '../../test/support/reference-values.js';
import { centredMovingAverage } from './moving-average.js';
import { periodsWithin, seasonalStrength } from './seasonal-strength.js';
import { decomposeSeasons, seasonalFigure } from './seasonal-decomposition.js';

const week = [0, 10, 20, 10, 0, -20, -20];

describe('centred moving average', () => {
  it('averages a whole season, and half of each end when the period is even', () => {
    // odd: (1 + 2 + 6)/3 = 3, (2 + 6 + 4)/3 = 4; ends carried
    expect([...centredMovingAverage(Float64Array.of(1, 2, 6, 4), 3)]).toEqual([3, 3, 4, 4]);
    // even: (½·1 + 2 + 6 + 4 + ½·3)/4 = 3.5
    expect([...centredMovingAverage(Float64Array.of(1, 2, 6, 4, 3), 4)]).toEqual([3.5, 3.5, 3.5, 3.5, 3.5]);
  });
});

describe('seasonal decomposition', () => {
  it('takes a week off a line', () => {
    const values = Float64Array.from({ length: 70 }, (_, t) => 100 + t + week[t % 7]!);
    const { adjusted, addAhead, periods } = decomposeSeasons(values, [7]);
    expect(periods).toEqual([7]);
    adjusted.forEach((value, t) => expect(value).toBeCloseTo(100 + t, 8));
    const ahead = new Float64Array(9);
    addAhead(ahead);
    expect(ahead[2]).toBeCloseTo(20, 8);
    expect(ahead[8]).toBeCloseTo(10, 8);
  });

  it('is not misled by a wild value', () => {
    const values = Float64Array.from({ length: 70 }, (_, t) => 100 + week[t % 7]!);
    values[40] = 160;
    const ahead = new Float64Array(7);
    decomposeSeasons(values, [7]).addAhead(ahead);
    for (let h = 0; h < 7; h += 1) expect(Math.abs(ahead[h]! - week[h]!)).toBeLessThan(1.1);
  });

  it('finds no season where there is none', () => {
    // A walk on 0, 1, 2 … modulo a prime has no period of seven.
    const values = Float64Array.from({ length: 140 }, (_, t) => (t * t * 31) % 101);
    expect(periodsWithin(values, [7])).toEqual([]);
  });

  it('takes off a day and a week one after the other', () => {
    const day = Array.from({ length: 24 }, (_, hour) => 5 * Math.sin((2 * Math.PI * hour) / 24));
    const values = Float64Array.from({ length: 24 * 28 }, (_, t) => 50 + day[t % 24]! + week[Math.floor(t / 24) % 7]!);
    const { adjusted, periods } = decomposeSeasons(values, [24, 168]);
    expect(periods).toEqual([24, 168]);
    const strays = adjusted.subarray(168, -168).map((value) => Math.abs(value - 50));
    expect(Math.max(...strays)).toBeLessThan(1);
  });

  it('passes over a period of which two seasons were not seen', () => {
    const values = Float64Array.from({ length: 13 }, (_, t) => week[t % 7]!);
    expect(decomposeSeasons(values, [7]).periods).toEqual([]);
  });
});

const references = referencesIn('forecasts/decomposition/seasonal-decomposition.csv');

describe.each(references)('seasons, on %s', (_, { values, periods, answer }) => {
  const m = periods[0]!;
  const half = m >> 1;
  const figureOf = (series: Float64Array): Float64Array => {
    const trend = centredMovingAverage(series, m);
    return seasonalFigure(series.map((value, t) => value - trend[t]!), m);
  };

  it('have the trend of ma() of R', () => {
    const trend = centredMovingAverage(values, m).subarray(half, values.length - half);
    expect(difference(trend, answer('trend'))).toBeLessThan(1e-11);
  });

  it('have the figure of decompose() of R, drawn towards zero, where no phase is trimmed', () => {
    const share = answer('few.share')[0]!;
    const figure = figureOf(values.subarray(0, 3 * m + 2 * half));
    expect(difference(figure, answer('few.decompose.figure').map((value) => value * share))).toBeLessThan(1e-10);
  });

  it('have the figure of R with a mean trimmed and drawn as ours is', () => {
    expect(difference(figureOf(values), answer('figure'))).toBeLessThan(1e-11);
    // With four deviations to a phase trimming begins.
    expect(difference(figureOf(values.subarray(0, 4 * m + 2 * half)), answer('four.figure'))).toBeLessThan(1e-10);
  });

  it('have nearly the figure of decompose() and stl() of R where a season shows', () => {
    // Trimming and drawing move the figure by at most 4 % of its range; stl() differs most, by 8 %, on the air
    // passengers, whose season grows. The residents have none to speak of: drawn towards zero, theirs is off by 12 and
    // 33 % of a figure that is chance.
    const isChance = seasonalStrength(values, m) < 0.5;
    const [classical, loess] = [answer('decompose.figure'), answer('stl.figure')];
    expect(difference(figureOf(values), classical, rangeOf(classical))).toBeLessThan(isChance ? 0.13 : 0.04);
    expect(difference(figureOf(values), loess, rangeOf(loess))).toBeLessThan(isChance ? 0.34 : 0.08);
  });

  it('follow each new season as HoltWinters() of R does phase by phase', () => {
    const { adjusted, addAhead } = decomposeSeasons(values, [m], 0.5);
    const ahead = new Float64Array(m);
    addAhead(ahead);
    expect(difference(adjusted, answer('changing.adjusted'))).toBeLessThan(1e-11);
    expect(difference(ahead, answer('changing.ahead'))).toBeLessThan(1e-11);
  });
});
