import { FileRefused } from '../../csv/file-refused.js';
import { contentDigest } from '../../csv/text-file.js';
import type { Collector } from '../../collector.js';
import type { FocusDefaults } from './charge-of-row.js';
import { chargesOfFile } from './charges-of-file.js';

export interface FocusSettings extends FocusDefaults {
  /** Files of one delivery, in any order. */
  files: readonly string[];
}

/**
 * FOCUS exports (1.0 to 1.2, and the names that 1.3 gives the providers) from files: CSV, plain or
 * gzip, and Parquet.
 *
 * Unit    money as the file states it, exact; quantities with the unit beside them.
 * Throws  FileRefused naming file, line or row, and column; no charge after it is yielded.
 * Source  https://focus.finops.org/focus-specification/
 */
export const focus: Collector<FocusSettings> = {
  name: 'focus',
  description: 'Charges from FOCUS exports: CSV, plain or gzip, and Parquet.',

  settingsSchema: {
    type: 'object',
    additionalProperties: false,
    required: ['files'],
    properties: {
      files: { type: 'array', minItems: 1, items: { type: 'string', minLength: 1, description: 'the path of a file' }, description: 'the files of one delivery, in any order' },
      currency: { type: 'string', pattern: '^[A-Z]{3}$', description: 'the ISO 4217 currency of files that have no BillingCurrency column' },
    },
    examples: [{ files: ['september.csv.gz'] }],
  },

  async *collect({ files, currency }, { signal, report }) {
    for (const file of await distinctFiles(files, (message) => report.notice(message))) {
      let count = 0;
      for await (const charges of chargesOfFile(file, { currency }, (message) => report.notice(message))) {
        signal.throwIfAborted();
        count += charges.length;
        yield { kind: 'charges', rows: charges };
      }
      if (count === 0) throw new FileRefused(file, 'has a header and no rows: there is nothing to load');
    }
  },
};

/** Each content once: the same file again, under another name or packed, would be charged twice. */
async function distinctFiles(files: readonly string[], onNotice: (message: string) => void): Promise<string[]> {
  if (files.length < 2) return [...files];
  const byDigest = new Map<string, string>();
  for (const file of files) {
    const digest = await contentDigest(file);
    const twin = byDigest.get(digest);
    if (twin) onNotice(`${file} holds the same as ${twin} and is counted once`);
    else byDigest.set(digest, file);
  }
  return [...byDigest.values()];
}
