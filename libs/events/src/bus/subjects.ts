import type { Aggregate } from '../schemas/define-event.ts';

const TOKEN = /^[a-z0-9_-]{1,64}$/;

function token(value: string): string {
  if (!TOKEN.test(value)) throw new RangeError(`${JSON.stringify(value)} cannot be part of a subject: ${TOKEN}`);
  return value;
}

/** `10.2.0.0/16` ⇄ `10-2-0-0_16`. */
export const cidrToToken = (cidr: string): string => token(cidr.replaceAll('.', '-').replace('/', '_'));
export const tokenToCidr = (value: string): string => value.replaceAll('-', '.').replace('_', '/');

/** The subject of each aggregate; throws RangeError for an id that is not one token. */
export const subjects = {
  suite: (suiteId: string) => `evt.suite.${token(suiteId)}`,
  run: (runId: string) => `evt.run.${token(runId)}`,
  network: (runId: string) => `evt.network.${token(runId)}`,
  capacity: (hostId: string) => `evt.capacity.${token(hostId)}`,
  pool: (scope: string, cidr: string) => `evt.pool.${token(scope)}.${cidrToToken(cidr)}`,
  deployment: (runId: string) => `evt.deployment.${token(runId)}`,
  host: (hostId: string) => `evt.host.${token(hostId)}`,
  edge: (runId: string, node: string) => `evt.edge.${token(runId)}.${token(node)}`,
  artifact: (artifactId: string) => `evt.artifact.${token(artifactId)}`,
  request: (suiteId: string) => `request.suite.${token(suiteId)}`,
} as const;

/** `evt.edge.r1.pg` → `{ aggregate: 'edge', ids: ['r1', 'pg'] }`; undefined for anything that is not a fact's subject. */
export function parseSubject(subject: string): { aggregate: Aggregate; ids: string[] } | undefined {
  const [root, aggregate, ...ids] = subject.split('.');
  if (root !== 'evt' || aggregate === undefined || ids.length === 0 || !ids.every((id) => TOKEN.test(id)))
    return undefined;
  return { aggregate: aggregate as Aggregate, ids };
}

/** Does a NATS subject filter (`*`, `>`) match? */
export function subjectMatches(filter: string, subject: string): boolean {
  const want = filter.split('.');
  const have = subject.split('.');
  for (const [index, part] of want.entries()) {
    if (part === '>') return have.length > index;
    if (have[index] === undefined || (part !== '*' && part !== have[index])) return false;
  }
  return want.length === have.length;
}
