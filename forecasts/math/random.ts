/** A stream of numbers that looks random and is fully determined by its seed. */
export interface RandomStream {
  /** Uniform on the open interval (0, 1): never 0 and never 1, so that its normal quantile is finite. */
  next(): number;
}

/**
 * A seeded random stream: xoshiro128**, its four words filled from the seed by SplitMix32. Integer arithmetic only, so
 * the same seed gives the same stream on every machine.
 *
 * Notation  s0 … s3 the 32-bit state words.
 * Units     seed is any number; its value modulo 2³² counts. Each draw joins 52 bits from two outputs.
 * Source    Blackman & Vigna, Scrambled linear pseudorandom number generators, ACM TOMS 47(4), 2021;
 *           Steele, Lea & Flood, Fast splittable pseudorandom number generators, OOPSLA 2014 (seeding).
 */
export function randomStream(seed: number): RandomStream {
  let mixed = seed >>> 0;
  const nextWord = (): number => {
    mixed = (mixed + 0x9e3779b9) | 0;
    let word = mixed ^ (mixed >>> 16);
    word = Math.imul(word, 0x21f0aaad);
    word ^= word >>> 15;
    word = Math.imul(word, 0x735a2d97);
    return word ^ (word >>> 15);
  };
  let s0 = nextWord();
  let s1 = nextWord();
  let s2 = nextWord();
  let s3 = nextWord();

  const next32 = (): number => {
    const scrambled = Math.imul(s1, 5);
    const output = Math.imul((scrambled << 7) | (scrambled >>> 25), 9);
    const shifted = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= shifted;
    s3 = (s3 << 11) | (s3 >>> 21);
    return output >>> 0;
  };

  return {
    next() {
      const high = next32() >>> 6;
      const low = next32() >>> 6;
      // The half keeps the draw off both ends of the interval.
      return (high * 67108864 + low + 0.5) / 4503599627370496;
    },
  };
}
