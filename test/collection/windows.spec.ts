import sql from 'sql-template-tag';
import type { DataSource } from 'typeorm';
import type { Window, WindowPolicy } from '../../src/collection/index.js';
import { windowsOf } from '../../src/collection/windows.js';
import { connect } from '../../src/platform/database/connect.js';
import { createTestDatabase } from '../support/index.js';

const bill: WindowPolicy = { firstReach: 'P13M', overlap: 'P1M', align: { start: 'P1M', end: 'P1D' }, delay: 'PT0S', step: null };
const samples: WindowPolicy = { firstReach: 'P3D', overlap: 'PT2H', align: { start: 'PT5M', end: 'PT5M' }, delay: 'PT1M', step: 'P1D' };

describe('the windows of a run', () => {
  let db: DataSource;
  beforeAll(async () => {
    db = await connect(await createTestDatabase());
  });
  afterAll(() => db.destroy());

  const windows = async (policy: WindowPolicy, now: string, collectedUntil: string | null, period: Window | null = null) =>
    (await windowsOf(db, policy, { collectedUntil: collectedUntil === null ? null : new Date(collectedUntil), period }, sql`${now}::timestamptz`)).map(
      ({ start, end }) => `${start.toISOString().slice(0, 16)} ${end.toISOString().slice(0, 16)}`,
    );

  it('of a bill reach back 13 months at first, and then to the first of the month before', async () => {
    expect(await windows(bill, '2026-11-24T15:00:00Z', null)).toEqual(['2025-10-01T00:00 2026-11-24T00:00']);
    expect(await windows(bill, '2026-11-24T15:00:00Z', '2026-11-23T00:00:00Z')).toEqual(['2026-10-01T00:00 2026-11-24T00:00']);
    // The first of a month, and a month that the one before is shorter than.
    expect(await windows(bill, '2026-12-01T00:00:01Z', '2026-11-30T00:00:00Z')).toEqual(['2026-10-01T00:00 2026-12-01T00:00']);
    expect(await windows(bill, '2027-03-31T12:00:00Z', '2027-03-31T00:00:00Z')).toEqual(['2027-02-01T00:00 2027-03-31T00:00']);
  });

  it('of samples overlap, end with what is complete, and go a long way in steps', async () => {
    expect(await windows(samples, '2026-11-24T15:03:00Z', null)).toEqual([
      '2026-11-21T15:00 2026-11-22T15:00',
      '2026-11-22T15:00 2026-11-23T15:00',
      '2026-11-23T15:00 2026-11-24T15:00',
    ]);
    expect(await windows(samples, '2026-11-24T15:06:30Z', '2026-11-24T15:00:00Z')).toEqual(['2026-11-24T13:00 2026-11-24T15:05']);
    // A minute after the five minutes, not before.
    expect(await windows(samples, '2026-11-24T15:05:59Z', '2026-11-24T15:00:00Z')).toEqual(['2026-11-24T13:00 2026-11-24T15:00']);
  });

  it('that somebody asks for are whole, and end at what is complete', async () => {
    const period = { start: new Date('2026-11-20T10:02:00Z'), end: new Date('2026-11-20T12:01:00Z') };
    expect(await windows(samples, '2026-11-24T15:00:00Z', '2026-11-24T14:00:00Z', period)).toEqual(['2026-11-20T10:00 2026-11-20T12:05']);
    expect(await windows(bill, '2026-11-24T15:00:00Z', '2026-11-24T00:00:00Z', { ...period, end: new Date('2027-01-01T00:00:00Z') })).toEqual(['2026-11-01T00:00 2026-11-24T00:00']);
  });

  it('are none where nothing new can be complete', async () => {
    expect(await windows({ ...samples, overlap: 'PT0S' }, '2026-11-24T15:00:30Z', '2026-11-24T14:55:00Z')).toEqual([]);
    expect(await windows(samples, '2026-11-24T15:00:00Z', null, { start: new Date('2026-11-25T00:00:00Z'), end: new Date('2026-11-26T00:00:00Z') })).toEqual([]);
  });
});
