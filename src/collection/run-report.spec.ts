import { CallLimitReached } from './collector-failure.js';
import { RunReport } from './run-report.js';

describe('the report of a run', () => {
  it('stops a run that calls without end, and a day that has had its calls', async () => {
    const run = new RunReport({ perRun: 2, perDay: null });
    await run.call();
    await run.call();
    await expect(run.call()).rejects.toThrow(CallLimitReached);
    expect(run.callCount).toBe(2);
    const day = new RunReport({ perRun: 10, perDay: 20 }, 19);
    await day.call('0.01');
    await expect(day.call('0.01')).rejects.toThrow('may be called 20 times a day');
  });

  it('has a call that costs written down before it is made', async () => {
    const written: number[] = [];
    const report: RunReport = new RunReport({ perRun: 10, perDay: null }, 0, async () => void written.push(report.callCount));
    await report.call();
    expect(written).toEqual([]);
    await report.call('0.01');
    expect(written).toEqual([2]);
    expect([...report.calls]).toEqual([['0', 1], ['0.01', 1]]);
  });

  it('counts what is left out by few reasons, whatever a source sends', () => {
    const report = new RunReport(null);
    for (let index = 0; index < 100; index += 1) report.refuse(`reason ${index}`, 2);
    expect(report.refused.size).toBe(21);
    expect([...report.refused.values()].reduce((sum, count) => sum + count, 0)).toBe(200);
    for (let index = 0; index < 100; index += 1) report.partial(`${index} ${'w'.repeat(10_000)}`);
    expect([report.warnings.size, [...report.warnings][0]!.length]).toEqual([20, 500]);
  });
});
