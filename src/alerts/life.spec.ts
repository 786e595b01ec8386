import { AlertState, changesOf, type KnownAlert } from './life.js';
import { verdictOf, type Reading, type Verdict } from './reading.js';

const reading = (verdict: Verdict, more: Partial<Reading> = {}): Reading => ({
  ruleKey: 'rule', subject: { budgetKey: 'b' }, subjectKey: 'b', periodKey: '2026-11', verdict, isOncePerPeriod: false, observed: 1, threshold: 1, unit: 'Ratio', summary: '', details: [], ...more,
});
const alert = (state: AlertState, more: Partial<KnownAlert> = {}): KnownAlert => ({ key: 'alert', ruleKey: 'rule', subjectKey: 'b', periodKey: '2026-11', occurrence: 1, state, ...more });
const outcome = (...given: Parameters<typeof changesOf>) => {
  const { fire, goOn, resolve } = changesOf(...given);
  return { fire: fire.map(({ occurrence }) => occurrence), goOn: goOn.map(({ key }) => key), resolve };
};
const nothing = { fire: [], goOn: [], resolve: [] };

describe('an alert', () => {
  it('fires when its cause comes, and not again while it is there', () => {
    expect(outcome([reading('BREACHING')], [])).toEqual({ ...nothing, fire: [1] });
    expect(outcome([reading('BREACHING')], [alert(AlertState.FIRING)])).toEqual({ ...nothing, goOn: ['alert'] });
    expect(outcome([reading('BREACHING')], [alert(AlertState.ACKNOWLEDGED)])).toEqual({ ...nothing, goOn: ['alert'] });
  });

  it('is neither fired nor resolved by what wavers, and not touched by what is not known', () => {
    expect(outcome([reading('BETWEEN')], [])).toEqual(nothing);
    expect(outcome([reading('BETWEEN')], [alert(AlertState.FIRING)])).toEqual({ ...nothing, goOn: ['alert'] });
    expect(outcome([reading('UNKNOWN')], [alert(AlertState.FIRING)])).toEqual(nothing);
    expect(outcome([reading('UNKNOWN')], [])).toEqual(nothing);
  });

  it('resolves when its cause is gone, or its subject is', () => {
    expect(outcome([reading('CLEAR')], [alert(AlertState.FIRING)])).toEqual({ ...nothing, resolve: ['alert'] });
    expect(outcome([], [alert(AlertState.ACKNOWLEDGED)])).toEqual({ ...nothing, resolve: ['alert'] });
    expect(outcome([reading('CLEAR')], [alert(AlertState.RESOLVED)])).toEqual(nothing);
  });

  it('fires again after it fell back, but once for what is charged in a period', () => {
    expect(outcome([reading('BREACHING')], [alert(AlertState.RESOLVED, { occurrence: 2 })])).toEqual({ ...nothing, fire: [3] });
    expect(outcome([reading('BREACHING', { isOncePerPeriod: true })], [alert(AlertState.RESOLVED)])).toEqual(nothing);
    expect(outcome([reading('BREACHING', { isOncePerPeriod: true, periodKey: '2026-12' })], [alert(AlertState.RESOLVED)])).toEqual({ ...nothing, fire: [1] });
  });

  it('is breaching from the threshold on, and clear well below it', () => {
    expect([1, 0.99, 0.95, 0.9499].map((observed) => verdictOf(observed, 1, 0.95))).toEqual(['BREACHING', 'BETWEEN', 'BETWEEN', 'CLEAR']);
  });
});
