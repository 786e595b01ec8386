import { StartRefused } from '../platform/index.js';
import { calendarRegressors, type TimeGrid } from './calendar.js';
import { HolidayCalendar } from './holiday-calendar.js';

const dayMs = 86_400_000;
const hourMs = 3_600_000;

const daily = (first: string, last: string): TimeGrid => ({
  start: new Date(first),
  stepMs: dayMs,
  steps: (Date.parse(last) - Date.parse(first)) / dayMs + 1,
  timeZone: 'UTC',
});
const year = (number: number): TimeGrid => daily(`${number}-01-01`, `${number}-12-31`);
const hourly = (first: string, last: string, timeZone: string): TimeGrid => ({
  start: new Date(first),
  stepMs: hourMs,
  steps: (Date.parse(last) - Date.parse(first)) / hourMs,
  timeZone,
});

/** Starts of the steps that a regressor marks: dates of days, instants of hours. */
async function marked(name: string, grid: TimeGrid, country: string | null = null): Promise<string[]> {
  const holidays = await HolidayCalendar.observedIn(country);
  const { values } = calendarRegressors(grid, holidays, { withMonths: true }).find((one) => one.name === name)!;
  const length = grid.stepMs === dayMs ? 'yyyy-mm-dd'.length : 'yyyy-mm-ddThh'.length;
  return [...values.keys()].filter((step) => values[step] === 1).map((step) => new Date(grid.start.getTime() + step * grid.stepMs).toISOString().slice(0, length));
}

