import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What came in: a request as the server read it. */
export interface Asked {
  method: string;
  /** With its query. */
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
}

/** How the server answers one request. */
export type Behaviour = (asked: Asked, response: ServerResponse) => void | Promise<void>;

/**
 * A source that a test is the owner of, on loopback: every request is kept, and answered as the test
 * says at that moment. Ways to misbehave are in `misbehaviour`.
 */
export class SourceServer {
  readonly requests: Asked[] = [];
  private constructor(
    private readonly server: Server,
    readonly url: string,
    private behaviour: Behaviour,
  ) {}

  /** @param identity a private key and a certificate as PEM, to speak HTTPS */
  static async start(behaviour: Behaviour = misbehaviour.refuse(404), identity?: { key: string; cert: string }): Promise<SourceServer> {
    const server = identity ? createSecureServer(identity) : createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const source = new SourceServer(server, `${identity ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`, behaviour);
    server.on('request', (request, response) => void source.handle(request, response));
    return source;
  }

  /** From the next request on. */
  answer(behaviour: Behaviour): void {
    this.behaviour = behaviour;
  }

  /** The given answers one after the other, and then as before. */
  answerOnce(...behaviours: Behaviour[]): void {
    const after = this.behaviour;
    this.behaviour = (asked, response) => {
      const next = behaviours.shift();
      if (behaviours.length === 0) this.behaviour = after;
      return (next ?? after)(asked, response);
    };
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const asked = { method: request.method!, path: request.url!, headers: request.headers, body: await text(request) };
      this.requests.push(asked);
      await this.behaviour(asked, response);
    } catch {
      response.destroy();
    }
  }
}

export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Behaviour {
  return (_, response) => void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** What sources do to those who depend on them. */
export const misbehaviour = {
  /** A status, and nothing that could be read. */
  refuse: (status: number, headers: Record<string, string> = {}): Behaviour => (_, response) => void response.writeHead(status, headers).end('no'),
  /** 200 with a page for people, as proxies and log-in walls give. */
  html: (): Behaviour => (_, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Sign in</title>'),
  /** JSON that breaks off, with a length that says it does not. */
  brokenJson: (): Behaviour => (_, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"success","data":{"res'),
  /** A body that is shorter than it says, and then no connection. */
  cutOff: (): Behaviour => (_, response) => {
    response.writeHead(200, { 'content-length': '1000' });
    response.write('{"status":');
    setImmediate(() => response.destroy());
  },
  /** No answer, and the connection stays. */
  silence: (): Behaviour => () => undefined,
  /** The connection is cut before an answer. */
  reset: (): Behaviour => (_, response) => void response.socket?.resetAndDestroy(),
  /** What was asked comes back, credentials and all, as debugging proxies do. */
  echo: (status: number): Behaviour => (asked, response) => void response.writeHead(status).end(`no: ${JSON.stringify(asked)}`),
};
