/** What a server has of exporters that it scraped: lines as they were served, each with the time of it. */
export interface ScrapedHistory {
  lines: readonly { line: string; atMs: number }[];
}

/** Scrapes an exporter from `startMs` to before `endMs`. A scrape that fails gives null. */
export function scraped({ startMs, endMs, everyMs }: { startMs: number; endMs: number; everyMs: number }, expose: (atMs: number) => string | null): ScrapedHistory {
  const lines: { line: string; atMs: number }[] = [];
  for (let atMs = startMs; atMs < endMs; atMs += everyMs) {
    for (const line of (expose(atMs) ?? '').split('\n')) if (line !== '' && !line.startsWith('#')) lines.push({ line, atMs });
  }
  return { lines };
}

/** As `promtool tsdb create-blocks-from openmetrics` reads it. */
export const asOpenMetrics = ({ lines }: ScrapedHistory): string => `${lines.map(({ line, atMs }) => `${line} ${atMs / 1_000}\n`).join('')}# EOF\n`;

/** As the import of VictoriaMetrics reads it. */
export const asExposition = ({ lines }: ScrapedHistory): string => lines.map(({ line, atMs }) => `${line} ${atMs}\n`).join('');
