import type { FieldPath } from '../../parse/field-path.ts';
import { valueAt } from '../../parse/field-path.ts';
import type { Finding } from '../../parse/finding.ts';
import type { PatroniTimes } from '../../rules/patroni-timing.ts';
import { draftTopology } from '../../rules/topology-draft.ts';
import { topologyFindings } from '../../rules/topology-rules.ts';
import { patroni as patroniSchema } from '../schema/postgres.ts';
import { CONNECTION_URL_ALLOWED, holdsSecret, parseConnectionUrl } from '../connection-url.ts';
import { isMap, list, wrong } from './read.ts';

/** Exactly one of two keys. */
function oneOf(map: unknown, keys: readonly [string, string], path: FieldPath): Finding[] {
  if (!isMap(map)) return [];
  const given = keys.filter((key) => map[key] !== undefined);
  const [a, b] = keys;
  if (given.length === 2) return [wrong(path, `has ${a} and ${b}; allowed is exactly one of both`)];
  if (given.length === 1) return [];
  return [{ code: 'SUITE_MISSING', path, text: `has neither ${a} nor ${b}; allowed is exactly one of both` }];
}

/** Patroni is off unless it is said: its keys without that would be ignored in silence. */
function patroniSwitch(patroni: unknown, path: FieldPath): Finding[] {
  if (!isMap(patroni) || Object.hasOwn(patroni, 'enabled') || Object.keys(patroni).length === 0) return [];
  const text = 'is missing beside other keys of Patroni; allowed is true or false';
  return [{ code: 'SUITE_MISSING', path: [...path, 'enabled'], text }];
}

/** In milliseconds, Patroni's default where nothing is said; undefined for what is no duration. */
function patroniTimes(patroni: unknown): PatroniTimes {
  const { ttl, loopWait, retryTimeout } = patroniSchema.unwrap().shape;
  return {
    ttlMs: ttl.safeParse(valueAt(patroni, ['ttl'])).data,
    loopWaitMs: loopWait.safeParse(valueAt(patroni, ['loopWait'])).data,
    retryTimeoutMs: retryTimeout.safeParse(valueAt(patroni, ['retryTimeout'])).data,
  };
}

function topologyRules(topology: unknown, path: FieldPath): Finding[] {
  if (topology === undefined) return [];
  const { postgres, nodes } = draftTopology(topology);
  const patroni = ['postgres', 'patroni'];
  const enabled = valueAt(topology, [...patroni, 'enabled']) === true;
  const { patroni: draft, ...server } = postgres ?? {};
  const findings = topologyFindings({
    postgres: enabled ? { ...server, patroni: { ...draft, ...patroniTimes(valueAt(topology, patroni)) } } : server,
    nodes,
  });
  return [
    ...patroniSwitch(valueAt(topology, patroni), [...path, ...patroni]),
    ...findings.map((finding) => ({ ...finding, path: [...path, ...finding.path] })),
    ...list(valueAt(topology, ['nodes'])).flatMap((node, index) =>
      oneOf(
        valueAt(node, ['backup', 'destination']),
        ['s3', 'path'],
        [...path, 'nodes', index, 'backup', 'destination'],
      ),
    ),
  ];
}

/** The URL is never shown: it may hold a password. */
function connectionRules(connection: unknown, at: FieldPath): Finding[] {
  const url = valueAt(connection, ['url']);
  const path = [...at, 'url'];
  if (isMap(url) && valueAt(connection, ['password']) !== undefined)
    return [wrong([...at, 'password'], 'a password beside a URL by reference; allowed is it within that URL')];
  if (typeof url !== 'string') return [];
  const parsed = parseConnectionUrl(url);
  if (parsed === undefined) return [wrong(path, `is no connection URL; allowed is ${CONNECTION_URL_ALLOWED}`)];
  if (!holdsSecret(parsed)) return [];
  const text = 'the URL holds a secret (value not shown); allowed is the URL without it';
  const hint = 'put the value into an environment variable or secret file NAME, and say password: { secret: NAME }';
  return [{ code: 'SUITE_PLAIN_SECRET', path, text, hint }];
}

export const databaseRules = (database: unknown, path: FieldPath): Finding[] => [
  ...oneOf(database, ['topology', 'connection'], path),
  ...topologyRules(valueAt(database, ['topology']), [...path, 'topology']),
  ...connectionRules(valueAt(database, ['connection']), [...path, 'connection']),
];
