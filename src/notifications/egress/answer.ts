import type { IncomingMessage } from 'node:http';
import { ChannelRefused, ChannelUnavailable, MessageRefused } from '../channel-failure.js';
import { atMost, oneLine } from '../message.js';

/** A receiver that asks for longer is asked again after this. */
const longestRetryAfterMs = 3_600_000;
/** What is wrong with the request as such, rather than with what it says. */
const refusesChannel = [401, 403, 404, 410];
/** Statuses below 500 that may pass. */
const mayPass = [408, 425, 429];

/**
 * What an answer means.
 *
 * @param text what its body begins with, without secrets
 * @returns one sentence on what answered
 * @throws ChannelUnavailable, ChannelRefused or MessageRefused
 */
export function answerOf(place: string, { statusCode: status = 0, headers }: Pick<IncomingMessage, 'statusCode' | 'headers'>, text: string): string {
  const said = atMost(300, oneLine(text));
  const answered = `${place} answered ${status}${said === '' ? '' : `: ${said}`}`;
  if (status >= 200 && status < 300) return answered;
  if (status >= 300 && status < 400) throw new ChannelRefused(`${place} answered ${status} and points elsewhere: set the address it moved to`);
  if (refusesChannel.includes(status)) throw new ChannelRefused(answered);
  if (mayPass.includes(status) || status >= 500) throw new ChannelUnavailable(answered, { retryAfterMs: retryAfterMs(headers['retry-after']) });
  throw new MessageRefused(answered);
}

/** Seconds, or the instant it is over. */
function retryAfterMs(header: string | undefined): number | null {
  if (header === undefined) return null;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1_000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? null : Math.min(Math.max(0, ms), longestRetryAfterMs);
}
