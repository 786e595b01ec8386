import { parseMatrix } from './matrix.js';

const answerOf = (result: { metric: Record<string, string>; values: [number, string][] }[]) => ({ status: 'success', data: { resultType: 'matrix', result } });

describe('an answer of points', () => {
  it('is read into columns, with what is no number as NaN', () => {
    const answer = answerOf([
      { metric: { gpu: '0' }, values: [[1435781430.781, '0.5'], [1435781445.781, 'NaN'], [1435781460.781, '+Inf'], [1435781475, '-1e-3']] },
      { metric: { gpu: '1' }, values: [[1, '7']] },
    ]);
    expect(parseMatrix(JSON.stringify(answer))).toEqual(
      { status: 'success', data: { resultType: 'matrix', result: [
        { metric: { gpu: '0' }, values: { seconds: Float64Array.of(1435781430.781, 1435781445.781, 1435781460.781, 1435781475), values: Float64Array.of(0.5, NaN, NaN, -0.001) } },
        { metric: { gpu: '1' }, values: { seconds: Float64Array.of(1), values: Float64Array.of(7) } },
      ] } },
    );
  });

  it('may have labels that look like its points', () => {
    const metric = { values: '"values":[[1,"2"]]', pod: ',"values":[', odd: 'a"values":[' };
    const { data } = parseMatrix(JSON.stringify(answerOf([{ metric, values: [[1, '2']] }]))) as ReturnType<typeof answerOf>;
    expect(data.result).toEqual([{ metric, values: { seconds: Float64Array.of(1), values: Float64Array.of(2) } }]);
  });

  it('may have none', () => {
    expect(parseMatrix(JSON.stringify(answerOf([{ metric: {}, values: [] }])))).toMatchObject({ data: { result: [{ values: { values: new Float64Array() } }] } });
    expect(parseMatrix('{"status":"error","error":"no"}')).toEqual({ status: 'error', error: 'no' });
  });

  it('is refused where it breaks off, wherever that is', () => {
    const whole = JSON.stringify(answerOf([{ metric: { gpu: '0' }, values: [[1, '2'], [3, '4']] }]));
    for (let length = 1; length < whole.length; length += 1) expect(() => parseMatrix(whole.slice(0, length))).toThrow(SyntaxError);
  });
});
