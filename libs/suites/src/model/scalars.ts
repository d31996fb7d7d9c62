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
export const milliseconds = z.int().min(0);

/** A size in bytes. */
export const bytes = z.int().min(0);

/** What one node may use. `cores` may be a fraction. */
export const hardware = z.strictObject({ cores: z.number().positive(), memoryBytes: bytes, diskBytes: bytes });
export type Hardware = z.infer<typeof hardware>;

/** A secret by reference: the name of an environment variable or of a file in the secrets folder; never the value. */
export const secretRef = z.strictObject({ secret: z.string().regex(/^[A-Za-z0-9_.-]{1,128}$/) });
export type SecretRef = z.infer<typeof secretRef>;

export const targetName = z.enum(['local', 'docker', 'yandex']);
export type TargetName = z.infer<typeof targetName>;

/** The stages of a run, in order; also the keys of a suite's `timeouts` (beside `queue`). */
export const STAGES = ['network', 'provision', 'database', 'workload', 'artifacts'] as const;
export const stage = z.enum(STAGES);
export type Stage = z.infer<typeof stage>;
