import { InvalidHierarchy } from '../errors.js';

/** Trees of parts and wholes: teams in departments in an organisation, GPUs in pools in a cluster. */
export interface Hierarchy {
  /** The parent of each node, −1 for a root, [nodes]. */
  readonly parents: Int32Array;
  /** All nodes, every parent before its children, [nodes]. */
  readonly order: Int32Array;
  /** The children of each node in ascending order; empty for a leaf, [nodes]. */
  readonly children: readonly Int32Array[];
}

/**
 * The hierarchy in which node i is a part of node parents[i]. There may be several roots, and nodes with one child.
 *
 * Shapes    parents [nodes], whole numbers from 0 to nodes − 1, or −1 for a root.
 * Units     nodes are counted from 0.
 * Throws    InvalidHierarchy when a parent is no node, or a node is a part of itself by way of others.
 * Source    Kahn, Topological sorting of large networks, Communications of the ACM 5(11), 1962 (the order).
 */
export function hierarchyOf(parents: ArrayLike<number>): Hierarchy {
  const nodes = parents.length;
  const counts = new Int32Array(nodes);
  for (let node = 0; node < nodes; node += 1) {
    const parent = parents[node]!;
    if (!Number.isInteger(parent) || parent < -1 || parent >= nodes) throw new InvalidHierarchy(node, String(parent));
    if (parent >= 0) counts[parent]! += 1;
  }
  const children = Array.from(counts, (count) => new Int32Array(count));
  const order = new Int32Array(nodes);
  let reached = 0;
  counts.fill(0);
  for (let node = 0; node < nodes; node += 1) {
    const parent = parents[node]!;
    if (parent < 0) order[reached++] = node;
    else children[parent]![counts[parent]!++] = node;
  }
  for (let next = 0; next < reached; next += 1) {
    for (const child of children[order[next]!]!) order[reached++] = child;
  }
  if (reached < nodes) {
    const onCycle = findOnCycle(parents, order.subarray(0, reached));
    throw new InvalidHierarchy(onCycle, `${parents[onCycle]}, which is a part of it`);
  }
  return { parents: Int32Array.from(parents), order, children };
}

/** A node that is a part of itself: from one that no root leads to, upwards until one comes again. */
function findOnCycle(parents: ArrayLike<number>, reached: Int32Array): number {
  const seen = new Set(reached);
  let node = 0;
  while (seen.has(node)) node += 1;
  while (!seen.has(node)) {
    seen.add(node);
    node = parents[node]!;
  }
  return node;
}

/**
 * Makes every whole the sum of its parts, from the leaves up. The last word on every sum: added up in this order, parts and
 * whole agree to the bit, and in any other to about 1e-12 of the sum of their sizes.
 *
 * Shapes    values [nodes] of one step; those of leaves are read, the others written.
 * Units     one unit for all nodes.
 * Source    Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., §11.1 (S·b, without the matrix).
 */
export function addUp({ order, children }: Hierarchy, values: Float64Array): void {
  for (let i = order.length - 1; i >= 0; i -= 1) {
    const parts = children[order[i]!]!;
    if (parts.length === 0) continue;
    let sum = 0;
    for (let part = 0; part < parts.length; part += 1) sum += values[parts[part]!]!;
    values[order[i]!] = sum;
  }
}

/** What stands for each part, from what stands for each node; [parts]. */
export function valuesOf(parts: Int32Array, values: Float64Array): Float64Array {
  const result = new Float64Array(parts.length);
  for (let i = 0; i < parts.length; i += 1) result[i] = values[parts[i]!]!;
  return result;
}
