import { deliveryStorm, type StormOutcome } from '../support/delivery-storm.js';

/** How long the storm lasts; more of it takes longer and finds more. */
const seconds = Number(process.env['HEADROOM_TEST_STORM_SECONDS'] ?? 10);

describe('what is owed to people, while workers are killed, receivers misbehave and PostgreSQL is restarted', () => {
  let storm: StormOutcome;
  beforeAll(async () => {
    storm = await deliveryStorm({ seconds, killEverySeconds: 3 });
  }, (seconds * 5 + 200) * 1_000);

  const nameOf = ({ receiver, dedupKey, state }: { receiver: string; dedupKey: string; state: string }) => `${receiver} ${dedupKey} ${state}`;

  it('arrives, every one of it', () => {
    expect(storm.kills).toBeGreaterThanOrEqual(Math.floor(seconds / 3) - 1);
    expect(storm.owed.length).toBeGreaterThan(seconds * 6);
    const arrived = new Set(storm.arrivals.map(nameOf));
    expect(storm.owed.map(nameOf).filter((name) => !arrived.has(name))).toEqual([]);
    expect(storm.undelivered).toBe(0);
  });

  it('has the same key whenever it comes again, and nothing else has that key', () => {
    const keys = new Map<string, Set<string>>();
    const names = new Map<string, Set<string>>();
    for (const arrival of storm.arrivals) {
      keys.set(nameOf(arrival), (keys.get(nameOf(arrival)) ?? new Set()).add(arrival.key));
      names.set(arrival.key, (names.get(arrival.key) ?? new Set()).add(nameOf(arrival)));
    }
    expect([...keys.values(), ...names.values()].filter(({ size }) => size !== 1)).toEqual([]);
    // The receivers that cut the connection see to it that there are repeats.
    expect(storm.arrivals.length).toBeGreaterThan(keys.size);
  });

  it('comes in order: nothing is said to fire after it was said to be resolved', () => {
    const resolved = new Set<string>();
    const late = storm.arrivals.filter(({ receiver, dedupKey, state }) => {
      if (state === 'RESOLVED') resolved.add(`${receiver} ${dedupKey}`);
      return state === 'FIRING' && resolved.has(`${receiver} ${dedupKey}`);
    });
    expect(late).toEqual([]);
  });

  it('ends no worker but those that were killed', () => {
    expect(storm.endedByThemselves).toEqual([]);
  });
});
