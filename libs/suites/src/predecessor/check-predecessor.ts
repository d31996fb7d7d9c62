import type { Topology } from '../model/database.ts';
import type { Suite } from '../model/suite.ts';
import { suite as suiteModel } from '../model/suite.ts';
import { toNative } from '../native/to-native-yaml.ts';
import { checkNative } from '../parse/check-native.ts';
import type { Finding } from '../parse/finding.ts';
import { valueAt } from '../parse/field-path.ts';
import { shapeFindings } from '../parse/shape-findings.ts';
import { canonical } from './canonical.ts';
import { databaseTemplate } from './database-shape.ts';
import type { Note } from './note.ts';
import { suiteRules } from './suite-rules.ts';
import { predecessorSuite } from './suite-shape.ts';
import { templateRules } from './template-rules.ts';
import { templateToModel, toModel } from './to-model.ts';
import { predecessorPath } from './written-path.ts';

export interface CheckedPredecessor {
  readonly suite: Suite;
  /** The file holds a database template alone: it can be validated and planned, not run. */
  readonly template?: Topology;
  readonly notes: readonly Note[];
}

const SUITE_KEYS = ['suite', 'settings', 'target'];
const TEMPLATE_KEYS = ['postgresInstance', 'postgresCluster', 'postgres_instance', 'postgres_cluster'];

/** Top-level keys of the predecessor's dialect. */
export const PREDECESSOR_KEYS: readonly string[] = [...SUITE_KEYS, ...TEMPLATE_KEYS];

const has = (document: object, keys: readonly string[]): boolean => keys.some((key) => Object.hasOwn(document, key));

/** What the native dialect cannot say (its limits are narrower) is refused before it is published. */
function inexpressible(suite: Suite): readonly Finding[] {
  const native = checkNative(toNative(suite));
  return Array.isArray(native) ? (native as readonly Finding[]) : [];
}

/** Which tests have a single instance. */
const isInstanceIn =
  (document: unknown, alone: boolean) =>
  (test: number): boolean =>
    valueAt(document, [...(alone ? [] : ['suite', 'tests', test, 'databaseTemplate']), 'postgresInstance']) !==
    undefined;

/** A document of the predecessor's dialect → the model, or everything that is wrong in it but for plain secrets and its size. */
export function checkPredecessor(document: object, file?: string): CheckedPredecessor | readonly Finding[] {
  const isTemplate = has(document, TEMPLATE_KEYS) && !has(document, SUITE_KEYS);
  const schema = isTemplate ? databaseTemplate : predecessorSuite;
  const { value, findings, written } = canonical(document, schema);
  const parsed = isTemplate ? undefined : predecessorSuite.safeParse(value);
  const template = isTemplate ? databaseTemplate.safeParse(value) : undefined;
  const error = parsed?.error ?? template?.error;
  const found = [
    ...findings,
    ...[
      ...(error === undefined ? [] : shapeFindings(error.issues, value, schema)),
      ...(isTemplate ? templateRules(value, []) : suiteRules(value)),
    ].map((finding) => ({ ...finding, path: written(finding.path) })),
  ];
  if (found.length > 0) return found;

  const model = parsed?.data ? toModel(parsed.data, file) : template?.data && templateToModel(template.data, file);
  if (model === undefined) throw new TypeError('a document without findings has a model');
  const checked = suiteModel.safeParse(model.suite);
  const placed = (finding: Finding): Finding => ({
    ...finding,
    path: written(predecessorPath(finding.path, isInstanceIn(value, isTemplate), { alone: isTemplate })),
  });
  if (!checked.success) return shapeFindings(checked.error.issues, model.suite, suiteModel).map(placed);
  const beyond = inexpressible(checked.data).map(placed);
  return beyond.length > 0 ? beyond : { ...model, suite: checked.data };
}
