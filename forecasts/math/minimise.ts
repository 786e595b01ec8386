const REFLECTION = -1;
const EXPANSION = -2;
const CONTRACTION = 0.5;

interface Vertex {
  readonly point: readonly number[];
  readonly value: number;
}

interface SimplexSearch {
  readonly start: readonly number[];
  readonly step: readonly number[];
  readonly tolerance: number;
  /** At most this many reflections. */
  readonly rounds: number;
}

/**
 * Minimum of a function of a few variables, by the simplex search of Nelder and Mead. It needs no derivative, and gives
 * the same answer every time because nothing in it is random.
 *
 * Shapes    start [k] and step [k]: the first simplex is `start`, and `start` with one coordinate moved by its step.
 * Units     `tolerance` is relative: the search ends when best and worst vertex differ by less.
 * Source    Nelder & Mead, A simplex method for function minimization, The Computer Journal 7(4), 1965.
 */
export function minimise(
  objective: (point: readonly number[]) => number,
  { start, step, tolerance, rounds }: SimplexSearch,
): Vertex {
  const evaluate = (point: readonly number[]): Vertex => ({ point, value: objective(point) });
  const size = start.length;
  const simplex = [evaluate(start)];
  for (let i = 0; i < size; i += 1) {
    simplex.push(evaluate(start.map((coordinate, j) => (i === j ? coordinate + step[i]! : coordinate))));
  }

  for (let round = 0; round < rounds; round += 1) {
    simplex.sort((a, b) => a.value - b.value);
    const best = simplex[0]!;
    const worst = simplex[size]!;
    if (worst.value - best.value <= tolerance * Math.abs(best.value)) break;

    const centre = start.map((_, j) => {
      let sum = 0;
      for (let i = 0; i < size; i += 1) sum += simplex[i]!.point[j]!;
      return sum / size;
    });
    const moved = (factor: number): Vertex =>
      evaluate(centre.map((coordinate, j) => coordinate + factor * (worst.point[j]! - coordinate)));

    const reflected = moved(REFLECTION);
    if (reflected.value < best.value) {
      const expanded = moved(EXPANSION);
      simplex[size] = expanded.value < reflected.value ? expanded : reflected;
    } else if (reflected.value < simplex[size - 1]!.value) {
      simplex[size] = reflected;
    } else {
      const contracted = moved(reflected.value < worst.value ? -CONTRACTION : CONTRACTION);
      if (contracted.value < Math.min(reflected.value, worst.value)) {
        simplex[size] = contracted;
      } else {
        for (let i = 1; i <= size; i += 1) {
          simplex[i] = evaluate(simplex[i]!.point.map((c, j) => best.point[j]! + 0.5 * (c - best.point[j]!)));
        }
      }
    }
  }
  return simplex.reduce((best, vertex) => (vertex.value < best.value ? vertex : best));
}
