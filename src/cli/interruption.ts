/** A person asked to stop. */
export class Interrupted extends Error {
  constructor() {
    super('interrupted: nothing was changed');
  }
}

/** Aborted with `Interrupted` once a person asks to stop. */
export function onInterruption(): AbortSignal {
  const interruption = new AbortController();
  const interrupt = () => interruption.abort(new Interrupted());
  // One Ctrl-C arrives twice, from the terminal and from npm, and the second must not end what the first is ending.
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  return interruption.signal;
}
