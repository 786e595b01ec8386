import { occurrencesOf } from './occurrences.js';

describe('occurrences of a regressor', () => {
  it('are the stretches away from what it mostly is', () => {
    expect(occurrencesOf(Float64Array.of(1, 0, 0, 0, 1, 1, 0, 0))).toEqual([
      { start: 0, end: 1 },
      { start: 4, end: 6 },
    ]);
    // Mostly 21 working days: 20 and 22 are the occurrences of a month that differs.
    expect(occurrencesOf(Float64Array.of(21, 21, 20, 21, 22, 21))).toEqual([
      { start: 2, end: 3 },
      { start: 4, end: 5 },
    ]);
  });

  it('end where less than half of the effect is left', () => {
    expect(occurrencesOf(Float64Array.of(0, 0, 0, 0, 0, 0, 1, 0.8, 0.64, 0.51, 0.41))).toEqual([{ start: 6, end: 10 }]);
  });

  it('are none when nothing changes', () => {
    expect(occurrencesOf(new Float64Array(5))).toEqual([]);
    expect(occurrencesOf(new Float64Array(5).fill(3))).toEqual([]);
    expect(occurrencesOf(new Float64Array(0))).toEqual([]);
  });
});
