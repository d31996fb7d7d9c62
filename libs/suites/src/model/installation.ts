import { z } from 'zod';
import { port, secretRef } from './scalars.ts';

/** The predecessor's `settings.hatchetConnection`. */
export const hatchetConnection = z.strictObject({ host: z.string().min(1), port, token: secretRef });

/** The predecessor's `settings.docker`. */
export const dockerSettings = z.strictObject({
  networkName: z.string().min(1),
  edgeWorkerImage: z.string().min(1),
  networkCidr: z.string(),
  networkPrefix: z.int().min(0).max(32),
});

/** The predecessor's `settings.yandexCloud`. */
export const yandexSettings = z.strictObject({
  provider: z.strictObject({ token: secretRef, cloudId: z.string(), folderId: z.string(), zone: z.string() }),
  network: z.strictObject({ name: z.string(), externalId: z.string() }),
  vm: z.strictObject({
    baseImageId: z.string(),
    enablePublicIps: z.boolean(),
    platformId: z.string(),
    user: z.strictObject({
      name: z.string(),
      groups: z.array(z.string()),
      sshAuthorizedKeys: z.array(z.string()),
      sudoRules: z.array(z.string()),
      shell: z.string(),
    }),
  }),
});

/**
 * What a predecessor's file says about the installation that it was written for. Here the operator's configuration
 * decides; this is kept for the record, and so that a conversion loses nothing.
 */
export const installationSettings = z.strictObject({
  hatchet: hatchetConnection.optional(),
  docker: dockerSettings.optional(),
  yandex: yandexSettings.optional(),
});
export type InstallationSettings = z.infer<typeof installationSettings>;
