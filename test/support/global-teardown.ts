import { rm } from 'node:fs/promises';
import './global-setup.js';

/** Stops the server that this run started, and only that. */
export default async function tearDown(): Promise<void> {
  const { embedded, directory } = globalThis.testServer ?? { embedded: null, directory: null };
  await embedded?.stop();
  if (directory) await rm(directory, { recursive: true, force: true });
}
