import { setTimeout as sleep } from 'node:timers/promises';
import type { ChildProcess } from 'node:child_process';
import sql from 'sql-template-tag';
import type { DataSource } from 'typeorm';
import { channelKeys, Outbox, type Message } from '../../src/notifications/index.js';
import { query } from '../../src/platform/index.js';
import { connect } from '../../src/platform/database/connect.js';
import { createApp } from '../../src/serve.js';
import { administrator } from '../../src/access/index.js';
import { ChannelsService } from '../../src/notifications/channels.service.js';
import { headroom, type Exit } from './headroom-process.js';
import { OwnPostgres } from './own-postgres.js';
import { json, misbehaviour, SourceServer, type Behaviour } from './source-server.js';
import { TestClock } from './test-clock.js';

export interface StormOptions {
  /** How long messages are written and workers killed. */
  seconds: number;
  killEverySeconds: number;
  onProgress?: (message: string) => void;
}

/** What a receiver was sent, whether it owned up to it or not. */
export interface Arrival {
  receiver: string;
  key: string;
  dedupKey: string;
  state: string;
  atMs: number;
}

export interface StormOutcome {
  /** Of each message: to whom, and when it was committed. */
  owed: { receiver: string; dedupKey: string; state: string; atMs: number }[];
  arrivals: Arrival[];
  /** What is not delivered at the end. */
  undelivered: number;
  kills: number;
  /** Workers that worked, and ended without being killed. */
  endedByThemselves: Exit[];
  /** From the last message until the last was delivered. */
  drainedAfterMs: number;
}

/** Receivers by how they behave; each has its share of luck. */
const receivers: Record<string, (asked: number) => Behaviour> = {
  good: () => json({}),
  broken: (asked) => (asked % 2 === 0 ? json({}) : misbehaviour.refuse(500)),
  // It has taken the message, and nobody hears of it.
  cutting: (asked) => (asked % 2 === 0 ? json({}) : misbehaviour.reset()),
  busy: (asked) => (asked % 5 === 0 ? misbehaviour.refuse(429, { 'retry-after': '1' }) : json({})),
  // Beyond its deadline once in a while.
  hanging: (asked) => (asked % 40 === 5 ? misbehaviour.silence() : json({})),
  slow: () => async (asked, response) => {
    await sleep(100);
    return json({})(asked, response);
  },
};

const secretKey = 'a key for tests, of 32 characters and more';

/**
 * Three workers, one of which is killed every few seconds; receivers that misbehave; and once in the middle a PostgreSQL that
 * is restarted. Meanwhile alerts fire and are resolved, each told to all receivers.
 */
export async function deliveryStorm({ seconds, killEverySeconds, onProgress = () => undefined }: StormOptions): Promise<StormOutcome> {
  const undo: (() => Promise<unknown>)[] = [];
  try {
    const postgres = await OwnPostgres.start();
    undo.push(() => postgres.stop());
    const db = await connect(postgres.url);
    undo.push(() => db.destroy());
    const app = await createApp({ adminKey: null, country: null, secretKey, sampleMonths: 13, metricsLimit: 500, privateDestinations: ['127.0.0.0/8'] }, db, new TestClock(new Date()));
    undo.push(() => app.close());

    const arrivals: Arrival[] = [];
    for (const [name, behaviour] of Object.entries(receivers)) {
      let asked = 0;
      const server = await SourceServer.start((request, response) => {
        const { key, dedupKey, state } = JSON.parse(request.body) as { key: string; dedupKey: string; state: string };
        if (request.headers['idempotency-key'] !== key) throw new Error('the key of the header is not that of the body');
        arrivals.push({ receiver: name, key, dedupKey, state, atMs: performance.now() });
        return behaviour((asked += 1))(request, response);
      });
      undo.push(() => server.stop());
      await app.get(ChannelsService, { strict: false }).create(administrator, { name, channel: 'webhook', settings: { url: server.url, signingKey: 'a key of 16 and more' } });
    }
    const keys = await channelKeys(db);
    const names = Object.keys(receivers);

    const crew = new Crew(postgres.url);
    undo.push(() => crew.dismiss());
    await Promise.all([crew.hire(), crew.hire(), crew.hire()]);
    onProgress('three workers work');

    const owed: StormOutcome['owed'] = [];
    const enqueue = async (messages: Message[]) => {
      await insist(() => db.transaction((transaction) =>
        app.get(Outbox, { strict: false }).enqueue(transaction, messages.map((message) => ({ channelKeys: keys, subjectKey: message.dedupKey, message })))));
      const atMs = performance.now();
      owed.push(...messages.flatMap(({ dedupKey, state }) => names.map((receiver) => ({ receiver, dedupKey, state, atMs }))));
    };
    const endsAt = performance.now() + seconds * 1_000;
    const killing = (async () => {
      for (let kills = 1; performance.now() + killEverySeconds * 1_000 < endsAt + 500; kills += 1) {
        await sleep(killEverySeconds * 1_000);
        await crew.killOne();
        onProgress(`killed ${kills}, ${arrivals.length} arrivals of ${owed.length} messages`);
      }
    })();
    const restarting = sleep((seconds * 1_000) / 2).then(() => postgres.restart()).then(() => onProgress('PostgreSQL is restarted'));
    for (let alert = 0; performance.now() < endsAt; alert += 1) {
      const message = messageOfAlert(alert, 'FIRING');
      await enqueue([message]);
      if (alert >= 3) await enqueue([messageOfAlert(alert - 3, 'RESOLVED')]);
      await sleep(250);
    }
    await Promise.all([killing, restarting]);
    const lastAtMs = performance.now();
    const undelivered = await drained(db, Math.max(120_000, seconds * 2_000), onProgress);
    const drainedAfterMs = performance.now() - lastAtMs;
    return { owed, arrivals, undelivered, kills: crew.kills, endedByThemselves: crew.endedByThemselves, drainedAfterMs };
  } finally {
    for (const step of undo.toReversed()) await step();
  }
}

