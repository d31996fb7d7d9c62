import type { SecretRef } from '../model/scalars.ts';
import { secretRef } from '../model/scalars.ts';
import type { Suite } from '../model/suite.ts';

function collect(value: unknown, found: Map<string, SecretRef>): void {
  if (typeof value !== 'object' || value === null) return;
  const ref = secretRef.safeParse(value);
  if (ref.success) found.set(JSON.stringify([ref.data.secret, ref.data.provider]), ref.data);
  else for (const item of Object.values(value)) collect(item, found);
}

/** Secrets that a suite's runs need, each once. Those of `installation` are the operator's, and not looked for. */
export function secretRefsOfSuite({ tests }: Pick<Suite, 'tests'>): SecretRef[] {
  const found = new Map<string, SecretRef>();
  collect(tests, found);
  return [...found.values()];
}
