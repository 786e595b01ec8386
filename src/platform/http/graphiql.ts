import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../clock.js';
import { exampleQueries } from './example-queries.js';
import { graphiqlPage, pagePolicy, startScript } from './graphiql-page.js';

const require = createRequire(import.meta.url);

/** Served from the installed packages, because every page that loads them from elsewhere is blank without internet. */
const assets = [
  asset('graphiql', 'graphiql.min.css', 'text/css'),
  asset('react', 'umd/react.production.min.js', 'text/javascript'),
  asset('react-dom', 'umd/react-dom.production.min.js', 'text/javascript'),
  asset('graphiql', 'graphiql.min.js', 'text/javascript'),
];

const startPath = '/graphiql/start.js';

function asset(packageName: string, file: string, type: string) {
  // The manifest is what every package lets one find; React does not export its files for browsers.
  const manifest = require.resolve(`${packageName}/package.json`);
  const { version } = require(manifest) as { version: string };
  return { file: join(dirname(manifest), file), path: `/graphiql/${file.split('/').at(-1)}`, type, version };
}

/** A person's way into the API: GraphiQL, where a browser asks for the API as a page. */
export function serveGraphiql(server: FastifyInstance, clock: Clock): void {
  for (const { file, path, type } of assets) {
    server.get(path, async (_request, reply) => {
      // The page asks for each with its version, so that a new one has a new address.
      void reply.header('Cache-Control', 'private, max-age=31536000, immutable').type(`${type}; charset=utf-8`);
      return reply.send(await readFile(file));
    });
  }
  server.get(startPath, async (_request, reply) => reply.type('text/javascript; charset=utf-8').send(startScript));

  server.addHook('onRequest', async (request, reply): Promise<FastifyReply | undefined> => {
    if (!asksForPage(request)) return undefined;
    const page = graphiqlPage(
      {
        styles: assets.filter(({ type }) => type === 'text/css').map(address),
        scripts: [...assets.filter(({ type }) => type === 'text/javascript').map(address), startPath.slice(1)],
      },
      exampleQueries(clock.now()),
    );
    return reply.header('Content-Security-Policy', pagePolicy).type('text/html; charset=utf-8').send(page);
  });
}

/** Relative to the page, so that it also works below a path of a proxy. */
function address({ path, version }: { path: string; version: string }): string {
  return `${path.slice(1)}?v=${version}`;
}

function asksForPage({ method, routeOptions, headers }: FastifyRequest): boolean {
  return (method === 'GET' || method === 'HEAD') && routeOptions.url === '/graphql' && /\btext\/html\b/i.test(headers.accept ?? '');
}