function messageOfAlert(alert: number, state: Message['state']): Message {
  return { dedupKey: `alert:${alert}`, state, severity: 'WARNING', summary: `alert ${alert}`, details: [], since: new Date('2026-11-22T08:00:00Z'), path: `/alerts/${alert}` };
}

/** Again, where the database is away for a moment; as whoever writes alerts does. */
async function insist(work: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (tries === 50) throw error;
      await sleep(200);
    }
  }
}

async function drained(db: DataSource, withinMs: number, onProgress: (message: string) => void): Promise<number> {
  const until = performance.now() + withinMs;
  for (;;) {
    const [{ left }] = (await query<{ left: number }>(db, sql`SELECT count(*)::int AS "left" FROM notification WHERE notification.state <> 'DELIVERED'`)) as [{ left: number }];
    if (left === 0 || performance.now() > until) return left;
    onProgress(`${left} are still to be delivered`);
    await sleep(1_000);
  }
}

/** Workers in processes of their own. */
class Crew {
  readonly endedByThemselves: Exit[] = [];
  kills = 0;
  private readonly children = new Map<ChildProcess, Promise<Exit>>();
  private isDismissed = false;

  constructor(private readonly databaseUrl: string) {}

  async hire(): Promise<void> {
    const { child, exit } = headroom(['start'], { databaseUrl: this.databaseUrl, env: { ROLE: 'worker', PORT: '0', HEADROOM_SECRET_KEY: secretKey, HEADROOM_PRIVATE_DESTINATIONS: '127.0.0.0/8' } });
    this.children.set(child, exit);
    let isWorking = false;
    void exit.then((end) => {
      this.children.delete(child);
      if (child.signalCode === 'SIGKILL' || this.isDismissed) return;
      if (isWorking) this.endedByThemselves.push(end);
      // One that meets a database that is just being restarted cannot start, says so, and is started again, as an orchestrator does.
      else void this.hire();
    });
    let said = '';
    const ready = new Promise<void>((resolve) => child.stdout!.on('data', (text: string) => {
      isWorking ||= /^Working/m.test((said += text));
      if (isWorking) resolve();
    }));
    await Promise.race([ready, exit]);
  }

  /** Any of them, and another takes its place. */
  async killOne(): Promise<void> {
    const victims = [...this.children.keys()];
    victims[Math.floor(Math.random() * victims.length)]!.kill('SIGKILL');
    this.kills += 1;
    void this.hire();
    await Promise.resolve();
  }

  async dismiss(): Promise<void> {
    this.isDismissed = true;
    for (const child of this.children.keys()) child.kill('SIGKILL');
    await Promise.all(this.children.values());
  }
}
