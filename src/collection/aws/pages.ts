import { CollectorUnavailable } from '../collector-failure.js';
import { PagesChanged } from './failures.js';

/** So many pages in a row that hold nothing and point on lead nowhere. */
const mostEmptyPages = 5;

interface Paging<Page> {
  /** Without a token, the first page. */
  ask(token: string | undefined): Promise<Page>;
  tokenOf(page: Page): string | undefined;
  isEmpty(page: Page): boolean;
  /** Whether to begin again, once, where AWS has lost the pages: the first ones then come twice. */
  beginsAgain?: boolean;
}

/** Every page of an answer. @throws CollectorUnavailable when they have no end; PagesChanged when AWS has lost them */
export async function* pagesOf<Page>(service: string, { ask, tokenOf, isEmpty, beginsAgain = false }: Paging<Page>): AsyncGenerator<Page> {
  const seen = new Set<string>();
  let emptyPages = 0;
  let mayBeginAgain = beginsAgain;
  for (let token: string | undefined; ; ) {
    let page: Page;
    try {
      page = await ask(token);
    } catch (error) {
      if (!(error instanceof PagesChanged) || !mayBeginAgain) throw error;
      [mayBeginAgain, token, emptyPages] = [false, undefined, 0];
      seen.clear();
      continue;
    }
    yield page;
    token = tokenOf(page);
    if (token === undefined || token === '') return;
    if (seen.has(token)) throw new CollectorUnavailable(`${service} points back to a page that was read: its pages have no end`);
    seen.add(token);
    emptyPages = isEmpty(page) ? emptyPages + 1 : 0;
    if (emptyPages >= mostEmptyPages) throw new CollectorUnavailable(`${service} gives ${mostEmptyPages} empty pages in a row: its pages have no end`);
  }
}
