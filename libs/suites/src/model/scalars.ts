import { z } from 'zod';

/** Names that become part of event subjects: one NATS token. */
export const token = z
  .string()
  .regex(/^[a-z0-9_-]{1,64}$/, 'lower-case letters, digits, "_" and "-", 1 to 64 characters');

/** A node's name: also a host name label. */
export const nodeName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,62}$/, 'a lower-case letter, then letters, digits or "-", at most 63');

/** A length of time in milliseconds. */
export const milliseconds = z.int().min(0).meta({ 'x-unit': 'ms' });

/** A size in bytes. */
export const bytes = z.int().min(0).meta({ 'x-unit': 'bytes' });

/** A number of things. */
export const count = z.int().min(1).meta({ 'x-unit': 'count' });

export const port = z.int().min(1).max(65535).meta({ description: 'TCP port', 'x-unit': 'port' });

/** What one node may use. `cores` may be a fraction. */
export const hardware = z.strictObject({
  cores: z.number().positive().meta({ description: 'Processor cores; may be a fraction', 'x-unit': 'cores' }),
  memoryBytes: bytes.describe('Main memory'),
  diskBytes: bytes.describe('Room for data on disk'),
});
export type Hardware = z.infer<typeof hardware>;

/**
 * A secret by reference, never the value: the name of an environment variable (`env`) or of a file in the secrets folder
 * (`file`) of whoever uses it. Without a provider the variable is looked for first, then the file.
 */
export const secretRef = z.strictObject({
  secret: z
    .string()
    .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/, 'letters, digits, "_", "." and "-", at most 128')
    .describe('Name of the secret, never its value'),
  provider: z
    .enum(['env', 'file'])
    .optional()
    .describe('Where it is looked for: an environment variable, or a file; not given: first the one, then the other'),
});
export type SecretRef = z.infer<typeof secretRef>;

export const targetName = z.enum(['local', 'docker', 'yandex']);
export type TargetName = z.infer<typeof targetName>;

/** The stages of a run, in order; also the keys of a suite's `timeouts` (beside `queue`). */
export const STAGES = ['network', 'provision', 'database', 'workload', 'artifacts'] as const;
export const stage = z.enum(STAGES);
export type Stage = z.infer<typeof stage>;
