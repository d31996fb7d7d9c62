import { z } from 'zod';
import { secret } from './common.ts';

const text = z.string().max(10_000);
const needed = text.min(1);
const texts = z.array(text).max(1000);

const hatchet = z
  .strictObject({
    host: needed.describe('Host of the engine'),
    port: z.int().min(1).max(65535).describe('Port of the engine'),
    token: secret,
  })
  .describe('settings.hatchetConnection');

const docker = z
  .strictObject({
    networkName: needed.describe('Name of the Docker network'),
    edgeWorkerImage: needed.describe('Image of the worker'),
    networkCidr: text.default('172.28.0.0/16').describe('Subnet of the network'),
    networkPrefix: z.int().min(0).max(32).default(24).describe('Prefix length of the blocks'),
  })
  .describe('settings.docker');

const yandex = z
  .strictObject({
    provider: z
      .strictObject({
        token: secret,
        cloudId: text.describe('Id of the cloud'),
        folderId: text.describe('Id of the folder'),
        zone: text.describe('Availability zone'),
      })
      .describe('providerSettings'),
    network: z
      .strictObject({ name: text.describe('Name of the network'), externalId: text.describe('Id of the network') })
      .describe('networkSettings'),
    vm: z
      .strictObject({
        baseImageId: text.describe('Image of the machines'),
        enablePublicIps: z.boolean().default(false).describe('Give each machine a public address'),
        platformId: text.default('standard-v2').describe('Platform of the machines'),
        user: z
          .strictObject({
            name: text.describe('Login name'),
            groups: texts.describe('Groups of the user'),
            sshAuthorizedKeys: texts.describe('Public keys that may log in'),
            sudoRules: texts.default([]).describe('Lines of sudoers'),
            shell: text.default('').describe('Login shell'),
          })
          .describe('vmUser'),
      })
      .describe('vmSettings'),
  })
  .describe('settings.yandexCloud');

/** Kept for the record: the operator's configuration decides. */
export const installation = z
  .strictObject({ hatchet: hatchet.optional(), docker: docker.optional(), yandex: yandex.optional() })
  .describe("What a converted predecessor's file said about its installation; kept, and not used");
