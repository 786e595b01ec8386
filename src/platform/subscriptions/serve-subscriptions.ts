import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import { handleProtocols, makeServer } from 'graphql-ws';
import { WebSocketServer, type WebSocket } from 'ws';
import { formatErrors } from '../graphql/errors.js';
import { recordIncident } from '../http/incident.js';
import { readOperation, runSubscription } from './operations.js';
import { SubscriberTooSlow } from './subscriber-too-slow.js';

/** How sockets are closed by us; besides, 1001 when the process ends. */
const closeCodes = { withdrawn: 4403, tooSlow: 4408 };
const mostFrameBytes = 64 * 1024;
const initWithinMs = 3_000;
const mostSocketsPerViewer = 2_000;
const mostOperationsPerSocket = 20;
/** A message that the client has not taken for so long: it does not read. */
const takenWithinMs = 10_000;
const watchMs = 1_000;
const pingMs = 12_000;
const admitAgainMs = 20_000;
const closeWithinMs = 2_000;

/** Who opens a socket, or why it is not served. */
export type Admission<Viewer> = { viewer: Viewer } | { status: number; message: string };

export interface SubscriptionDoor<Viewer extends { id: string }> {
  schema(): GraphQLSchema;
  /** Asked when a socket opens, and again while it is open. */
  admit(headers: IncomingHttpHeaders): Admission<Viewer> | Promise<Admission<Viewer>>;
  /** The context that resolvers of one event share. */
  contextFor(viewer: Viewer): object;
}

interface Held<Viewer> {
  socket: WebSocket;
  headers: IncomingHttpHeaders;
  viewer: Viewer;
  /** Since when a message waits to be taken; null when none does. */
  waitsSince: number | null;
  isAlive: boolean;
}

/** Serves subscriptions at `/graphql`, by graphql-transport-ws. https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md */
export function serveSubscriptions<Viewer extends { id: string }>(server: FastifyInstance, door: SubscriptionDoor<Viewer>): void {
  const held = new Set<Held<Viewer>>();
  const sockets = new WebSocketServer({ noServer: true, maxPayload: mostFrameBytes, handleProtocols, perMessageDeflate: false });
  const contexts = new WeakMap<object, Map<string, object>>();

  // Viewers who may see the same share what is read of an event: a thousand of them read it once.
  const contextOf = (event: object, viewer: Viewer): object => {
    const ofEvent = contexts.get(event) ?? new Map<string, object>();
    contexts.set(event, ofEvent);
    const key = JSON.stringify(viewer);
    const context = ofEvent.get(key) ?? door.contextFor(viewer);
    ofEvent.set(key, context);
    return context;
  };

  const holders = new WeakMap<object, Held<Viewer>>();
  const protocol = makeServer<Record<string, unknown>, Held<Viewer>>({
    connectionInitWaitTimeout: initWithinMs,
    onSubscribe({ subscriptions }, _id, payload) {
      if (Object.keys(subscriptions).length > mostOperationsPerSocket) return [new GraphQLError(`one socket may have at most ${mostOperationsPerSocket} subscriptions at a time`)];
      return readOperation(door.schema(), payload);
    },
    context: ({ extra }) => {
      const context = door.contextFor(extra.viewer);
      holders.set(context, extra);
      return context;
    },
    subscribe: async (args) => {
      const one = holders.get(args.contextValue as object)!;
      return runSubscription(args, (event) => contextOf(event, one.viewer), (error) => {
        if (error instanceof SubscriberTooSlow) one.socket.close(closeCodes.tooSlow, 'too slow: resume with afterSequence');
      }) as never;
    },
    onNext: (_context, _id, _payload, _args, result) => (result.errors ? (formatErrors(result as never).response as never) : undefined),
    onError: (_context, _id, _payload, errors) => formatErrors({ errors }).response.errors as never,
  });

  const serve = (socket: WebSocket, one: Held<Viewer>): void => {
    held.add(one);
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        // Kept only when the client took it: that is what holds back the next event.
        send: (data) =>
          new Promise<void>((resolve) => {
            if (socket.readyState !== socket.OPEN) return resolve();
            one.waitsSince ??= performance.now();
            socket.send(data, () => {
              one.waitsSince = socket.bufferedAmount > 0 ? performance.now() : null;
              resolve();
            });
          }),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (take) =>
          socket.on('message', (data) => {
            take(String(data)).catch((error: unknown) => {
              recordIncident(error);
              socket.close(1011, 'something went wrong here');
            });
          }),
      },
      one,
    );
    socket.on('error', () => undefined);
    socket.on('pong', () => (one.isAlive = true));
    socket.once('close', (code, reason) => {
      held.delete(one);
      void closed(code, String(reason));
    });
  };

  const onUpgrade = async (request: IncomingMessage, stream: Duplex, head: Buffer): Promise<void> => {
    stream.on('error', () => undefined);
    if (request.url?.split('?')[0] !== '/graphql') return refuseUpgrade(stream, 404, 'subscriptions are served at /graphql');
    const admission = await door.admit(request.headers);
    if ('status' in admission) return refuseUpgrade(stream, admission.status, admission.message);
    const { viewer } = admission;
    const open = [...held].filter((one) => one.viewer.id === viewer.id).length;
    if (open >= mostSocketsPerViewer) return refuseUpgrade(stream, 429, `one viewer may have at most ${mostSocketsPerViewer} sockets`);
    sockets.handleUpgrade(request, stream, head, (socket) => serve(socket, { socket, headers: request.headers, viewer, waitsSince: null, isAlive: true }));
  };
  server.server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    onUpgrade(request, stream, head).catch((error: unknown) => {
      recordIncident(error);
      stream.destroy();
    });
  });

  const watch = setInterval(() => {
    for (const { socket, waitsSince } of held) {
      if (waitsSince !== null && performance.now() - waitsSince > takenWithinMs) socket.close(closeCodes.tooSlow, 'too slow: resume with afterSequence');
    }
  }, watchMs);
  const ping = setInterval(() => {
    for (const one of held) {
      // One that is closed for being slow has time to find the code; ws ends it after 30 s.
      if (one.socket.readyState !== one.socket.OPEN || one.waitsSince !== null) continue;
      if (!one.isAlive) one.socket.terminate();
      one.isAlive = false;
      one.socket.ping();
    }
  }, pingMs);
  const admitAgain = setInterval(() => {
    for (const one of held) void stillAdmitted(door, one).then((is) => is || one.socket.close(closeCodes.withdrawn, 'access was withdrawn or has changed'));
  }, admitAgainMs);

  server.addHook('preClose', async () => {
    for (const timer of [watch, ping, admitAgain]) clearInterval(timer);
    const closing = [...held].map(({ socket }) => new Promise((resolve) => socket.once('close', resolve)));
    for (const { socket } of held) socket.close(1001, 'this server stops');
    const late = setTimeout(() => held.forEach(({ socket }) => socket.terminate()), closeWithinMs);
    await Promise.all(closing);
    clearTimeout(late);
  });
}

/** A registry of keys that is away for a moment withdraws nothing. */
async function stillAdmitted<Viewer extends { id: string }>(door: SubscriptionDoor<Viewer>, { headers, viewer }: Held<Viewer>): Promise<boolean> {
  try {
    const admission = await door.admit(headers);
    return 'viewer' in admission && JSON.stringify(admission.viewer) === JSON.stringify(viewer);
  } catch (error) {
    recordIncident(error);
    return true;
  }
}

function refuseUpgrade(stream: Duplex, status: number, message: string): void {
  const body = JSON.stringify({ errors: [{ message }] });
  stream.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}
