import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the project is; this file is compiled to `dist/test/support`. */
export const projectRoot = fileURLToPath(new URL('../../..', import.meta.url));

/** Data that others made, beside the project and never in it. */
const realData = join(projectRoot, '..', 'shared', 'data');

/** Where one of these files is; tests that read one are skipped, by name, where it is not there. */
export function realFile(...path: string[]): string {
  return join(realData, ...path);
}

/** `describe`, or where the file is missing a skipped one that says so. */
export function describeWith(file: string, name: string, body: () => void): void {
  if (existsSync(file)) describe(name, body);
  else describe.skip(`${name} (not shown here: ${file.slice(realData.length + 1)} is not beside the project)`, body);
}
