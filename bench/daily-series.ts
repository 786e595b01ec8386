import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { fillNormal } from '../forecasts/math/normal.js';
import { randomStream, type RandomStream } from '../forecasts/math/random.js';

/** Monday to Sunday, as shares of the level. */
const week = [0.04, 0.06, 0.05, 0.04, 0.02, -0.1, -0.11];

/** Writes a wide file of daily series as an estate has them: the same seed writes the same bytes. */
export async function writeDailySeries(path: string, count: number, length: number, seed: number, signal: AbortSignal): Promise<void> {
  const random = randomStream(seed);
  const file = createWriteStream(path, { highWaterMark: 1024 * 1024 });
  for (let i = 0; i < count; i += 1) {
    signal.throwIfAborted();
    const values = kinds[i % kinds.length]!(length, random);
    if (!file.write(`series-${i},${Array.from(values, (value) => (Number.isNaN(value) ? '' : value.toFixed(2))).join(',')}\n`)) await once(file, 'drain');
  }
  file.end();
  await finished(file);
}

type Kind = (length: number, random: RandomStream) => Float64Array;

const draws = (length: number, random: RandomStream): Float64Array => {
  const normal = new Float64Array(length);
  fillNormal(normal, random);
  return normal;
};

/** Demand with working weeks, growth and a level that wanders. */
const demand: Kind = (length, random) => {
  const level = 20 + 500 * random.next();
  const growth = ((random.next() - 0.2) * level) / 700;
  let wander = 0;
  return draws(length, random).map((draw, t) => {
    wander += 0.004 * level * draw;
    return Math.max(0, (level + growth * t + wander) * (1 + week[t % 7]!) + 0.03 * level * draw);
  });
};

/** A volume that fills, and is cleaned now and then. */
const filling: Kind = (length, random) => {
  const pace = 1 + 9 * random.next();
  let used = 500 * random.next();
  return draws(length, random).map((draw) => {
    if (random.next() < 0.004) used *= 0.7;
    used = Math.max(0, used + pace * (1 + 0.5 * draw));
    return used;
  });
};

/** Costs with a change of level, and with days of which nothing is known. */
const shifted: Kind = (length, random) => {
  const level = 1000 * (0.2 + random.next());
  const at = Math.floor(length * random.next());
  return draws(length, random).map((draw, t) => (random.next() < 0.02 ? NaN : level * (t < at ? 1 : 1.4) * (1 + 0.5 * week[t % 7]! + 0.05 * draw)));
};

/** Something that is used on few days. */
const sparse: Kind = (length, random) => draws(length, random).map((draw) => (random.next() < 0.75 ? 0 : Math.round(10 + 4 * Math.abs(draw))));

const kinds: readonly Kind[] = [demand, demand, filling, shifted, demand, filling, demand, sparse];
