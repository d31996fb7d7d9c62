/** Cron's nicknames, which many schedulers know. */
const NICKNAMES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    '@yearly': '0 0 1 1 *',
    '@annually': '0 0 1 1 *',
    '@monthly': '0 0 1 * *',
    '@weekly': '0 0 * * 0',
    '@daily': '0 0 * * *',
    '@midnight': '0 0 * * *',
    '@hourly': '0 * * * *',
  }),
);

export interface Cron {
  /** Five fields, or what cannot be made five fields, as it was. */
  readonly cron: string;
  /** What differs from what was said; undefined: nothing. */
  readonly changed?: string;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Periods that five fields can say at a steady pace, in seconds; months are as long as they are. */
const PERIODS: readonly (readonly [number, string])[] = [
  ...[1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30].map(
    (minutes) => [minutes * MINUTE, minutes === 1 ? '* * * * *' : `*/${minutes} * * * *`] as const,
  ),
  ...[1, 2, 3, 4, 6, 8, 12].map((hours) => [hours * HOUR, hours === 1 ? '0 * * * *' : `0 */${hours} * * *`] as const),
  [DAY, '0 0 * * *'],
  [7 * DAY, '0 0 * * 0'],
  [31 * DAY, '0 0 1 * *'],
];

const UNITS: Readonly<Record<string, number>> = { h: HOUR, m: MINUTE, s: 1, ms: 1e-3, us: 1e-6, µs: 1e-6, ns: 1e-9 };

/** Go's duration (`1h30m`) in seconds. */
function goDuration(text: string): number | undefined {
  if (!/^(?:\d{1,9}(?:\.\d{1,9})?(?:h|ms|m|s|us|µs|ns))+$/.test(text)) return undefined;
  const parts = [...text.matchAll(/([\d.]+)(h|ms|m|s|us|µs|ns)/g)];
  return parts.reduce((sum, [, count, unit = 's']) => sum + Number(count) * (UNITS[unit] ?? 1), 0);
}

/** The longest period that is not longer: rather a backup too many. */
function every(text: string): Cron | undefined {
  const seconds = goDuration(text);
  if (seconds === undefined || seconds <= 0) return undefined;
  const [period, cron] = PERIODS.findLast(([each]) => each <= seconds) ?? [MINUTE, '* * * * *'];
  const how = period === seconds ? 'at fixed times of the clock' : 'the nearest that five fields of cron can say';
  return { cron, changed: `${cron} instead of every ${text}: ${how}` };
}

/** Optional fields that the predecessor's schedulers know: seconds first, a year last. */
function fiveOf(fields: readonly string[]): Cron | undefined {
  const named = fields.map((field) => (field === '?' ? '*' : field));
  const five = named.length === 6 ? named.slice(1) : named.length === 7 ? named.slice(1, 6) : named;
  const cron = five.join(' ');
  if (named.length === 5) return { cron };
  if (named.length !== 6 && named.length !== 7) return undefined;
  return { cron, changed: `${cron}: without ${named.length === 6 ? 'its seconds' : 'its seconds and year'}` };
}

/** A predecessor's schedule, in whatever dialect of cron, as the five fields that are known here. */
export function toCron(schedule: string): Cron {
  const text = schedule.trim();
  const zone = /^(?:CRON_)?TZ=\S+\s+/.exec(text)?.[0] ?? '';
  const rest = text.slice(zone.length);
  const nickname = NICKNAMES.get(rest.toLowerCase());
  const period = /^@every\s+(\S+)$/i.exec(rest)?.[1];
  const found =
    nickname !== undefined ? { cron: nickname } : period !== undefined ? every(period) : fiveOf(rest.split(/\s+/));
  if (found === undefined) return { cron: text };
  if (zone === '') return found;
  return { cron: found.cron, changed: `${found.changed ?? found.cron}; in UTC, without ${zone.trim()}` };
}
