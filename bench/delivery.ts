import { deliveryStorm, type StormOutcome } from '../test/support/delivery-storm.js';
import { median, type BenchOptions, type Finding, type Measurement } from './measurement.js';

const seconds = 60;
const killEverySeconds = 5;

/** What is lost, doubled or late of what people are told, while workers are killed, receivers misbehave and PostgreSQL is restarted. */
export const deliveryMeasurement: Measurement = {
  name: 'delivery',
  description: 'notifications through a minute of killed workers, receivers that misbehave and a restart of PostgreSQL',

  async measure({ rounds, onProgress }: BenchOptions): Promise<Finding> {
    const storms: StormOutcome[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      storms.push(await deliveryStorm({ seconds, killEverySeconds, onProgress: (message) => onProgress(`round ${round}: ${message}`) }));
    }
    const figure = (name: string, unit: string, of: (storm: StormOutcome) => number, limit?: { atLeast?: number; atMost?: number }) => ({ name, unit, rounds: storms.map(of), ...(limit && { limit }) });
    return {
      subject: `three workers, one killed every ${killEverySeconds} s for ${seconds} s; six receivers of which five misbehave; PostgreSQL restarted once`,
      software: [],
      figures: [
        figure('messages', '', ({ owed }) => owed.length),
        figure('workers killed', '', ({ kills }) => kills),
        figure('messages that never arrived', '', neverArrived, { atMost: 0 }),
        figure('messages not known to be delivered', '', ({ undelivered }) => undelivered, { atMost: 0 }),
        figure('repeats with another key', '', otherKeys, { atMost: 0 }),
        figure('workers that ended by themselves', '', ({ endedByThemselves }) => endedByThemselves.length, { atMost: 0 }),
        figure('arrivals a message', '', ({ owed, arrivals }) => arrivals.length / owed.length),
        figure('until it arrives at the receiver that behaves, median', 's', (storm) => median(waits(storm))),
        figure('the same, 99th percentile', 's', (storm) => waits(storm).toSorted((one, other) => one - other)[Math.floor(waits(storm).length * 0.99)]!),
        figure('from the last kill until all is delivered', 's', ({ drainedAfterMs }) => drainedAfterMs / 1000),
      ],
      notes: [
        'Receivers: one behaves, one answers every other request with 500, one cuts every other connection when it has the message, one asks to be left alone, one is silent once in 40, one is slow.',
        'A message counts as arrived when a receiver has read it, whether it owned up to it or not.',
      ],
    };
  },
};

const nameOf = ({ receiver, dedupKey, state }: { receiver: string; dedupKey: string; state: string }) => `${receiver} ${dedupKey} ${state}`;

function neverArrived({ owed, arrivals }: StormOutcome): number {
  const arrived = new Set(arrivals.map(nameOf));
  return owed.filter((one) => !arrived.has(nameOf(one))).length;
}

function otherKeys({ arrivals }: StormOutcome): number {
  const keys = new Map<string, string>();
  return arrivals.filter((arrival) => {
    const known = keys.get(nameOf(arrival)) ?? arrival.key;
    keys.set(nameOf(arrival), known);
    return known !== arrival.key;
  }).length;
}

/** Seconds from when it was committed, at the receiver that behaves; 0 where it was there before the commit was known here. */
function waits({ owed, arrivals }: StormOutcome): number[] {
  const first = new Map<string, number>();
  for (const arrival of arrivals) if (!first.has(nameOf(arrival))) first.set(nameOf(arrival), arrival.atMs);
  return owed.filter(({ receiver }) => receiver === 'good').map((one) => Math.max(0, (first.get(nameOf(one)) ?? Infinity) - one.atMs) / 1000);
}
