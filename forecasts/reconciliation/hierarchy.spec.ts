import { InvalidHierarchy } from '../errors.js';
import { addUp, hierarchyOf } from './hierarchy.js';

describe('hierarchy', () => {
  it('adds parts up to wholes, whatever the order of the nodes', () => {
    // 4 is the root of 1 and 3; 0 and 2 are parts of 1; 5 stands alone.
    const hierarchy = hierarchyOf([1, 4, 1, 4, -1, -1]);
    expect([...hierarchy.order]).toEqual([4, 5, 1, 3, 0, 2]);
    expect(hierarchy.children.map((parts) => [...parts])).toEqual([[], [0, 2], [], [], [1, 3], []]);
    const values = Float64Array.of(1, 99, 2, 4, 99, 8);
    addUp(hierarchy, values);
    expect([...values]).toEqual([1, 3, 2, 4, 7, 8]);
  });

  it.each([
    [[-1, 7], 1, 'got 7 at node 1'],
    [[-1, 0.5], 1, 'got 0.5 at node 1'],
    [[-2], 0, 'got -2 at node 0'],
    [[-1, 2, 3, 1], 1, 'got 2, which is a part of it at node 1'],
    [[-1, 1], 1, 'got 1, which is a part of it at node 1'],
    // Node 1 hangs from a ring, and is not on it.
    [[-1, 2, 3, 2], 2, 'got 3, which is a part of it at node 2'],
  ])('refuses the parents %j', (parents, node, problem) => {
    expect(() => hierarchyOf(parents)).toThrow(InvalidHierarchy);
    expect(() => hierarchyOf(parents)).toThrow(expect.objectContaining({ node, message: expect.stringContaining(problem) }));
  });

  it('may be empty', () => {
    expect(hierarchyOf([]).order).toHaveLength(0);
  });
});
