import type Holidays from 'date-holidays';
import { StartRefused } from '../platform/index.js';

const dayMs = 86_400_000;
/** Saturday and Sunday, counted as `Date` counts: where no country says otherwise. */
const usualWeekend = [6, 0];

/** Days off where the people work whose usage and costs are forecast. Days are whole ones since 1970. */
export class HolidayCalendar {
  private readonly holidaysOfYear = new Map<number, ReadonlySet<number>>();

  private constructor(
    /** ISO 3166, such as `DE` or `US-CA`; null where no holidays are observed. */
    readonly country: string | null,
    private readonly library: Holidays | null,
    private readonly weekend: readonly number[],
  ) {}

  /**
   * The public holidays of a country, or of a part of one. Without a country there are weekends only.
   *
   * @throws StartRefused when the holidays there are not known
   */
  static async observedIn(country: string | null): Promise<HolidayCalendar> {
    if (country === null) return new HolidayCalendar(null, null, usualWeekend);
    // Loaded where it is wanted only: it takes a third of a second and 30 MB.
    const { default: Library } = await import('date-holidays');
    const [code, state, region] = country.split('-') as [string, string?, string?];
    const known = new Library();
    if (!(code in known.getCountries())) refuse(country, `${code} is no country of which they are`);
    if (state) checkPart(country, code, state, known.getStates(code));
    if (state && region) checkPart(country, `${code}-${state}`, region, known.getRegions(code, state));
    const place = { country: code, ...(state ? { state } : {}), ...(region ? { region } : {}) };
    return new HolidayCalendar(country, new Library(place, { types: ['public'] }), weekendIn(code));
  }

  isHoliday(day: number): boolean {
    if (!this.library) return false;
    const year = new Date(day * dayMs).getUTCFullYear();
    const holidays = this.holidaysOfYear.get(year) ?? daysOf(this.library, year);
    this.holidaysOfYear.set(year, holidays);
    return holidays.has(day);
  }

  isWeekend(day: number): boolean {
    return this.weekend.includes(new Date(day * dayMs).getUTCDay());
  }

  isWorkday(day: number): boolean {
    return !this.isWeekend(day) && !this.isHoliday(day);
  }
}

function checkPart(country: string, whole: string, part: string, known: Readonly<Record<string, string>> | undefined): void {
  const parts = Object.keys(known ?? {});
  if (!parts.includes(part)) refuse(country, `of ${whole} there are ${parts.join(', ') || 'no parts'}`);
}

function refuse(country: string, why: string): never {
  throw new StartRefused(`HEADROOM_COUNTRY needs a place whose public holidays are known, got "${country}": ${why}`);
}

/** Holidays that begin in a year. Some last for several days. */
function daysOf(library: Holidays, year: number): ReadonlySet<number> {
  return new Set(
    library.getHolidays(year).flatMap(({ date, start, end }) => {
      const first = Date.parse(date.slice(0, 10)) / dayMs;
      const length = Math.max(1, Math.round((end.getTime() - start.getTime()) / dayMs));
      return Array.from({ length }, (_, i) => first + i);
    }),
  );
}

/** Days of the week as `Date` counts them. Not every country rests on Saturday and Sunday. */
function weekendIn(code: string): readonly number[] {
  // Not in the types of the language yet.
  const locale = new Intl.Locale(`und-${code}`) as Intl.Locale & { getWeekInfo(): { weekend: number[] } };
  return locale.getWeekInfo().weekend.map((day) => day % 7);
}
