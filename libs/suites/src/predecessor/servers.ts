import type { FieldPath } from '../parse/field-path.ts';
import type { Patroni, PostgresServer, PostgresSettings } from '../model/postgres.ts';
import { isReservedSetting } from '../native/reserved-settings.ts';
import { raisedTimes } from '../rules/patroni-timing.ts';
import type { OldPatroni, OldPgSettings } from './database-shape.ts';
import type { Notes } from './note.ts';

const VERSIONS = { VERSION_16: '16', VERSION_17: '17', VERSION_18: '18' } as const;

/** The predecessor ran postgres:17 whatever a file said. */
const USUAL_VERSION = '17';

/** Settings, without those that a deployment decides here. */
export function toSettings(
  conf: Readonly<Record<string, string>>,
  path: FieldPath,
  native: FieldPath,
  note: Notes,
): PostgresSettings {
  const entries = Object.entries(conf).filter(([name]) => {
    if (!isReservedSetting(name)) return true;
    note([...path, name], native, `${name} is left out: benchbus sets it itself`);
    return false;
  });
  return Object.fromEntries(entries);
}

export function toServer(old: OldPgSettings, path: FieldPath, native: FieldPath, note: Notes): PostgresServer {
  if (old.version === undefined)
    note([...path, 'version'], [...native, 'version'], `not said: ${USUAL_VERSION}, as the predecessor ran`);
  return {
    version: old.version === undefined ? USUAL_VERSION : VERSIONS[old.version],
    storageEngine: old.storageEngine === 'STORAGE_ENGINE_ORIOLEDB' ? 'orioledb' : 'heap',
    settings: toSettings(old.postgresqlConf, [...path, 'postgresqlConf'], [...native, 'settings'], note),
  };
}

const SECOND = 1000;

const TIMES = { ttl: 'ttlMs', loopWait: 'loopWaitMs', retryTimeout: 'retryTimeoutMs' } as const;
const NEEDS = {
  ttlMs: '20 s or more, and loopWait + 2 × retryTimeout or more',
  loopWaitMs: '1 s or more',
  retryTimeoutMs: '3 s or more',
} as const;

/** 0 is "nothing said": Patroni's own defaults. Times that Patroni would not take are raised. Undefined where it is not enabled. */
export function toPatroni(
  old: OldPatroni | undefined,
  path: FieldPath,
  native: FieldPath,
  note: Notes,
): Patroni | undefined {
  if (old?.enabled !== true) return undefined;
  const asked = {
    ttlMs: (old.ttl || 30) * SECOND,
    loopWaitMs: (old.loopWait || 10) * SECOND,
    retryTimeoutMs: (old.retryTimeout || 10) * SECOND,
    maximumLagOnFailoverBytes: old.maximumLagOnFailover || 1_048_576,
    synchronousMode: old.synchronousMode,
    synchronousNodeCount: old.synchronousNodeCount || 1,
  };
  const raised = raisedTimes(asked);
  for (const [key, field] of Object.entries(TIMES)) {
    if (raised[field] === asked[field]) continue;
    const text = `${key} is ${raised[field] / SECOND} s: Patroni needs ${NEEDS[field]}`;
    note([...path, key], [...native, key], text);
  }
  return raised;
}
