import { withoutSecrets } from '../platform/index.js';

/** The source cannot be read now and may be later: the run is done again, after a wait that grows. */
export class CollectorUnavailable extends Error {
  /** How long the source asks to be left alone; null where it does not say. */
  readonly retryAfterMs: number | null;

  constructor(message: string, { retryAfterMs = null, cause }: { retryAfterMs?: number | null; cause?: unknown } = {}) {
    super(message, { cause });
    this.retryAfterMs = retryAfterMs;
  }
}

/**
 * The source answered with something that is no answer: a body cut short, HTML, or other than its
 * format says. It may be whole next time. The beginning of what came is kept for whoever looks.
 */
export class BadPayload extends CollectorUnavailable {
  /** At most 1 KB, without secrets. */
  readonly head: string;

  constructor(message: string, body: string, secrets: readonly string[] = []) {
    super(message);
    this.head = withoutSecrets(body.slice(0, 4_096), secrets).slice(0, 1_024);
  }
}

/** The run or the day may make no more calls. */
export class CallLimitReached extends CollectorUnavailable {}

/** The source refuses what it is asked: credentials, rights, or the question. The same again would be refused again. */
export class CollectorRejected extends Error {}

/** The source knows who asks too little (401), or lets them do too little (403). */
export class AccessRefused extends CollectorRejected {
  constructor(
    place: string,
    readonly status: 401 | 403,
  ) {
    super(`${place} answered ${status}: the credentials are missing, wrong, expired or not enough`);
  }
}
