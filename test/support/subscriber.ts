import { createClient, type Client } from 'graphql-ws';
import { WebSocket } from 'ws';

export interface SocketEnd {
  code: number;
  reason: string;
}

/** A client of subscriptions, over a socket of its own, that does not come back by itself. */
export class Subscriber {
  private readonly client: Client;
  readonly closed: Promise<SocketEnd>;
  socket: WebSocket | undefined;

  constructor(url: string, headers: Record<string, string> = {}) {
    const remember = (socket: WebSocket) => (this.socket = socket);
    class Remembered extends WebSocket {
      constructor(address: string, protocols: string) {
        super(address, protocols, { headers });
        remember(this);
      }
    }
    let end: (end: SocketEnd) => void;
    this.closed = new Promise((resolve) => (end = resolve));
    this.client = createClient({
      url: `${url.replace(/^http/, 'ws')}/graphql`,
      webSocketImpl: Remembered,
      retryAttempts: 0,
      lazy: false,
      onNonLazyError: () => undefined,
      on: { closed: (event) => end(event as SocketEnd) },
    });
  }

  /** The events of one subscription; errors throw. */
  // Tests read any shape, and their expectations say which.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  events(query: string, variables: Record<string, unknown> = {}): AsyncIterableIterator<any> {
    return this.client.iterate({ query, variables });
  }

  async end(): Promise<void> {
    await this.client.dispose();
  }
}
