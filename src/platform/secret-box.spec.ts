import { SecretBox } from './secret-box.js';

const key = 'a key of more than thirty-two characters';

describe('a secret box', () => {
  it('gives back what was sealed, and never seals the same twice alike', () => {
    const box = new SecretBox(key);
    const [one, other] = [box.seal('sesame', 'a'), box.seal('sesame', 'a')];
    expect([box.open(one, 'a'), box.open(other, 'a')]).toEqual(['sesame', 'sesame']);
    expect(one.equals(other)).toBe(false);
    expect(one.includes('sesame')).toBe(false);
  });

  it('opens nothing for another owner, with another key, or with a bit changed', () => {
    const box = new SecretBox(key);
    const sealed = box.seal('sesame', 'a');
    const changed = Buffer.from(sealed);
    changed[changed.length - 1]! ^= 1;
    for (const open of [() => box.open(sealed, 'b'), () => new SecretBox(`${key}!`).open(sealed, 'a'), () => box.open(changed, 'a')]) {
      expect(open).toThrow('sealed with another HEADROOM_SECRET_KEY');
    }
  });

  it('refuses secrets without a key', () => {
    expect(() => new SecretBox(null).seal('sesame', 'a')).toThrow('set HEADROOM_SECRET_KEY');
  });
});
