import { analogues, longAnalogues } from './analogues.js';

const week = [0, 10, 20, 10, 0, -20, -20];

describe('analogues', () => {
  it('follow the seasons that looked like the last one', () => {
    // Quiet weeks are followed by quiet ones, a campaign week by one of +50.
    const isCampaign = (t: number): boolean => Math.floor(t / 7) % 5 === 3;
    const isAfter = (t: number): boolean => Math.floor(t / 7) % 5 === 4;
    const at = (t: number): number => 100 + week[t % 7]! * (isCampaign(t) ? 3 : 1) + (isAfter(t) ? 50 : 0);
    // The series ends with a campaign week.
    const values = Float64Array.from({ length: 7 * 39 }, (_, t) => at(t));
    const mean = analogues.fit({ values, periods: [7] }).forecast(7);
    mean.forEach((value, h) => expect(Math.abs(value - at(7 * 39 + h))).toBeLessThan(1e-5));
  });

  it('are weighed by how alike they are', () => {
    // Each pair strays from its level by 3, 0, 2, 0, 1.5, 0 and at last 1.
    const values = Float64Array.of(7, 13, 14, 14, 8, 12, 12, 12, 8.5, 11.5, 11, 11, 9, 11);
    // Distances, over 0.98 + 0.98²: of the pair (8.5, 11.5) ½, of (11, 11), (12, 12), (8, 12) and (14, 14) 1, of (7, 13) 2. The four
    // most alike, latest first, are followed by 11 after level 10, 9 after 11, 8.5 after 12, 12 after 10; weights 2, 1, 1, 1.
    const [first] = analogues.fit({ values, periods: [2] }).forecast(1);
    expect(first).toBeCloseTo(10 + (2 * 1 - 2 - 3.5 + 2) / 5, 6);
  });

  it('repeat the last season of what was seen, where too few stretches have gone on', () => {
    const values = Float64Array.from({ length: 7 * 12 }, (_, t) => 100 + week[t % 7]!);
    for (const model of [analogues, longAnalogues]) {
      const mean = model.fit({ values, periods: [7] }).forecast(7 * 30);
      mean.forEach((value, h) => expect(value).toBeCloseTo(100 + week[h % 7]!, 6));
    }
  });

  it('do not apply without a season', () => {
    expect(analogues.requiredObservations([])).toBe(Infinity);
  });
});
