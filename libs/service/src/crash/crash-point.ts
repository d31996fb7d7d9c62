import { appendFileSync, closeSync, openSync, writeSync } from 'node:fs';
import { isArmed } from './armed-files.ts';
import { parseCrashSpec } from './parse-crash-spec.ts';

let serviceName = '';
/** How often this process has passed each point that BENCHBUS_CRASH_AT names. */
let passings = 0;

/** Names this process for specs that ask for one service; runService calls it. */
export function setCrashService(name: string): void {
  serviceName = name;
}

/** The marker is created exclusively, before the kill: of all processes and restarts, exactly one dies. */
function firstToMark(marker: string): boolean {
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

function isNamed(at: string, name: string): boolean {
  const spec = parseCrashSpec(at);
  if (spec?.point !== name || (spec.service !== undefined && spec.service !== serviceName)) return false;
  passings += 1;
  return passings === spec.passing;
}

function die(): never {
  process.kill(process.pid, 'SIGKILL');
  // Nothing may happen between the request to die and death.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  throw new Error('still alive after SIGKILL');
}

/**
 * A place where a test may have this process die as by a power cut; docs/reference/crash-points.md. Does nothing unless
 * - BENCHBUS_CRASH_TRACE names a file: then a line `<service> <point>` is appended to it, one write, whoever else does so;
 * - a file of the folder BENCHBUS_CRASH_DIR holds this point, which the one that dies removes first: a test arms points while
 *   everything runs;
 * - BENCHBUS_CRASH_AT is this point; with BENCHBUS_CRASH_ONCE, a marker file, only once however often the process is restarted.
 * @throws BenchbusError CONFIG_CRASH_SPEC
 */
export function crashPoint(name: string): void {
  const { BENCHBUS_CRASH_TRACE: trace, BENCHBUS_CRASH_DIR: folder, BENCHBUS_CRASH_AT: at } = process.env;
  if (trace) appendFileSync(trace, `${serviceName} ${name}\n`);
  if (folder && isArmed(folder, name, serviceName)) die();
  if (!at || !isNamed(at, name)) return;
  const marker = process.env['BENCHBUS_CRASH_ONCE'];
  if (marker && !firstToMark(marker)) return;
  die();
}
