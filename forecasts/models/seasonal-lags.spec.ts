import { difference, referencesIn } from '../../test/support/reference-values.js';
import { InsufficientHistory } from '../errors.js';
import {
  fewSeasonsLags,
  manySeasonsLags,
  recentSeasonLags,
  scatteredSeasonsLags,
  twoSeasonsLags,
  wholeSeasonLags,
} from './seasonal-lags.js';

const week = [0, 10, 20, 10, 0, -20, -20];

describe('seasonal lags', () => {
  it.each([
    [recentSeasonLags, [0, 5, 9, 12, 9, 5, 0, -5, -9, -12, -9, -5]],
    [manySeasonsLags, week],
  ])('repeat a season that repeats: $name', (model, season) => {
    const m = season.length;
    const values = Float64Array.from({ length: 20 * m }, (_, t) => 100 + season[t % m]!);
    const mean = model.fit({ values, periods: [m] }).forecast(2 * m);
    mean.forEach((value, h) => expect(Math.abs(value - 100 - season[h % m]!)).toBeLessThan(0.5));
  });

  it.each([wholeSeasonLags, scatteredSeasonsLags])('repeat days within a week: $name', (model) => {
    const at = (t: number): number => 50 + 10 * Math.sin((2 * Math.PI * t) / 24) - (Math.floor(t / 24) % 7 > 4 ? 20 : 0);
    const values = Float64Array.from({ length: 840 }, (_, t) => at(t));
    const mean = model.fit({ values, periods: [24, 168] }).forecast(168);
    mean.forEach((value, h) => expect(Math.abs(value - at(840 + h))).toBeLessThan(3));
  });

  it('do not apply without a fitting period', () => {
    expect(recentSeasonLags.requiredObservations([])).toBe(Infinity);
    expect(recentSeasonLags.requiredObservations([7])).toBe(Infinity);
    expect(wholeSeasonLags.requiredObservations([7])).toBe(Infinity);
    expect(wholeSeasonLags.requiredObservations([7, 365])).toBe(Infinity);
    expect(() => recentSeasonLags.fit({ values: new Float64Array(20), periods: [12] })).toThrow(InsufficientHistory);
  });
});

const references = referencesIn('forecasts/models/seasonal-lags.csv');

describe.each(references)('seasonal lags, on %s', (_, { values, periods, answer }) => {
  const candidates = {
    recent: recentSeasonLags,
    many: manySeasonsLags,
    whole: wholeSeasonLags,
    few: fewSeasonsLags,
    two: twoSeasonsLags,
    scattered: scatteredSeasonsLags,
  };
  const applicable = Object.entries(candidates).filter(([, model]) => model.requiredObservations(periods) <= values.length);

  it.each(applicable)('are the ridge regression that lm() of R finds: %s', (name, model) => {
    const fitted = model.fit({ values, periods });
    expect(difference(fitted.parameters, answer(`${name}.coefficients`))).toBeLessThan(1e-8);
    expect(difference(fitted.forecast(24), answer(`${name}.mean`))).toBeLessThan(1e-10);
  });
});
