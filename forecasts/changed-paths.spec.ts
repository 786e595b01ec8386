import { changedPaths } from './changed-paths.js';
import { InvalidQuestion } from './errors.js';

const paths = { values: Float64Array.from([10, 20, 30, -10, 0, 5]), count: 2, horizon: 3 };
const of = (...values: number[]): Float64Array => Float64Array.from(values);

describe('changedPaths', () => {
  it('multiplies and adds, step by step', () => {
    expect([...changedPaths(paths, { factor: of(1, 2, 0.5), shift: of(0, 0, 100) }).values]).toEqual([10, 40, 115, -10, 0, 102.5]);
  });

  it('leaves the paths as they are, to the bit, where nothing is supposed', () => {
    expect(changedPaths(paths, { factor: of(1, 1, 1), shift: of(0, 0, 0) })).toEqual(paths);
  });

  it('takes nothing below zero that was not there before', () => {
    expect([...changedPaths(paths, { factor: of(1, 1, 1), shift: of(-15, -15, -15) }).values]).toEqual([0, 5, 15, -25, 0, 0]);
  });

  it('refuses a change of another length', () => {
    expect(() => changedPaths(paths, { factor: of(1, 1), shift: of(0, 0, 0) })).toThrow(InvalidQuestion);
    expect(() => changedPaths(paths, { factor: of(1, 1, 1), shift: of(0) })).toThrow('needs one value for each of 3 steps, got 1');
  });
});
