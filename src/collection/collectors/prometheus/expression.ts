const minuteMs = 60_000;

/** An expression as it is asked, and how far before its instant the values of it begin. */
export interface Expression {
  text: string;
  lookBackMs: number;
}

/**
 * Puts in what stands for the step as a range (`$step`) and as a number of seconds (`$seconds`), for the distance of two
 * points of a subquery (`$resolution`) and for what all series have in common (`$selector`).
 *
 * The step is a millisecond short. Servers disagree whether a range includes its very start (Prometheus before its
 * version 3 does, Prometheus 3 and VictoriaMetrics do not): so nothing lies there, and a sample counts for one step.
 *
 * Units  milliseconds.
 */
export function expressionOf(query: string, { stepMs, selector = '' }: { stepMs: number; selector?: string }): Expression {
  // Prometheus looks five minutes back for a sample: with points farther apart, a subquery would miss some.
  const resolutionMs = Math.min(5 * minuteMs, Math.max(minuteMs, stepMs / 12));
  const values: Record<string, string> = { step: `${stepMs - 1}ms`, seconds: `${stepMs / 1_000}`, resolution: `${Math.floor(resolutionMs)}ms`, selector };
  const text = query.replace(/\$(step|seconds|resolution|selector)\b/g, (_, name: string) => values[name]!);
  return { text, lookBackMs: query.includes('$step') ? stepMs : 0 };
}
