import { InvalidInput } from '../../../platform/index.js';

/** A query as both interfaces of Datadog can be asked it: its metrics, and how they go together. */
export interface Expression {
  /** Each metric with its scope, rolled up by the step, and with its gaps left as gaps. */
  terms: readonly string[];
  /** The whole, with the metrics spelled as they are given. */
  spelled(term: (index: number) => string): string;
}

const term = /\b(?:avg|sum|min|max|count|p\d+(?:\.\d+)?):[a-z]\w*(?:\.\w+)*\{[^{}]*\}(?:\s*by\s*\{[^{}]*\})?(?:\.[a-z_]+\([^()]*\))*/gi;
const rollup = /\.rollup\(([^()]*)\)/g;
const fill = /\.fill\(([^()]*)\)/g;
const aggregators = ['avg', 'max', 'min', 'sum', 'count'];

/**
 * Reads a query, and has every metric in it rolled up by the step and its gaps left empty. Datadog
 * would choose the interval itself, and join or pad what is missing.
 *
 * @throws InvalidInput for a query that fills gaps, is rolled up by something else, or is none
 */
export function expressionOf(query: string, stepSeconds: number): Expression {
  const refuse = (needs: string): never => {
    throw new InvalidInput(`a query of datadog needs ${needs}, got "${query.slice(0, 200)}"`, ['settings', 'queries']);
  };
  const filled = [...query.matchAll(/\bfill\(\s*(\w*)/g)].some(([, method]) => method !== 'null');
  if (filled || /\bdefault_zero\(/.test(query)) refuse('its gaps left as gaps, without fill() and default_zero(): what is missing is not zero');
  const found = [...query.matchAll(term)];
  const pieces = query.split(term);
  if (found.length === 0 || pieces.some((piece) => /[{}:]/.test(piece))) refuse('every metric with an aggregator and a scope, such as avg:system.load.1{*} by {host}');
  const terms = found.map(([text]) => {
    const [given, second] = [...text.matchAll(rollup)];
    const [aggregator = 'avg', seconds = String(stepSeconds)] = given?.[1]!.split(',').map((part) => part.trim()) ?? [];
    if (second || !aggregators.includes(aggregator)) refuse(`one rollup by ${aggregators.join(', ')} for each metric, such as .rollup(max)`);
    if (seconds !== String(stepSeconds)) refuse(`to be rolled up by the step, which is ${stepSeconds} s, such as .rollup(${aggregator})`);
    return `${text.replace(rollup, '').replace(fill, '')}.rollup(${aggregator}, ${stepSeconds}).fill(null)`;
  });
  return { terms, spelled: (spell) => pieces.map((piece, index) => (index < terms.length ? piece + spell(index) : piece)).join('') };
}
