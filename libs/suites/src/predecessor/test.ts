import type { ExternalDatabase } from '../model/database.ts';
import type { Test } from '../model/suite.ts';
import type { StroppyWorkload } from '../model/workload.ts';
import { sayableConnection } from '../native/connection-url.ts';
import type { FieldPath } from '../parse/field-path.ts';
import { toHardware } from './hardware.ts';
import type { Notes } from './note.ts';
import type { OldTest } from './suite-shape.ts';
import { toTopology } from './topology.ts';

const HOUR_MS = 3_600_000;

function toWorkload({ stroppyCli, stroppyHardware }: OldTest): StroppyWorkload {
  const { version, binaryPath, workdir, workload, scaleFactor, duration, stroppyEnv } = stroppyCli;
  return {
    tool: 'stroppy',
    // A line: text of several, or with a line break at its end, was only ever a slip there.
    version: version.trim(),
    binaryPath,
    workdir,
    workload: workload === 'TPCC' ? 'tpcc' : 'tpcb',
    scaleFactor,
    durationMs: duration ?? HOUR_MS,
    environment: stroppyEnv,
    hardware: toHardware(stroppyHardware),
  };
}

function toConnection(given: NonNullable<OldTest['connectionString']>): ExternalDatabase {
  if (typeof given !== 'string' && 'secret' in given) return { url: given };
  const { url, password } = typeof given === 'string' ? { url: given, password: undefined } : given;
  const { password: plain, ...parsed } = sayableConnection(url) ?? {};
  if (!('host' in parsed) || plain !== undefined)
    throw new TypeError('a connection that is none, or with a plain secret, came past its check');
  return { ...parsed, ...(password === undefined ? {} : { password }) };
}

/** A checked test → the model. */
export function toTest(old: OldTest, name: string, path: FieldPath, native: FieldPath, note: Notes): Test {
  const { databaseTemplate: template, connectionString } = old;
  const topology =
    template && toTopology(template, [...path, 'databaseTemplate'], [...native, 'database', 'topology'], note);
  const connection = connectionString === undefined ? undefined : toConnection(connectionString);
  if (topology === undefined && connection === undefined)
    throw new TypeError('a test without database came past its check');
  return {
    name,
    description: old.description,
    labels: {},
    database: topology === undefined ? { connection: connection as ExternalDatabase } : { topology },
    workload: toWorkload(old),
    repeat: { times: 1, reset: 'data' },
  };
}
