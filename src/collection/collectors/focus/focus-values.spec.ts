import { decimal, instant, tagsJson, textOrNull } from './focus-values.js';

describe('a FOCUS value', () => {
  it.each<[string, string | null]>([
    ['', null], ['   ', null], ['NULL', null], ['null', null], [' Null ', null], [' a b ', 'a b'], ['NULLED', 'NULLED'], ['0', '0'],
  ])('%j is %j', (text, value) => {
    expect(textOrNull(text)).toBe(value);
  });
});

describe('an amount', () => {
  it.each<[string, string]>([
    ['0', '0'], ['-0.00000000000', '-0.00000000000'], ['1234.50', '1234.50'], ['00.10', '00.10'],
    ['0.1000000000000000055511151231257827', '0.1000000000000000055511151231257827'],
    ['+5', '5'], ['5.', '5.'], ['.5', '.5'], ['1e-7', '1e-7'], ['1.5E+3', '1.5E+3'],
    ['$1,234.50', '1234.50'], ['$1,234,567', '1234567'], ['-$3', '-3'], ['($3.00)', '-3.00'], ['$0.5', '0.5'],
  ])('is read exactly from %j', (text, exact) => {
    expect(decimal(text)).toBe(exact);
  });

  it.each([
    'NaN', 'Infinity', '-Infinity', 'inf', '12,5', '1.234,50', '1,234', '1e400', '1e', '--1', '- 1', '1 000', '0x1F', '1_000', '٣', 'a', '-', '.', '',
    '($3.00', '$3.00)', '-($3)', '$12,34', '$', '€3', '1'.repeat(41),
  ])('is not read from %j', (text) => {
    expect(decimal(text)).toBeUndefined();
  });
});

describe('an instant', () => {
  it.each<[string, string]>([
    ['2026-09-01T00:00:00Z', '2026-09-01T00:00:00Z'],
    ['2026-09-01 05:30:15', '2026-09-01T05:30:15Z'],
    ['2026-09-01T05:30', '2026-09-01T05:30:00Z'],
    ['2026-09-01', '2026-09-01T00:00:00Z'],
    ['2026-09-01 00:00:00.000 UTC', '2026-09-01T00:00:00Z'],
    ['2026-09-01T01:30:00+02:00', '2026-08-31T23:30:00Z'],
    ['2026-09-01T20:30:00-0330', '2026-09-02T00:00:00Z'],
    // The specification's own examples write hours past midnight, and dates month first.
    ['2026-09-01T30:00:00Z', '2026-09-02T06:00:00Z'],
    ['4/1/25', '2025-04-01T00:00:00Z'],
    ['12/31/2025 23:59', '2025-12-31T23:59:00Z'],
    ['2024-02-29', '2024-02-29T00:00:00Z'],
    ['2024-12-31T24:00:00Z', '2025-01-01T00:00:00Z'],
  ])('is read from %j', (text, utc) => {
    expect(instant(text)).toBe(utc);
  });

  it.each([
    '2024-02-30', '2025-02-29', '2026-13-01', '2026-00-10', '2026-09-31', '13/1/25', '2/30/2025', '2026-09-01T48:00:00Z', '2026-09-01T00:60:00Z',
    '1999-12-31', '2101-01-01', '26-09-01', '2026-9-1', '20260901', '1788220800', 'yesterday', '2026-09-01T00:00:00 CET', '',
  ])('is not read from %j', (text) => {
    expect(instant(text)).toBeUndefined();
  });
});

describe('tags', () => {
  it.each<[string, object]>([
    ['{}', {}],
    ['{"env":"prod","n":1,"yes":true,"none":null}', { env: 'prod', n: '1', yes: 'true', none: null }],
    ['{"list":[1,"a"],"deep":{"a":1}}', { list: '[1,"a"]', deep: '{"a":1}' }],
    ['{"ключ":"значение 😀"}', { ключ: 'значение 😀' }],
    // A backslash and six characters, no NUL.
    [String.raw`{"path":"\\u0000"}`, { path: String.raw`\u0000` }],
  ])('are texts by key: %s', (text, tags) => {
    const read = tagsJson(text);
    expect('json' in read && JSON.parse(read.json)).toEqual(tags);
  });

  it('may have a key that JavaScript treats in a way of its own', () => {
    expect(tagsJson('{"__proto__":"a","constructor":"b"}')).toEqual({ json: '{"__proto__":"a","constructor":"b"}' });
  });

  it.each(['[]', '["a"]', '"text"', '1', 'null', 'true', '{', "{'a':1}", 'a=b', '{"a":1}{"b":2}'])('need to be a JSON object: %s', (text) => {
    expect(tagsJson(text)).toEqual({ reason: 'needs a JSON object' });
  });

  it('may not hold what PostgreSQL has no place for', () => {
    expect(tagsJson(String.raw`{"a":"x\u0000y"}`)).toEqual({ reason: 'holds a NUL character' });
    expect(tagsJson(String.raw`{"\u0000":"x"}`)).toEqual({ reason: 'holds a NUL character' });
  });
});
