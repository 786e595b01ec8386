import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { InvalidInput } from './errors.js';

const cipher = 'aes-256-gcm';
const ivBytes = 12;
const tagBytes = 16;
/** The first byte of what is sealed, so that another way can be told from this one. */
const version = 1;

/**
 * Keeps secrets in the database unreadable to whoever has only the database. What is sealed belongs to
 * one owner, and cannot be opened as another's.
 */
export class SecretBox {
  private readonly key: Buffer | null;

  /** @param secretKey HEADROOM_SECRET_KEY; null keeps no secrets */
  constructor(secretKey: string | null) {
    this.key = secretKey === null ? null : Buffer.from(hkdfSync('sha256', secretKey, '', 'headroom secrets', 32));
  }

  /** @throws InvalidInput without a key */
  seal(text: string, owner: string): Buffer {
    const iv = randomBytes(ivBytes);
    const sealing = createCipheriv(cipher, this.requireKey(), iv).setAAD(Buffer.from(owner));
    const sealed = Buffer.concat([sealing.update(text, 'utf8'), sealing.final()]);
    return Buffer.concat([Buffer.of(version), iv, sealing.getAuthTag(), sealed]);
  }

  /** @throws InvalidInput without a key, or with another than it was sealed with */
  open(sealed: Buffer, owner: string): string {
    const key = this.requireKey();
    const iv = sealed.subarray(1, 1 + ivBytes);
    const tag = sealed.subarray(1 + ivBytes, 1 + ivBytes + tagBytes);
    try {
      if (sealed[0] !== version) throw new Error(`version ${sealed[0]}`);
      const opening = createDecipheriv(cipher, key, iv).setAAD(Buffer.from(owner)).setAuthTag(tag);
      return Buffer.concat([opening.update(sealed.subarray(1 + ivBytes + tagBytes)), opening.final()]).toString('utf8');
    } catch (error) {
      throw new InvalidInput('these secrets were sealed with another HEADROOM_SECRET_KEY: set that one, or give the secrets anew', ['settings'], { cause: error });
    }
  }

  private requireKey(): Buffer {
    if (this.key) return this.key;
    throw new InvalidInput('secrets are kept only encrypted: set HEADROOM_SECRET_KEY (32 characters or more) for every process, and start again', ['settings']);
  }
}
