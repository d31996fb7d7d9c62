import { z } from 'zod';
import { port, secretRef } from './scalars.ts';

/** The predecessor's `settings.hatchetConnection`. */
export const hatchetConnection = z.strictObject({
  host: z.string().min(1).describe('Host name or address'),
  port,
  token: secretRef.describe('Access token, by reference'),
});

/** The predecessor's `settings.docker`. */
export const dockerSettings = z.strictObject({
  networkName: z.string().min(1).describe('Docker network'),
  edgeWorkerImage: z.string().min(1).describe('Image of the edge worker'),
  networkCidr: z.string().describe('Address range, CIDR'),
  networkPrefix: z.int().min(0).max(32).meta({ description: 'Prefix length of the blocks', 'x-unit': 'bits' }),
});

/** The predecessor's `settings.yandexCloud`. */
export const yandexSettings = z.strictObject({
  provider: z
    .strictObject({
      token: secretRef.describe('Access token, by reference'),
      cloudId: z.string().describe('Cloud'),
      folderId: z.string().describe('Folder'),
      zone: z.string().describe('Availability zone'),
    })
    .describe('Where resources are made'),
  network: z
    .strictObject({ name: z.string().describe('Name of the network'), externalId: z.string().describe('Its id') })
    .describe('The VPC'),
  vm: z
    .strictObject({
      baseImageId: z.string().describe('Image of the boot disk'),
      enablePublicIps: z.boolean().describe('Gives each VM a public address'),
      platformId: z.string().describe('Kind of processor'),
      user: z
        .strictObject({
          name: z.string().describe('Login name'),
          groups: z.array(z.string()).describe('Groups of the user'),
          sshAuthorizedKeys: z.array(z.string()).describe('Public keys that may log in'),
          sudoRules: z.array(z.string()).describe('Lines of sudoers'),
          shell: z.string().describe('Login shell'),
        })
        .describe('The user that is made'),
    })
    .describe('The virtual machines'),
});

/**
 * What a predecessor's file says about the installation that it was written for. Here the operator's configuration
 * decides; this is kept for the record, and so that a conversion loses nothing.
 */
export const installationSettings = z.strictObject({
  hatchet: hatchetConnection.optional().describe('The Hatchet server'),
  docker: dockerSettings.optional().describe('Settings for Docker'),
  yandex: yandexSettings.optional().describe('Settings for Yandex Cloud'),
});
export type InstallationSettings = z.infer<typeof installationSettings>;
