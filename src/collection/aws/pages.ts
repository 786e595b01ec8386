import { CollectorUnavailable } from '../collector-failure.js';

/** So many pages in a row that hold nothing and point on lead nowhere. */
const mostEmptyPages = 5;

interface Paging<Page> {
  /** Without a token, the first page. */
  ask(token: string | undefined): Promise<Page>;
  tokenOf(page: Page): string | undefined;
  isEmpty(page: Page): boolean;
}

/** Every page of an answer. @throws CollectorUnavailable when they have no end */
export async function* pagesOf<Page>(service: string, { ask, tokenOf, isEmpty }: Paging<Page>): AsyncGenerator<Page> {
  const seen = new Set<string>();
  let emptyPages = 0;
  for (let token: string | undefined; ; ) {
    const page = await ask(token);
    yield page;
    token = tokenOf(page);
    if (token === undefined || token === '') return;
    if (seen.has(token)) throw new CollectorUnavailable(`${service} points back to a page that was read: its pages have no end`);
    seen.add(token);
    emptyPages = isEmpty(page) ? emptyPages + 1 : 0;
    if (emptyPages >= mostEmptyPages) throw new CollectorUnavailable(`${service} gives ${mostEmptyPages} empty pages in a row: its pages have no end`);
  }
}
