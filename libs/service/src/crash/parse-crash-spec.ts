import { BenchbusError } from '@benchbus/events';

/** Where to die: a point (`before-append.RunQueued`), and in which service (any, if absent). */
export interface CrashSpec {
  readonly point: string;
  readonly service?: string;
}

const SPEC = /^([A-Za-z0-9_.-]+)(?::([a-z0-9-]+))?$/;

/**
 * Reads BENCHBUS_CRASH_AT, `<point>[:<service>]`; undefined when unset or empty.
 * @throws BenchbusError CONFIG_CRASH_SPEC: a misspelt crash point would make a recovery test pass without a crash
 */
export function parseCrashSpec(text: string | undefined): CrashSpec | undefined {
  if (text === undefined || text === '') return undefined;
  const match = SPEC.exec(text);
  if (match?.[1] === undefined) {
    throw new BenchbusError({
      code: 'CONFIG_CRASH_SPEC',
      message: `BENCHBUS_CRASH_AT is ${JSON.stringify(text)}; allowed is <point>[:<service>]`,
      where: 'BENCHBUS_CRASH_AT',
      hint: 'for example before-append.RunQueued:suite-dispatcher',
    });
  }
  return match[2] === undefined ? { point: match[1] } : { point: match[1], service: match[2] };
}
