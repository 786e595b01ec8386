import fc from 'fast-check';
import { BudgetRecurrence, fiscalPeriod } from './fiscal-period.js';

describe('a fiscal period', () => {
  const { MONTHLY, QUARTERLY, YEARLY } = BudgetRecurrence;
  const of = (...asked: Parameters<typeof fiscalPeriod>) => {
    const { start, end } = fiscalPeriod(...asked);
    return `${start.toISOString().slice(0, 10)} ${end.toISOString().slice(0, 10)}`;
  };

  it('is counted from the month that the year begins with', () => {
    const day = new Date('2027-02-14T12:00:00Z');
    expect(of(MONTHLY, 4, day)).toBe('2027-02-01 2027-03-01');
    expect(of(QUARTERLY, 1, day)).toBe('2027-01-01 2027-04-01');
    // A year from April has quarters from April, July, October and January; one from February from February.
    expect(of(QUARTERLY, 4, day)).toBe('2027-01-01 2027-04-01');
    expect(of(QUARTERLY, 2, day)).toBe('2027-02-01 2027-05-01');
    expect(of(QUARTERLY, 3, day)).toBe('2026-12-01 2027-03-01');
    expect(of(YEARLY, 1, day)).toBe('2027-01-01 2028-01-01');
    expect(of(YEARLY, 10, day)).toBe('2026-10-01 2027-10-01');
  });

  it('holds its instant, and is followed by the next without a gap', () => {
    fc.assert(
      fc.property(fc.constantFrom(MONTHLY, QUARTERLY, YEARLY), fc.integer({ min: 1, max: 12 }), fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }), (recurrence, month, at) => {
        const { start, end } = fiscalPeriod(recurrence, month, at);
        expect(start.getTime()).toBeLessThanOrEqual(at.getTime());
        expect(end.getTime()).toBeGreaterThan(at.getTime());
        expect(fiscalPeriod(recurrence, month, start)).toEqual({ start, end });
        expect(fiscalPeriod(recurrence, month, end).start).toEqual(end);
        if (recurrence === YEARLY) expect(start.getUTCMonth() + 1).toBe(month);
      }),
      { seed: 42 },
    );
  });
});
