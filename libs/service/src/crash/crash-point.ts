import { closeSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs';
import { parseCrashSpec } from './parse-crash-spec.ts';

let serviceName = '';

/** Names this process for specs that ask for one service; runService calls it. */
export function setCrashService(name: string): void {
  serviceName = name;
}

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;

/** The marker is created exclusively, before the kill: of all processes and restarts, exactly one dies. */
function firstToMark(marker: string): boolean {
  try {
    const file = openSync(marker, 'wx');
    writeSync(file, `${process.pid}\n`);
    closeSync(file);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

/** Who removes the file dies: of all processes, exactly one. */
function firstToRemove(file: string): boolean {
  try {
    unlinkSync(file);
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
}

function readArmed(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return '';
    throw error;
  }
}

function matches(text: string, name: string): boolean {
  const spec = parseCrashSpec(text);
  return spec?.point === name && (spec.service === undefined || spec.service === serviceName);
}

function die(): never {
  process.kill(process.pid, 'SIGKILL');
  // Nothing may happen between the request to die and death.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  throw new Error('still alive after SIGKILL');
}

/**
 * A place where a test may have this process die as by a power cut. Does nothing unless it is named as
 * `<point>[:<service>]` by BENCHBUS_CRASH_AT (with BENCHBUS_CRASH_ONCE, a marker file, only once however often the process
 * is restarted), or by the content of the file BENCHBUS_CRASH_FILE, which the one that dies removes first: a test arms one
 * point after the other while everything runs.
 * @throws BenchbusError CONFIG_CRASH_SPEC
 */
export function crashPoint(name: string): void {
  const file = process.env['BENCHBUS_CRASH_FILE'];
  if (file && matches(readArmed(file), name) && firstToRemove(file)) die();
  const at = process.env['BENCHBUS_CRASH_AT'];
  if (!at || !matches(at, name)) return;
  const marker = process.env['BENCHBUS_CRASH_ONCE'];
  if (marker && !firstToMark(marker)) return;
  die();
}
