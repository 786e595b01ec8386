/** The days of one calendar month, UTC, counted from the origin of a forecast. */
export interface MonthSpan {
  /** Steps, end not included. */
  start: number;
  end: number;
  period: { start: Date; end: Date };
}

const dayMs = 86_400_000;

/** The months that `horizon` days from `origin` on lie in; the first and the last may be parts of one. */
export function monthsAhead(origin: Date, horizon: number): MonthSpan[] {
  const spans: MonthSpan[] = [];
  let start = 0;
  while (start < horizon) {
    const first = new Date(origin.getTime() + start * dayMs);
    const nextMonthMs = Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 1);
    const end = Math.min(horizon, Math.ceil((nextMonthMs - origin.getTime()) / dayMs));
    spans.push({ start, end, period: { start: first, end: new Date(origin.getTime() + end * dayMs) } });
    start = end;
  }
  return spans;
}