describe('the calendar', () => {
  it('knows the turns of months, in leap years too', async () => {
    expect(await marked('month start', daily('2024-01-30', '2024-03-02'))).toEqual(['2024-02-01', '2024-03-01']);
    expect(await marked('month end', daily('2024-01-30', '2024-03-02'))).toEqual(['2024-01-31', '2024-02-29']);
    expect(await marked('month end', daily('2026-02-01', '2026-04-15'))).toEqual(['2026-02-28', '2026-03-31']);
    expect(await marked('month end', daily('2000-02-01', '2000-03-01'))).toEqual(['2000-02-29']);
    expect(await marked('month end', daily('2100-02-01', '2100-03-01'))).toEqual(['2100-02-28']);
  });

  it('knows the last workday of a month, by the holidays and the weekend of the country', async () => {
    // 31 May 2026 is a Sunday; 31 October 2025 a Friday.
    expect(await marked('last workday of the month', daily('2026-05-20', '2026-06-10'))).toEqual(['2026-05-29']);
    expect(await marked('last workday of the month', daily('2025-10-20', '2025-11-05'))).toEqual(['2025-10-31']);
    // There, on the day of the Reformation, nobody works.
    expect(await marked('last workday of the month', daily('2025-10-20', '2025-11-05'), 'DE-SN')).toEqual(['2025-10-30']);
    // 31 January 2026 is a Saturday, 30 a Friday: the weekend of Saudi Arabia.
    expect(await marked('last workday of the month', daily('2026-01-20', '2026-02-05'), 'SA')).toEqual(['2026-01-29']);
  });

  // Dates as the countries publish them: federal holidays of the US (opm.gov), Easter by the tables of the PTB.
  it.each<[string, number, string[]]>([
    ['DE', 2024, ['2024-01-01', '2024-03-29', '2024-04-01', '2024-05-01', '2024-05-09', '2024-05-20', '2024-10-03', '2024-12-25', '2024-12-26']],
    // 3 October and 26 December 2026 are Saturdays.
    ['DE', 2026, ['2026-01-01', '2026-04-03', '2026-04-06', '2026-05-01', '2026-05-14', '2026-05-25', '2026-12-25']],
    ['US', 2024, ['2024-01-01', '2024-01-15', '2024-02-19', '2024-05-27', '2024-06-19', '2024-07-04', '2024-09-02', '2024-10-14', '2024-11-11', '2024-11-28', '2024-12-25']],
    // The Fourth of July of 2026 is a Saturday, observed on the Friday.
    ['US', 2026, ['2026-01-01', '2026-01-19', '2026-02-16', '2026-05-25', '2026-06-19', '2026-07-03', '2026-09-07', '2026-10-12', '2026-11-11', '2026-11-26', '2026-12-25']],
  ])('knows the holidays of %s on workdays of %d, which move', async (country, number, dates) => {
    expect(await marked('holiday', year(number), country)).toEqual(dates);
  });

  it('knows what only a part of a country observes', async () => {
    const bavarian = await marked('holiday', year(2026), 'DE-BY');
    expect(bavarian).toEqual(expect.arrayContaining(['2026-01-06', '2026-06-04']));
    expect(await marked('holiday', year(2026), 'US-CA')).toContain('2026-11-27');
    expect(await marked('holiday', year(2026), 'US')).not.toContain('2026-11-27');
  });

  it('knows the days around holidays, and the single workday between one and the weekend', async () => {
    // Ascension Day, 14 May 2026, is a Thursday; Whit Monday the 25th.
    expect(await marked('bridge day', daily('2026-05-10', '2026-05-31'), 'DE')).toEqual(['2026-05-15']);
    expect(await marked('day before a holiday', daily('2026-05-10', '2026-05-31'), 'DE')).toEqual(['2026-05-13']);
    expect(await marked('day after a holiday', daily('2026-05-10', '2026-05-31'), 'DE')).toEqual(['2026-05-26']);
    // Christmas Eve of 2024 is a Tuesday, and 27 December a Friday between the holidays and the weekend.
    expect(await marked('day before a holiday', daily('2024-12-20', '2024-12-31'), 'DE')).toEqual(['2024-12-24', '2024-12-31']);
    expect(await marked('bridge day', daily('2024-12-20', '2024-12-31'), 'DE')).toEqual(['2024-12-27']);
  });

  it('takes holidays that last for days as that', async () => {
    const eid = await marked('holiday', daily('2026-03-10', '2026-03-31'), 'SA');
    expect(eid.length).toBeGreaterThanOrEqual(2);
    expect(eid.every((date) => date >= '2026-03-19' && date <= '2026-03-25')).toBe(true);
  });

  it('lets a holiday last from midnight to midnight where it is', async () => {
    const labourDay = await marked('holiday', hourly('2026-04-29', '2026-05-04', 'Europe/Berlin'), 'DE');
    expect([labourDay.length, labourDay[0], labourDay.at(-1)]).toEqual([24, '2026-04-30T22', '2026-05-01T21']);
    const thanksgiving = await marked('holiday', hourly('2026-11-25', '2026-11-29', 'America/New_York'), 'US');
    expect([thanksgiving.length, thanksgiving[0], thanksgiving.at(-1)]).toEqual([24, '2026-11-26T05', '2026-11-27T04']);
  });

  it('gives the days on which clocks change their 23 and 25 hours', async () => {
    // Clocks go forward on Sunday 31 March 2024, the last day of its month, and back on Sunday 31 October 2021.
    expect((await marked('month end', hourly('2024-03-29', '2024-04-03', 'Europe/Berlin'))).length).toBe(23);
    expect((await marked('month end', hourly('2021-10-29', '2021-11-03', 'Europe/Berlin'))).length).toBe(25);
    expect((await marked('month end', hourly('2021-10-29', '2021-11-03', 'UTC'))).length).toBe(24);
    // In India the day begins at 18:30, and the step that it begins in is of the new one.
    const first = await marked('month start', hourly('2026-04-29', '2026-05-03', 'Asia/Kolkata'));
    expect([first.length, first[0]]).toEqual([24, '2026-04-30T18']);
  });

  it('marks the same days for a day of UTC as for its noon', async () => {
    const inBerlin = { ...year(2026), timeZone: 'Europe/Berlin' };
    expect(await marked('holiday', inBerlin, 'DE')).toEqual(await marked('holiday', year(2026), 'DE'));
  });

  it('knows months for costs alone, and holidays only where a country is named', async () => {
    const none = await HolidayCalendar.observedIn(null);
    const german = await HolidayCalendar.observedIn('DE');
    const names = (holidays: HolidayCalendar, withMonths: boolean) => calendarRegressors(year(2026), holidays, { withMonths }).map(({ name }) => name);
    expect(names(none, false)).toEqual([]);
    expect(names(none, true)).toEqual(['month start', 'month end', 'last workday of the month']);
    expect(names(german, false)).toEqual(['holiday', 'day before a holiday', 'day after a holiday', 'bridge day']);
    expect(names(german, true)).toHaveLength(7);
  });

  it.each([
    ['XX', /^HEADROOM_COUNTRY needs a place whose public holidays are known, got "XX": XX is no country of which they are$/],
    ['DE-XX', /^HEADROOM_COUNTRY needs a place .* got "DE-XX": of DE there are BB, BE, BW, BY, [A-Z, ]+$/],
    ['DE-BE-X', /^HEADROOM_COUNTRY needs a place .* got "DE-BE-X": of DE-BE there are no parts$/],
  ])('refuses to start with the country %s, saying which there are', async (country, message) => {
    const refusal = HolidayCalendar.observedIn(country);
    await expect(refusal).rejects.toThrow(StartRefused);
    await expect(refusal).rejects.toThrow(message);
  });
});
