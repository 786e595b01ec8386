const dayMs = 86_400_000;

/** The midnights, UTC, of this many days from `first` (`2026-09-01`) on, as ISO instants without fractions. */
export function days(first: string, count: number): string[] {
  const start = Date.parse(`${first}T00:00:00Z`);
  return Array.from({ length: count }, (_, day) => instant(start + day * dayMs));
}

/** The midnight after. */
export function dayAfter(day: string): string {
  return instant(Date.parse(day) + dayMs);
}

/** The month it is in, as FOCUS names a billing period. */
export function monthOf(day: string): { BillingPeriodStart: string; BillingPeriodEnd: string } {
  const date = new Date(day);
  const startOfMonth = (offset: number) => instant(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + offset, 1));
  return { BillingPeriodStart: startOfMonth(0), BillingPeriodEnd: startOfMonth(1) };
}

export function instant(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}
