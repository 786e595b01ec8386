import sql from 'sql-template-tag';
import type { DataSource } from 'typeorm';
import { administrator, everything } from '../../src/access/index.js';
import { EventStream, publish, type EventSubscription } from '../../src/events/index.js';
import { dropEvents } from '../../src/events/event.queries.js';
import { connect } from '../../src/platform/database/connect.js';
import { query } from '../../src/platform/index.js';
import { createTestDatabase, viewerOf } from '../support/index.js';
import { OwnPostgres } from '../support/own-postgres.js';

const kind = 'tried';
const told = async (subscription: EventSubscription, count: number) => {
  const events = [];
  while (events.length < count) events.push((await subscription.next()).value!);
  return events;
};
const subjects = async (subscription: EventSubscription, count: number) => (await told(subscription, count)).map(({ subjectKey }) => subjectKey);
const happen = (db: DataSource, ...subjectKeys: string[]) =>
  db.transaction((transaction) => publish(transaction, subjectKeys.map((subjectKey) => ({ kind, subjectKey, payload: {} }))));
const numbers = (from: number, through: number) => Array.from({ length: through - from + 1 }, (_, place) => String(from + place));

describe('the system, telling what happened,', () => {
  let db: DataSource;
  let beside: DataSource;
  let stream: EventStream;
  let replica: EventStream;

  beforeEach(async () => {
    const url = await createTestDatabase();
    [db, beside] = await Promise.all([connect(url), connect(url)]);
    [stream, replica] = [new EventStream(db), new EventStream(beside)];
  });
  afterEach(async () => {
    await Promise.all([stream.onApplicationShutdown(), replica.onApplicationShutdown()]);
    await Promise.all([db.destroy(), beside.destroy()]);
  });

  it('tells subscribers of every process in order, each once', async () => {
    const subscriptions = await Promise.all([stream, stream, replica].map((one) => one.subscribe({ kind, viewer: administrator })));
    for (const number of numbers(1, 20)) await happen(Number(number) % 2 ? db : beside, number);
    for (const subscription of subscriptions) expect(await subjects(subscription, 20)).toEqual(numbers(1, 20));
  });

  it('tells nothing of a transaction that was rolled back', async () => {
    const subscription = await stream.subscribe({ kind, viewer: administrator });
    const failing = db.transaction(async (transaction) => {
      await publish(transaction, [{ kind, subjectKey: 'never', payload: {} }]);
      throw new Error('rolled back');
    });
    await expect(failing).rejects.toThrow('rolled back');
    await happen(db, 'then');
    expect(await subjects(subscription, 1)).toEqual(['then']);
  });

  it('misses nothing where transactions commit in another order than they began', async () => {
    const subscription = await stream.subscribe({ kind, viewer: administrator });
    const writers = numbers(1, 60).map((number) =>
      (Number(number) % 2 ? db : beside).transaction(async (transaction) => {
        await query(transaction, sql`SELECT pg_sleep(${Math.random() / 20})`);
        await publish(transaction, [{ kind, subjectKey: number, payload: {} }]);
        // The lock is held, and yet whoever commits later must have the higher sequence.
        await query(transaction, sql`SELECT pg_sleep(${Math.random() / 100})`);
      }),
    );
    const events = await told(subscription, 60);
    await Promise.all(writers);
    expect(events.map(({ subjectKey }) => subjectKey).toSorted((one, other) => Number(one) - Number(other))).toEqual(numbers(1, 60));
    const sequences = events.map(({ sequence }) => Number(sequence));
    expect(sequences).toEqual(sequences.toSorted((one, other) => one - other));
  });

  it('resumes after the last event received, while more happen, without loss or repeat', async () => {
    const first = await stream.subscribe({ kind, viewer: administrator });
    // More than are read at once.
    await happen(db, ...numbers(1, 1_200));
    const last = (await told(first, 100)).at(-1)!;
    await first.return();
    const [again] = await Promise.all([
      replica.subscribe({ kind, viewer: administrator, afterSequence: last.sequence }),
      (async () => { for (const number of numbers(1_201, 1_260)) await happen(beside, number); })(),
    ]);
    expect(await subjects(again, 1_160)).toEqual(numbers(101, 1_260));
    await happen(db, 'after all');
    expect(await subjects(again, 1)).toEqual(['after all']);
  });

  it('finds by itself what no notification told of, as behind a pooler', async () => {
    const subscription = await stream.subscribe({ kind, viewer: administrator });
    await query(db, sql`INSERT INTO event (kind, subject_key, payload, scope) VALUES (${kind}, 'quiet', '{}', ${JSON.stringify(everything)})`);
    expect(await subjects(subscription, 1)).toEqual(['quiet']);
  });

  it('tells a viewer what lies in its scope alone, live and when it resumes', async () => {
    const scoped = viewerOf({ providerNames: ['AWS'] });
    const scopes = { theirs: { ...everything, providerNames: ['own'] }, ours: { ...everything, providerNames: ['AWS'], serviceNames: ['EC2'] }, all: everything };
    const subscription = await stream.subscribe({ kind, viewer: scoped });
    await db.transaction((transaction) => publish(transaction, Object.entries(scopes).map(([subjectKey, scope]) => ({ kind, subjectKey, payload: {}, scope }))));
    await db.transaction((transaction) => publish(transaction, [{ kind, subjectKey: 'ours too', payload: {}, scope: scopes.ours }]));
    expect(await subjects(subscription, 2)).toEqual(['ours', 'ours too']);
    expect(await subjects(await stream.subscribe({ kind, viewer: scoped, afterSequence: '0' }), 2)).toEqual(['ours', 'ours too']);
  });

  it('ends a subscriber for whom 1,000 events wait, and lets it resume', async () => {
    const slow = await stream.subscribe({ kind, viewer: administrator });
    const quick = await stream.subscribe({ kind, viewer: administrator });
    const [{ sequence }] = await Promise.all([told(quick, 1_001).then((events) => events[0]!), happen(db, ...numbers(1, 1_001))]);
    await expect(slow.next()).rejects.toThrow('more than 1000 events of tried wait for this subscriber');
    const again = await stream.subscribe({ kind, viewer: administrator, afterSequence: sequence });
    expect(await subjects(again, 1_000)).toEqual(numbers(2, 1_001));
  });

  it('refuses a sequence that is none, that is to come, and that is no longer kept', async () => {
    await happen(db, ...numbers(1, 3));
    const subscribing = (afterSequence: string) => stream.subscribe({ kind, viewer: administrator, afterSequence });
    await expect(subscribing('x')).rejects.toThrow('afterSequence needs the sequence of an event, got "x"');
    await expect(subscribing('4')).rejects.toThrow('the last one is 3, got 4');
    await query(db, sql`UPDATE event SET happened_at = now() - interval '31 days' WHERE event.sequence < 3`);
    await dropEvents(db, 30);
    await expect(subscribing('1')).rejects.toThrow('afterSequence needs 2 or more, since older events are no longer kept, got 1');
    expect(await subjects(await subscribing('2'), 1)).toEqual(['3']);
  });
});

describe('a PostgreSQL that is restarted', () => {
  it('costs subscribers no event', async () => {
    const postgres = await OwnPostgres.start();
    const db = await connect(postgres.url);
    const stream = new EventStream(db);
    try {
      const subscription = await stream.subscribe({ kind, viewer: administrator });
      await happen(db, 'before');
      expect(await subjects(subscription, 1)).toEqual(['before']);
      await postgres.restart();
      // Published before anybody listens again, as by another process.
      const beside = await connect(postgres.url);
      await happen(beside, 'meanwhile');
      await beside.destroy();
      await happen(db, 'after');
      expect(await subjects(subscription, 2)).toEqual(['meanwhile', 'after']);
    } finally {
      await stream.onApplicationShutdown();
      await db.destroy();
      await postgres.stop();
    }
  });
});
