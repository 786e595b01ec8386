const pattern = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d{1,3})?)S)?)?$/;
const secondsOf = [86_400, 3_600, 60, 1];

/** An ISO 8601 duration of days and less in milliseconds; null where it is of months, or none at all. */
export function durationMs(text: string): number | null {
  const parts = pattern.exec(text)?.slice(1);
  if (!parts || parts.every((part) => part === undefined)) return null;
  return parts.reduce((sum, part, index) => sum + Number(part ?? 0) * secondsOf[index]! * 1_000, 0);
}
