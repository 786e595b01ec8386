export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** First instant of the UTC month that lies `offset` months from the one `ms` is in. */
export function monthStartMs(ms: number, offset: number): number {
  const date = new Date(ms);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + offset, 1);
}

/** Whole seconds, because the story has no shorter step: `2026-09-01T05:00:00Z`. */
export function instant(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}

export function isWeekend(ms: number): boolean {
  const day = new Date(ms).getUTCDay();
  return day === 0 || day === 6;
}
