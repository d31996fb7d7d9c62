import { carriesSecret } from '../../parse/carries-secret.ts';
import { valueAt } from '../../parse/field-path.ts';
import type { FieldPath } from '../../parse/field-path.ts';
import type { Finding } from '../../parse/finding.ts';
import { plainSecrets } from '../../parse/secrets.ts';
import { targetPath } from './target-path.ts';

const SECRET_AXIS = {
  code: 'SUITE_PLAIN_SECRET',
  text: 'a secret in plain text in an axis, whose values are in names of tests (value not shown); allowed is a map from labels to references: { LABEL: { secret: NAME } }',
  hint: 'put each value into an environment variable or secret file NAME of the workers, and change it: it was exposed',
};

/** Where an axis leads, or what comes near where its path is wrong. */
function leadsTo(path: unknown): FieldPath {
  if (typeof path !== 'string') return [];
  const target = targetPath(path);
  return typeof target === 'string' ? path.split('.') : target;
}

const entriesOf = (values: unknown): readonly (readonly [string | number, unknown])[] => {
  if (Array.isArray(values)) return [...values.entries()];
  return typeof values === 'object' && values !== null ? Object.entries(values) : [];
};

/**
 * Of an untrusted matrix: the values that would be secrets where their axis leads, and labels that hold one. Looked for
 * before anything else, since labels stand in names and messages. Paths are from the test on.
 */
export function secretAxes(matrix: unknown): Finding[] {
  const found: FieldPath[] = [];
  for (const [name, axis] of entriesOf(valueAt(matrix, ['axes']))) {
    const target = leadsTo(valueAt(axis, ['path']));
    const isSecret = (value: unknown): boolean => plainSecrets(value, target).length > 0;
    const values = valueAt(axis, ['values']);
    const at = ['matrix', 'axes', name, 'values'];
    if (entriesOf(values).length === 0 && isSecret(values)) found.push(at);
    for (const [label, value] of entriesOf(values))
      if (isSecret(value) || carriesSecret(String(label))) found.push([...at, label]);
    for (const list of ['include', 'exclude'])
      for (const [index, entry] of entriesOf(valueAt(matrix, [list]))) {
        const value = valueAt(entry, [name]);
        const isLabel = entriesOf(values).some(([label]) => typeof label === 'string' && label === value);
        if (value !== undefined && !isLabel && isSecret(value)) found.push(['matrix', list, index, name]);
      }
  }
  return found.map((path) => ({ ...SECRET_AXIS, path }));
}
