import { BenchbusError } from '@benchbus/events';
import type { SecretRef } from '@benchbus/suites';
import { z } from 'zod';

/** Secrets of the operator that this node needs, by reference, as the provisioner resolved them. */
export type Secrets = Readonly<Record<string, string>>;

const keyOf = ({ secret, provider }: SecretRef): string => `${provider ?? ''}:${secret}`;

/** `BENCHBUS_SECRETS`: a JSON object, `<provider, or nothing>:<name>` → value. */
export const secretsVariable = z
  .string()
  .default('{}')
  .transform((text) => JSON.parse(text) as unknown)
  .pipe(z.record(z.string(), z.string()));

/** @throws BenchbusError SECRET_MISSING */
export function secretOf(secrets: Secrets, ref: SecretRef): string {
  const value = secrets[keyOf(ref)];
  if (value !== undefined) return value;
  throw new BenchbusError({
    code: 'SECRET_MISSING',
    message: `the runner was not given the secret ${ref.secret}`,
    where: 'BENCHBUS_SECRETS',
    hint: 'whoever starts the runner resolves the secrets that the plan names: the provisioner is older than this runner',
  });
}
