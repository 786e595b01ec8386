import type { Socket } from 'node:net';
import type { Configurable } from '../platform/index.js';
import type { OutgoingMessage } from './message.js';

/** One POST of JSON. */
export interface Posting {
  url: URL;
  headers?: Readonly<Record<string, string>>;
  /** What is sent, as it is sent: what a signature in the headers covers. */
  body: string;
  /** What must appear in no failure: credentials that the request carries. */
  secrets?: readonly string[];
  /** The authority that the receiver's certificate has to be signed by, as PEM; without it those that Node.js knows. */
  caCertificate?: string;
}

/** What a channel is given to reach the outside: there is no other way. */
export interface Egress {
  /** Aborts when the message has taken too long. */
  readonly signal: AbortSignal;
  /**
   * Posts, without following redirects. Any 2xx is a success, whatever the body.
   *
   * @returns one sentence on what answered
   * @throws ChannelUnavailable, ChannelRefused or MessageRefused
   */
  post(posting: Posting): Promise<string>;
  /** A connection, once it is there. @throws ChannelUnavailable or ChannelRefused */
  connect(address: { host: string; port: number }): Promise<Socket>;
}

/**
 * Tells people. A channel sees no database, no clock and no other channel: the caller owns order, repeats, deadlines
 * and what is done with a failure.
 *
 * A message may come twice, when nobody knows whether it arrived: with the same `key` and the same `dedupKey`, which a
 * channel hands on wherever its receiver has a place for them.
 */
export interface Channel<Settings extends object = object> extends Configurable {
  /** Stable name, for example `slack`. */
  readonly name: string;
  /** One sentence on whom it tells. */
  readonly description: string;
  /** Time between two messages, where a receiver takes only so many. */
  readonly leastIntervalMs?: number;
  /** Time after which what still fires is said again, where a receiver forgets. */
  readonly repeatEveryMs?: number;
  /** Settings that fit the schema and not each other. @throws InvalidInput */
  check?(settings: Settings): void;
  /**
   * Sends one message.
   *
   * @returns one sentence on what answered
   * @throws ChannelUnavailable, and it is sent again later
   * @throws ChannelRefused, and a person has to mend the channel
   * @throws MessageRefused, and it is not sent again
   */
  send(settings: Settings, message: OutgoingMessage, egress: Egress): Promise<string>;
}
