/** Bytes of a memory unit, milliseconds of a time unit, as PostgreSQL spells them; `8kB` and `16MB` are units of pg_settings. */
const SIZES = { B: 1, kB: 2 ** 10, MB: 2 ** 20, GB: 2 ** 30, TB: 2 ** 40 } as const;
const TIMES = { us: 0.001, ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const UNITS: Readonly<Record<string, number>> = { ...SIZES, ...TIMES };

const NUMBER = /^\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)\s*([a-zA-Z]*)\s*$/i;

/** How much one of pg_settings' units is: `8kB` → 8192. */
function sizeOf(unit: string): number | undefined {
  const [, count = '', name = ''] = /^(\d*)([a-zA-Z]+)$/.exec(unit) ?? [];
  const size = UNITS[name];
  return size === undefined ? undefined : size * (count === '' ? 1 : Number(count));
}

/** A number as postgresql.conf takes it, in `unit`: (`8MB`, `kB`) → 8192. Undefined for what is no such number. */
function numberIn(text: string, unit: string | undefined): number | undefined {
  const [, digits, name = ''] = NUMBER.exec(text) ?? [];
  if (digits === undefined) return undefined;
  if (name === '') return Number(digits);
  const [from, to] = [UNITS[name], unit === undefined ? undefined : sizeOf(unit)];
  return from === undefined || to === undefined ? undefined : (Number(digits) * from) / to;
}

/** Any beginning of a word that says which; `o` could be both. */
function truth(text: string): boolean | undefined {
  const word = text.trim().toLowerCase();
  const starts = (full: string, least: number) => word.length >= least && full.startsWith(word);
  if (word === '1' || starts('true', 1) || starts('yes', 1) || starts('on', 2)) return true;
  if (word === '0' || starts('false', 1) || starts('no', 1) || starts('off', 2)) return false;
  return undefined;
}

/** A row of pg_settings. */
export interface InForce {
  readonly setting: string;
  /** `kB`, `8kB`, `ms`; undefined for what has none. */
  readonly unit?: string | undefined;
  /** `bool`, `enum`, `integer`, `real` or `string`. */
  readonly type: string;
}

/** Whether what the server runs with is what was asked for, in other words. Pure. */
export function sameValue(asked: string, { setting, unit, type }: InForce): boolean {
  if (type === 'bool') return truth(asked) !== undefined && truth(asked) === truth(setting);
  if (type === 'enum') return asked.trim().toLowerCase() === setting.toLowerCase();
  if (type === 'string') return asked === setting;
  const [wanted, is] = [numberIn(asked, unit), Number(setting)];
  if (wanted === undefined) return false;
  // PostgreSQL rounds to a whole number of the unit.
  return type === 'integer' ? Math.abs(wanted - is) <= 0.5 : Math.abs(wanted - is) <= Math.abs(is) * 1e-9;
}
