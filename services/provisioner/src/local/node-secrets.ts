import { BenchbusError } from '@benchbus/events';
import { resolveSecret, type SecretReference } from '@benchbus/service';
import type { Plan, Problem } from '@benchbus/suites';

export interface SecretFolder {
  readonly env: NodeJS.ProcessEnv;
  /** BENCHBUS_SECRETS_DIR. */
  readonly dir: string | undefined;
}

/**
 * What a node's runner is told of the operator's secrets: those that the plan names for this node, and no others. A JSON
 * object, `<provider, or nothing>:<name>` → value. Never log it.
 * @throws BenchbusError SECRET_MISSING | SECRET_FILE_OPEN | SECRET_UNREADABLE | SECRET_NAME_INVALID
 */
export function nodeSecrets(refs: readonly SecretReference[], { env, dir }: SecretFolder): Record<string, string> {
  if (refs.length === 0) return {};
  const values = refs.map((ref) => [`${ref.provider ?? ''}:${ref.secret}`, resolveSecret(ref, { env, dir })]);
  return { BENCHBUS_SECRETS: JSON.stringify(Object.fromEntries(values)) };
}

/** The first secret of the plan that cannot be told: said before anything is made. */
export function lacksSecret({ secretRefs = [] }: Pick<Plan, 'secretRefs'>, folder: SecretFolder): Problem | undefined {
  try {
    nodeSecrets(secretRefs, folder);
    return undefined;
  } catch (error) {
    if (error instanceof BenchbusError) return error.problem;
    throw error;
  }
}
