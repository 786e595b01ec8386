import { Fingerprint } from './fingerprint.js';

const fingerprintOf = (...rows: string[]) => {
  const fingerprint = new Fingerprint();
  for (const row of rows) fingerprint.add(Buffer.from(row));
  return fingerprint.toString();
};

describe('a fingerprint of rows', () => {
  it('is the same whatever their order', () => {
    expect(fingerprintOf('a', 'b', 'c')).toBe(fingerprintOf('c', 'a', 'b'));
  });

  it('is another one for other rows, for fewer, and for the same one more often', () => {
    const all = [fingerprintOf(), fingerprintOf('a'), fingerprintOf('b'), fingerprintOf('a', 'b'), fingerprintOf('a', 'a'), fingerprintOf('a', 'a', 'b', 'b'), fingerprintOf('ab')];
    expect(new Set(all).size).toBe(all.length);
  });

  it('is the sum of SHA-256 digests, in four lanes of 32 bits with the low byte first', () => {
    // SHA-256 of nothing begins e3b0c442 98fc1c14 9afbf4c8 996fb924; of "a" ca978112 ca1bbdca fac231b3 9a23dc4d.
    expect(fingerprintOf('')).toBe('42c4b0e3141cfc98c8f4fb9a24b96f99');
    expect(fingerprintOf('a')).toBe('128197cacabd1bcab331c2fa4ddc239a');
    expect(fingerprintOf('', 'a')).toBe('554648addeda18627c26be9472959333');
  });
});
