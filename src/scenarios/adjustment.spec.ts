import { changeOf, weights } from './adjustment.js';

const origin = new Date('2026-11-22T00:00:00Z');
const always = { effectiveFrom: '2026-01-01T00:00:00Z', effectiveUntil: null, rampDays: 0 };

describe('an adjustment', () => {
  it('holds from its day until just before its last', () => {
    expect([...weights({ effectiveFrom: '2026-11-24T00:00:00Z', effectiveUntil: '2026-11-26T00:00:00Z', rampDays: 0 }, origin, 6)]).toEqual([0, 0, 1, 1, 0, 0]);
    expect([...weights({ ...always, effectiveFrom: '2026-11-23T09:00:00Z' }, origin, 4)]).toEqual([0, 0, 1, 1]);
  });

  it('grows over its ramp', () => {
    expect([...weights({ ...always, effectiveFrom: '2026-11-23T00:00:00Z', rampDays: 4 }, origin, 7)]).toEqual([0, 0, 0.25, 0.5, 0.75, 1, 1]);
  });

  it('is laid over the ones before it', () => {
    const { factor, shift } = changeOf([{ ...always, factor: null, shift: 10 }, { ...always, factor: 1.5, shift: null }, { ...always, factor: null, shift: 1 }], origin, 2);
    expect([[...factor], [...shift]]).toEqual([[1.5, 1.5], [16, 16]]);
    expect(changeOf([], origin, 2)).toEqual({ factor: Float64Array.from([1, 1]), shift: Float64Array.from([0, 0]) });
  });

  it('of a part of a factor is that part of the change', () => {
    const { factor } = changeOf([{ effectiveFrom: '2026-11-22T00:00:00Z', effectiveUntil: null, rampDays: 2, factor: 0.5, shift: null }], origin, 4);
    expect([...factor]).toEqual([1, 0.75, 0.5, 0.5]);
  });
});
