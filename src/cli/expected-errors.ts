import { CommandRefused } from './command-refused.js';
import { Interrupted } from './interruption.js';

/**
 * Whether an error is one that a person can mend. The rooms are asked one after the other, the light ones first, and
 * loaded for it: whoever threw an error of theirs has loaded them before.
 */
export async function isExpected(error: unknown): Promise<boolean> {
  if (error instanceof CommandRefused || error instanceof Interrupted) return true;
  const { SeriesFileRefused } = await import('../series-files/index.js');
  if (error instanceof SeriesFileRefused) return true;
  const { DomainError, EmbeddedPostgresUnavailable, StartRefused } = await import('../platform/index.js');
  const { ConnectionLost } = await import('../collection/index.js');
  return [DomainError, StartRefused, EmbeddedPostgresUnavailable, ConnectionLost].some((kind) => error instanceof kind);
}
