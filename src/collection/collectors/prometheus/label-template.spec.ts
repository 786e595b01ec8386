import { filled } from './label-template.js';

describe('text with labels', () => {
  const labels = { node: 'node-1', gpu: '0', empty: '', odd: '[{gpu}]' };

  it('has labels put into its braces', () => {
    expect(filled('{node}/gpu-{gpu}', labels)).toBe('node-1/gpu-0');
  });

  it('takes the first label that is there, and an empty one for none', () => {
    expect(filled('{Hostname|empty|node}', labels)).toBe('node-1');
  });

  it('does without what stands in brackets', () => {
    expect(filled('[{cluster}/]{node}[/{gpu}]', labels)).toBe('node-1/0');
  });

  it('is none without a label that it needs', () => {
    expect(filled('{cluster}/{node}', labels)).toBeNull();
    expect(filled(undefined, labels)).toBeNull();
  });

  it('leaves the value of a label as it is', () => {
    expect(filled('{odd}/{node}', labels)).toBe('[{gpu}]/node-1');
  });
});
