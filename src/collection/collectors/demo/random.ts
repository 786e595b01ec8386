/** A stream of draws that is fully determined by its seed and name. */
export interface Random {
  /** Uniform on [0, 1). */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
}

/**
 * A named stream of the seed. Every series has its own, so that a change to one leaves the noise of all others alone.
 *
 * Source  mulberry32 by Tommy Ettinger (2017, public domain) for the draws, FNV-1a (RFC 9923) to mix in the name,
 *         Box & Muller, A note on the generation of random normal deviates, 1958, for the normal ones.
 */
export function randomOf(seed: number, name: string): Random {
  let state = 0x811c9dc5 ^ seed;
  for (let i = 0; i < name.length; i += 1) state = Math.imul(state ^ name.charCodeAt(i), 0x01000193);

  const uniform = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let word = Math.imul(state ^ (state >>> 15), state | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return ((word ^ (word >>> 14)) >>> 0) / 4294967296;
  };
  return {
    uniform,
    // One minus the draw keeps zero out of the logarithm.
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
  };
}
