import type { Topology } from '../model/database.ts';
import type { Suite } from '../model/suite.ts';
import { checkPredecessor, PREDECESSOR_KEYS } from '../predecessor/check-predecessor.ts';
import type { Note } from '../predecessor/note.ts';
import { checkNative } from './check-native.ts';
import { isUnder } from './field-path.ts';
import type { Finding } from './finding.ts';
import { plainSecrets, show } from './secrets.ts';

export const MAX_NORMALISED_BYTES = 4 * 1024 * 1024;

export interface CheckedSuite {
  readonly suite: Suite;
  readonly dialect: 'native' | 'predecessor';
  /** A predecessor's file of a database template alone: to be validated and planned, not to be run. */
  readonly template?: Topology;
  /** What a person should know about how a predecessor's file was understood. */
  readonly notes?: readonly Note[];
}

/** A document that says its version or kind is native; without them the predecessor's keys decide. */
const isNative = (document: object): boolean =>
  ['apiVersion', 'kind'].some((key) => Object.hasOwn(document, key)) ||
  !PREDECESSOR_KEYS.some((key) => key !== 'target' && Object.hasOwn(document, key));

const tooLarge = (bytes: number): Finding => ({
  code: 'SUITE_TOO_LARGE',
  path: [],
  text: `normalised, the suite has ${bytes} bytes; allowed are ${MAX_NORMALISED_BYTES} (4 MiB)`,
  hint: 'split it into several suites',
});

function ofDialect(document: object, file: string | undefined): CheckedSuite | readonly Finding[] {
  if (isNative(document)) {
    const result = checkNative(document);
    return isFindings(result) ? result : { suite: result, dialect: 'native' };
  }
  const result = checkPredecessor(document, file);
  return isFindings(result) ? result : { ...result, dialect: 'predecessor' };
}

const isFindings = (result: object): result is readonly Finding[] => Array.isArray(result);

function check(document: unknown, file: string | undefined): CheckedSuite | readonly Finding[] {
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    return [{ code: 'SUITE_WRONG_TYPE', path: [], text: `the suite is ${show(document, [])}; allowed is a map` }];
  const secrets = plainSecrets(document);
  const result = ofDialect(document, file);
  if (isFindings(result))
    // What else is wrong with the value of a secret is a consequence.
    return [...secrets, ...result.filter(({ path }) => !secrets.some((secret) => isUnder(path, secret.path)))];
  // A matrix may have put values where they are secrets.
  const plain = secrets.length > 0 ? secrets : plainSecrets(result.suite);
  if (plain.length > 0) return plain;
  const bytes = Buffer.byteLength(JSON.stringify(result.suite));
  return bytes > MAX_NORMALISED_BYTES ? [tooLarge(bytes)] : result;
}

/** An untrusted document → the model, or every problem it has; never throws. */
export function checkSuite(document: unknown, file?: string): CheckedSuite | { readonly findings: readonly Finding[] } {
  const result = check(document, file);
  return isFindings(result) ? { findings: result } : result;
}
