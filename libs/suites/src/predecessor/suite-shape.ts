import { z } from 'zod';
import { secretRef } from '../model/scalars.ts';
import { VARIABLE_NAME } from '../model/workload.ts';
import { databaseTemplate, hardware } from './database-shape.ts';
import { bool, choice, duration, required, secret, text, uint32 } from './scalars.ts';

const ABSOLUTE = /^\/(?:[^/\0]+\/)*[^/\0]*$/;
const DAY_MS = 86_400_000;

const absolutePath = text.regex(ABSOLUTE, 'an absolute path');
const target = choice(['TARGET_UNSPECIFIED', 'TARGET_DOCKER', 'TARGET_YANDEX_CLOUD']);

const stroppyCli = z.strictObject({
  version: required,
  binaryPath: absolutePath,
  workdir: absolutePath,
  workload: choice(['WORKLOAD_UNSPECIFIED', 'TPCC', 'TPCB']).pipe(z.enum(['TPCC', 'TPCB'], 'one of TPCC, TPCB')),
  scaleFactor: uint32().default(1),
  duration: duration(1000, DAY_MS, 'a number of seconds such as 30s or 1.5s, from 1s to 86400s').optional(),
  stroppyEnv: z
    .record(
      z.string().regex(VARIABLE_NAME, 'the name of a variable: any text without "="'),
      z.union([text, secretRef], { error: 'text or { secret: NAME }' }),
    )
    .default({}),
});
export type OldStroppyCli = z.output<typeof stroppyCli>;

/** As text, with its password apart, or all of it by reference. */
const connectionString = z.union(
  [required, z.strictObject({ url: required, password: secretRef.optional() }), secretRef],
  { error: 'the text of a connection, { url: TEXT, password: { secret: NAME } }, or { secret: NAME }' },
);

const test = z.strictObject({
  name: text.default(''),
  description: text.default(''),
  stroppyCli,
  stroppyHardware: hardware,
  databaseTemplate: databaseTemplate.optional(),
  connectionString: connectionString.optional(),
});
export type OldTest = z.output<typeof test>;

const yandexCloud = z.strictObject({
  providerSettings: z.strictObject({ token: secret, cloudId: required, folderId: required, zone: required }),
  networkSettings: z.strictObject({ name: required, externalId: required }),
  vmSettings: z.strictObject({
    baseImageId: required,
    enablePublicIps: bool.default(false),
    platformId: text.default(''),
    vmUser: z
      .strictObject({
        name: required,
        groups: z.array(text).min(1),
        sshAuthorizedKeys: z.array(text).min(1),
        sudoRules: required,
        shell: required,
      })
      .optional(),
  }),
});

const settings = z.strictObject({
  hatchetConnection: z.strictObject({ token: secret, host: required, port: uint32(1, 65535) }),
  docker: z.strictObject({
    networkName: required,
    edgeWorkerImage: required,
    networkCidr: text.default(''),
    networkPrefix: uint32(0, 32).default(0),
  }),
  yandexCloud: yandexCloud.optional(),
  preferredTarget: target.optional(),
  cleanupDelay: duration(-Infinity, Infinity, 'a number of seconds such as 30s or 1.5s').optional(),
});
export type OldSettings = z.output<typeof settings>;

/** The predecessor's suite file: what it may say, in protobuf's JSON form. Source of the JSON Schema for editors. */
export const predecessorSuite = z.strictObject({
  suite: z.strictObject({ tests: z.array(test).min(1) }),
  settings,
  target: target.optional(),
});
export type OldSuite = z.output<typeof predecessorSuite>;
