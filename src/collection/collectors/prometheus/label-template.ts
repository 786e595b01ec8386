import type { Labels } from './query-range.js';

const part = /\[([^[\]]*)\]|\{([^{}]*)\}/g;

/**
 * Text with labels in braces, such as `{namespace}/{pod}`, filled in. Of `{node|Hostname}` the first that
 * the series has is taken, and what stands in brackets, as in `[{cluster}/]{node}`, may be missing.
 *
 * @returns null where the series lacks a label that is needed
 */
export function filled(template: string | undefined, labels: Labels): string | null {
  if (template === undefined) return null;
  let isWhole = true;
  const text = template.replace(part, (_, optional: string | undefined, names: string | undefined) => {
    if (optional !== undefined) return filled(optional, labels) ?? '';
    const value = names!.split('|').map((name) => labels[name.trim()]).find((found) => found);
    isWhole &&= value !== undefined;
    return value ?? '';
  });
  return isWhole ? text : null;
}
