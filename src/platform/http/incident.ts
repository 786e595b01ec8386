import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';

const logger = new Logger('Incident');

/** Writes an error that nobody expected to the log. Returns the id it has there, for the caller to quote. */
export function recordIncident(error: unknown): string {
  const id = randomUUID();
  logger.error(`${id} ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return id;
}

/** All that a caller learns of it: messages and stacks tell how the server is built, and whose data it holds. */
export function incidentMessage(id: string): string {
  return `something went wrong here, and the log has it under ${id}`;
}
