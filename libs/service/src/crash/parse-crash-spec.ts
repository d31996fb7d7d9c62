import { BenchbusError } from '@benchbus/events';

/** Where to die: a point (`before-append.RunQueued`), at which passing of it, and in which service (any, if absent). */
export interface CrashSpec {
  readonly point: string;
  readonly passing: number;
  readonly service?: string;
}

const SPEC = /^([A-Za-z0-9_.-]+)(?:#([1-9]\d{0,3}))?(?::([a-z0-9-]+))?$/;

/**
 * Reads a spec, `<point>[#<passing>][:<service>]`, as BENCHBUS_CRASH_AT or a file of BENCHBUS_CRASH_DIR holds it; undefined when
 * unset or empty.
 * @throws BenchbusError CONFIG_CRASH_SPEC: a misspelt crash point would make a recovery test pass without a crash
 */
export function parseCrashSpec(text: string | undefined, where = 'BENCHBUS_CRASH_AT'): CrashSpec | undefined {
  if (text === undefined || text === '') return undefined;
  const match = SPEC.exec(text);
  if (match?.[1] === undefined) {
    throw new BenchbusError({
      code: 'CONFIG_CRASH_SPEC',
      message: `${where} is ${JSON.stringify(text)}; allowed is <point>[#<passing>][:<service>]`,
      where,
      hint: 'for example before-append.RunQueued:suite-dispatcher',
    });
  }
  const spec = { point: match[1], passing: Number(match[2] ?? 1) };
  return match[3] === undefined ? spec : { ...spec, service: match[3] };
}
