/** The embedded server cannot run here. The message says what it needs, what it got and what to do. */
export class EmbeddedPostgresUnavailable extends Error {
  override readonly name = 'EmbeddedPostgresUnavailable';
}
