import { pulse, ramp, step } from './events.js';

describe('an event', () => {
  it('that passes is there for its steps, and fades as told', () => {
    expect([...pulse(6, { at: 2 })]).toEqual([0, 0, 1, 0, 0, 0]);
    expect([...pulse(6, { at: 1, length: 2 })]).toEqual([0, 1, 1, 0, 0, 0]);
    expect([...pulse(6, { at: 1, length: 2, decay: 0.5 })]).toEqual([0, 1, 1, 0.5, 0.25, 0.125]);
  });

  it('that began before the history has faded by its first step', () => {
    expect([...pulse(3, { at: -2, decay: 0.5 })]).toEqual([0.25, 0.125, 0.0625]);
  });

  it('that lasts comes at one step, or bit by bit', () => {
    expect([...step(5, { from: 3 })]).toEqual([0, 0, 0, 1, 1]);
    expect([...ramp(6, { from: 1, to: 5 })]).toEqual([0, 0, 0.25, 0.5, 0.75, 1]);
    expect([...ramp(4, { from: 1, to: 1 })]).toEqual([0, 0, 1, 1]);
  });

  it('beyond the horizon leaves the steps alone', () => {
    for (const values of [pulse(4, { at: 9 }), step(4, { from: 9 }), ramp(4, { from: 9, to: 12 })]) {
      expect([...values]).toEqual([0, 0, 0, 0]);
    }
  });
});
