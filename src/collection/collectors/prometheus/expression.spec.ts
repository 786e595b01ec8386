import { expressionOf } from './expression.js';

const minuteMs = 60_000;

describe('an expression', () => {
  it('is asked with a step that leaves out its very start, and looks back by it', () => {
    expect(expressionOf('avg_over_time(x[$step])', { stepMs: 5 * minuteMs })).toEqual({ text: 'avg_over_time(x[299999ms])', lookBackMs: 5 * minuteMs });
  });

  it('of an instant looks back by nothing', () => {
    expect(expressionOf('x', { stepMs: 5 * minuteMs })).toEqual({ text: 'x', lookBackMs: 0 });
  });

  it('looks twelve times in a step, not closer than a minute nor farther than Prometheus remembers', () => {
    const resolution = (stepMs: number) => expressionOf('[$step:$resolution]', { stepMs }).text.split(':')[1];
    expect([minuteMs, 5 * minuteMs, 30 * minuteMs, 60 * minuteMs, 1_440 * minuteMs].map(resolution)).toEqual(['60000ms]', '60000ms]', '150000ms]', '300000ms]', '300000ms]']);
  });

  it('has the selector as it is written', () => {
    const stepMs = minuteMs;
    expect(expressionOf('x{a="b", $selector}', { stepMs, selector: 'job="$&"' }).text).toBe('x{a="b", job="$&"}');
    expect(expressionOf('x{$selector}', { stepMs }).text).toBe('x{}');
  });
});
