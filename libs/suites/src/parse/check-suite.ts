import type { Suite } from '../model/suite.ts';
import { checkNative } from './check-native.ts';
import { isUnder } from './field-path.ts';
import type { Finding } from './finding.ts';
import { plainSecrets, show } from './secrets.ts';

export const MAX_NORMALISED_BYTES = 4 * 1024 * 1024;

/** Top-level keys of the predecessor's dialect. */
const PREDECESSOR = [
  'suite',
  'settings',
  'postgresInstance',
  'postgresCluster',
  'postgres_instance',
  'postgres_cluster',
];

/** A document that says its version or kind is native; without them the predecessor's keys decide. */
const isNative = (document: object): boolean =>
  ['apiVersion', 'kind'].some((key) => Object.hasOwn(document, key)) ||
  !PREDECESSOR.some((key) => Object.hasOwn(document, key));

/** Until the predecessor's dialect is read. */
function checkPredecessor(): readonly Finding[] {
  const text = 'is missing: this looks like a file of the predecessor, whose dialect cannot be read yet';
  return [{ code: 'SUITE_MISSING', path: ['apiVersion'], text }];
}

const tooLarge = (bytes: number): Finding => ({
  code: 'SUITE_TOO_LARGE',
  path: [],
  text: `normalised, the suite has ${bytes} bytes; allowed are ${MAX_NORMALISED_BYTES} (4 MiB)`,
  hint: 'split it into several suites',
});

/** Suites are maps, findings are lists. */
const isSuite = (result: Suite | readonly Finding[]): result is Suite => !Array.isArray(result);

function check(document: unknown): Suite | readonly Finding[] {
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    return [{ code: 'SUITE_WRONG_TYPE', path: [], text: `the suite is ${show(document, [])}; allowed is a map` }];
  const secrets = plainSecrets(document);
  const result = isNative(document) ? checkNative(document) : checkPredecessor();
  if (!isSuite(result))
    // What else is wrong with the value of a secret is a consequence.
    return [...secrets, ...result.filter(({ path }) => !secrets.some((secret) => isUnder(path, secret.path)))];
  if (secrets.length > 0) return secrets;
  const bytes = Buffer.byteLength(JSON.stringify(result));
  return bytes > MAX_NORMALISED_BYTES ? [tooLarge(bytes)] : result;
}

/** An untrusted document → the model, or every problem it has; never throws. */
export function checkSuite(document: unknown): { readonly suite: Suite } | { readonly findings: readonly Finding[] } {
  const result = check(document);
  return isSuite(result) ? { suite: result } : { findings: result };
}
