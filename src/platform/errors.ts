/** Why a caller was refused; the codes of `UserErrorCode` in the API. */
export type RefusalCode =
  | 'INVALID'
  | 'NOT_FOUND'
  | 'CONFLICT'
  | 'FORBIDDEN'
  | 'INSUFFICIENT_HISTORY'
  | 'UNKNOWN_PLUGIN'
  | 'LIMIT_EXCEEDED';

/**
 * A refusal: the caller can mend it. It becomes a `userError` in the API and one line in the
 * terminal. Anything that is not a refusal is an outage or a bug, and is not dressed up as one.
 */
export abstract class DomainError extends Error {
  abstract readonly code: RefusalCode;
  /** Path into the input; null when no single field is at fault. */
  readonly field: readonly string[] | null = null;
}

/** An input that cannot be taken as it is. */
export class InvalidInput extends DomainError {
  readonly code = 'INVALID';
  constructor(
    message: string,
    override readonly field: readonly string[] | null = null,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** An id that names nothing the viewer may see. */
export class NotFound extends DomainError {
  readonly code = 'NOT_FOUND';
  constructor(
    id: string,
    override readonly field: readonly string[] | null = null,
  ) {
    super(`nothing has the id "${id}"`);
  }
}

/** Headroom cannot start as it is set up. Printed alone, without a stack. */
export class StartRefused extends Error {}
