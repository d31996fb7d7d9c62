import { closeSync, openSync, writeSync } from 'node:fs';
import { parseCrashSpec } from './parse-crash-spec.ts';

let serviceName = '';

/** Names this process for specs that ask for one service; runService calls it. */
export function setCrashService(name: string): void {
  serviceName = name;
}

/** The marker is created exclusively, before the kill: of all processes and restarts, exactly one dies. */
function firstToCrash(marker: string): boolean {
  try {
    const file = openSync(marker, 'wx');
    writeSync(file, `${process.pid}\n`);
    closeSync(file);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * A place where a test may have this process die as by a power cut. Does nothing unless BENCHBUS_CRASH_AT names it
 * (`<point>[:<service>]`); with BENCHBUS_CRASH_ONCE (a marker file) only once, however often the process is restarted.
 * @throws BenchbusError CONFIG_CRASH_SPEC
 */
export function crashPoint(name: string): void {
  const text = process.env['BENCHBUS_CRASH_AT'];
  if (text === undefined || text === '') return;
  const spec = parseCrashSpec(text);
  if (spec?.point !== name || (spec.service !== undefined && spec.service !== serviceName)) return;
  const marker = process.env['BENCHBUS_CRASH_ONCE'];
  if (marker !== undefined && marker !== '' && !firstToCrash(marker)) return;
  process.kill(process.pid, 'SIGKILL');
  // Nothing may happen between the request to die and death.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}
