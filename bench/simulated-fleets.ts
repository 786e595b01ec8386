import { randomStream, type RandomStream } from '../forecasts/math/random.js';

/** Days of history that a resource may have. */
const shortestDays = 90;
const longestDays = 730;
/** Monday to Sunday, as shares of how much a resource follows the working week. */
const week = [0.4, 0.6, 0.6, 0.5, 0.3, -1.2, -1.2];

/** How the demand of a kind of resource comes about: the law itself, which no forecaster gets to see. */
interface Law {
  /** Growth per day, in the unit of the demand. */
  readonly growth: number;
  /** How much of the level the working week moves; a fraction. */
  readonly season: number;
  /** Chance per day that growth is drawn anew. */
  readonly turns: number;
  readonly drawGrowth: (random: RandomStream) => number;
  /** Chance per day that something is launched or ends, and what it adds as a fraction of the level. */
  readonly jumps: number;
  readonly drawJump: (random: RandomStream) => number;
  /** How far the level wanders in a day, as a fraction of it. */
  readonly wandering: number;
  /** What a day strays from the level, as a fraction of it, and how much of it is left a day later. */
  readonly noise: number;
  readonly lasting: number;
}

interface State {
  day: number;
  level: number;
  growth: number;
  stray: number;
}

/** A resource with a past, a limit, and as many futures as are asked for. */
export interface SimulatedResource {
  readonly kind: string;
  /** Demand of each day so far, oldest first. */
  readonly history: Float64Array;
  /** The limit in force on each day to come; [horizon]. */
  readonly limits: Float64Array;
  /** Demand of the days to come, as the law may have it from here on; [horizon]. */
  future(random: RandomStream): Float64Array;
}

/** Resources that belong together: they have a random stream in common, and nothing else. */
export type SimulatedFleet = readonly SimulatedResource[];

/**
 * A fleet whose law is known: pools of GPUs with launches, volumes that fill and are cleaned up, file systems that grow at a
 * changing pace, services that wander with a working week. Their limits are near or far, and change with planned
 * additions, with reservations that expire, and with the resize of yesterday.
 *
 * @param seed the same seed makes the same fleet
 */
export function simulatedFleet(seed: number, horizon: number): SimulatedFleet {
  const random = randomStream(seed);
  return Object.entries(kinds).map(([kind, lawOf]) => resourceOf(kind, lawOf, horizon, random));
}

function resourceOf(kind: string, lawOf: (level: number, random: RandomStream) => Law, horizon: number, random: RandomStream): SimulatedResource {
  const level = 100 * 10 ** random.next();
  const law = lawOf(level, random);
  const state: State = { day: Math.floor(between(random, 0, 7)), level, growth: law.growth, stray: 0 };
  const length = Math.round(shortestDays * (longestDays / shortestDays) ** random.next());
  const history = demandOf(law, state, length, random);
  return {
    kind,
    history,
    limits: limitsOf(history, horizon, random),
    future: (stream) => demandOf(law, { ...state }, horizon, stream),
  };
}

/** Demand of the next days; the state is then that of the last of them. */
function demandOf(law: Law, state: State, days: number, random: RandomStream): Float64Array {
  const demand = new Float64Array(days);
  for (let t = 0; t < days; t += 1) {
    if (random.next() < law.turns) state.growth = law.drawGrowth(random);
    if (random.next() < law.jumps) state.level *= 1 + law.drawJump(random);
    state.level = Math.max(0, state.level * (1 + law.wandering * normal(random)) + state.growth);
    state.stray = law.lasting * state.stray + law.noise * normal(random);
    demand[t] = Math.max(0, state.level * (1 + law.season * week[state.day % 7]! + state.stray));
    state.day += 1;
  }
  return demand;
}

/** A limit somewhere above the last weeks, as it is planned to change. */
function limitsOf(history: Float64Array, horizon: number, random: RandomStream): Float64Array {
  const highest = history.subarray(-14).reduce((most, value) => Math.max(most, value), 0);
  const limits = new Float64Array(horizon).fill(highest * (1 + 0.01 * 80 ** random.next()));
  const change = random.next();
  const from = Math.floor(horizon * random.next());
  // More arrives, or a reservation expires and is gone.
  if (change < 0.25) limits.fill(limits[0]! * between(random, 1.05, 1.5), from);
  else if (change < 0.35) limits.fill(limits[0]! * between(random, 0.8, 0.98), from);
  // A resize of yesterday: the demand had passed the old limit, which counts no more.
  else if (change < 0.5) limits.fill(highest * between(random, 1.1, 2));
  return limits;
}

const kinds: Record<string, (level: number, random: RandomStream) => Law> = {
  'GPU pool': (level, random) => ({
    growth: (level * between(random, -0.1, 0.6)) / 365,
    season: between(random, 0.02, 0.12),
    turns: 0,
    drawGrowth: () => 0,
    jumps: 1 / between(random, 40, 150),
    drawJump: (stream) => (stream.next() < 0.7 ? between(stream, 0.03, 0.2) : -between(stream, 0.03, 0.12)),
    wandering: 0.002,
    noise: between(random, 0.01, 0.03),
    lasting: 0.5,
  }),
  volume: (level, random) => ({
    growth: (level * between(random, 0.1, 1.5)) / 365,
    season: 0,
    turns: 0,
    drawGrowth: () => 0,
    jumps: 1 / between(random, 100, 400),
    drawJump: (stream) => -between(stream, 0.03, 0.15),
    wandering: between(random, 0.0005, 0.003),
    noise: between(random, 0.0005, 0.005),
    lasting: 0.3,
  }),
  'file system': (level, random) => {
    const pace = (level * between(random, 0.05, 1)) / 365;
    return {
      growth: pace,
      season: 0.005,
      turns: 1 / 150,
      drawGrowth: (stream) => pace * between(stream, 0, 2.5),
      jumps: 1 / between(random, 150, 500),
      drawJump: (stream) => between(stream, 0.02, 0.15),
      wandering: 0.001,
      noise: between(random, 0.001, 0.008),
      lasting: 0.6,
    };
  },
  service: (level, random) => ({
    growth: (level * between(random, -0.2, 0.4)) / 365,
    season: between(random, 0.05, 0.2),
    turns: 0,
    drawGrowth: () => 0,
    jumps: 0,
    drawJump: () => 0,
    wandering: between(random, 0.003, 0.012),
    noise: between(random, 0.02, 0.06),
    lasting: 0.4,
  }),
};

function between(random: RandomStream, low: number, high: number): number {
  return low + (high - low) * random.next();
}

/** Box and Muller's: two uniform draws make a normal one. */
function normal(random: RandomStream): number {
  return Math.sqrt(-2 * Math.log(random.next())) * Math.cos(2 * Math.PI * random.next());
}
