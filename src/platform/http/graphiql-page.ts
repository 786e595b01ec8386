import type { ExampleQuery } from './example-queries.js';

/** GraphiQL styles its editor from scripts, and has its fonts and icons in its stylesheet. */
export const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src data:",
  "img-src data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * The page itself. Its queries are data in it, so that no script has to be made per request.
 *
 * @param paths where its parts are, relative to the page
 */
export function graphiqlPage(paths: { styles: string[]; scripts: string[] }, examples: ExampleQuery[]): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Headroom</title>
    <link rel="icon" href="data:,">
${paths.styles.map((path) => `    <link rel="stylesheet" href="${path}">`).join('\n')}
  </head>
  <body style="margin: 0">
    <div id="graphiql" style="height: 100vh; width: 100vw">Loading…</div>
    <script id="examples" type="application/json">${JSON.stringify(examples).replaceAll('<', '\\u003c')}</script>
${paths.scripts.map((path) => `    <script src="${path}"></script>`).join('\n')}
  </body>
</html>
`;
}

/** Runs in the browser, after React and GraphiQL. */
export const startScript = `'use strict';
const examples = JSON.parse(document.getElementById('examples').textContent);
const { createElement } = React;
ReactDOM.createRoot(document.getElementById('graphiql')).render(
  createElement(
    GraphiQL,
    {
      fetcher: GraphiQL.createFetcher({ url: location.pathname }),
      // Other servers that were tried under this address have left their tabs in this browser.
      storage: GraphiQL.createLocalStorage({ namespace: 'headroom' }),
      defaultTabs: examples.map(({ query, variables }) => ({ query, variables: JSON.stringify(variables, null, 2) })),
      defaultEditorToolsVisibility: 'variables',
    },
    createElement(GraphiQL.Logo, null, 'Headroom'),
  ),
);
`;
