import { getIntrospectionQuery, parse } from 'graphql';
import { checkLimits } from './query-limits.js';

const check = (query: string) => () => checkLimits(parse(query));
const times = (count: number, write: (index: number) => string) => Array.from({ length: count }, (_, index) => write(index)).join(' ');

describe('the system', () => {
  it('lets clients read its schema', () => {
    const everything = { specifiedByUrl: true, directiveIsRepeatable: true, schemaDescription: true, inputValueDeprecation: true, oneOf: true };
    expect(check(getIntrospectionQuery(everything))).not.toThrow();
  });

  it.each([
    ['levels', 20, (count: number) => `${'{a'.repeat(count)}${'}'.repeat(count)}`],
    ['fields at its root', 50, (count: number) => `{${'a '.repeat(count)}}`],
    ['fields', 1_000, (count: number) => `{r {${'a '.repeat(count - 1)}}}`],
    ['aliases', 50, (count: number) => `{r {${times(count, (i) => `a${i}: a`)}}}`],
    ['directives', 50, (count: number) => `{r {${times(count, () => 'a @skip(if: false)')}}}`],
    ['fragments', 50, (count: number) => `{a} ${times(count, (i) => `fragment F${i} on T {a}`)}`],
  ])('takes a query of so many %s and no more', (of, most, query) => {
    expect(check(query(most))).not.toThrow();
    expect(check(query(most + 1))).toThrow(`a query may have at most ${most} ${of}, and this has ${most + 1}`);
  });

  it('counts fields as often as their fragment is spread', () => {
    // F3 is 1 field, and each before it twice the next and 2 more: 1, 4, 10, 22. Ten more make 2¹⁰ times that.
    const doubling = (count: number) =>
      `{...F0} ${times(count, (i) => `fragment F${i} on T {a {...F${i + 1}} b {...F${i + 1}}}`)} fragment F${count} on T {a}`;
    expect(check(doubling(3))).not.toThrow();
    expect(check(doubling(13))).toThrow('a query may have at most 1000 fields, and this has 24574');
  });

  it('counts inline fragments as what they contain', () => {
    expect(check(`{... on Query {${'a '.repeat(51)}}}`)).toThrow('50 fields at its root, and this has 51');
  });

  it.each([
    ['contain themselves', '{...A} fragment A on T {a ...B} fragment B on T {b {...A}}'],
    ['are missing', '{...A}'],
  ])('leaves fragments that %s to validation', (_, query) => {
    expect(check(query)).not.toThrow();
  });

  it('holds every operation of a document to the limits', () => {
    expect(check(`query A {a} query B {${'a '.repeat(51)}}`)).toThrow('this has 51');
  });
});
