import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { accountOf, BenchbusError, createAuthority, type Authority } from '@benchbus/events';
import type { BaseConfig, ServiceContext } from '@benchbus/service';
import { installationKey } from '../adapters/installation-key.ts';
import { readRun } from '../app/views.ts';
import type { ProvisionerConfig } from '../config.ts';
import { startEnrolment, type Enrolment } from './enrolment.ts';
import { nodeEnvironment } from './node-environment.ts';

/** @throws BenchbusError NATS_SIGNING_KEY_INVALID | NATS_SIGNING_KEY_MISSING | NATS_ACCOUNTS_OUTDATED */
export function authorityOf({
  BENCHBUS_NATS_SIGNING_KEY_FILE: file,
  NATS_CREDS_FILE: creds,
}: Pick<ProvisionerConfig & BaseConfig, 'BENCHBUS_NATS_SIGNING_KEY_FILE' | 'NATS_CREDS_FILE'>): Authority | undefined {
  if (file === undefined && creds !== undefined)
    throw new BenchbusError({
      code: 'NATS_SIGNING_KEY_MISSING',
      message: 'the server knows accounts (NATS_CREDS_FILE), and nothing here can let runners in',
      where: 'BENCHBUS_NATS_SIGNING_KEY_FILE',
      hint: 'signing-key.json of `npm run nats:accounts`',
    });
  if (file === undefined) return undefined;
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new BenchbusError({
      code: 'NATS_SIGNING_KEY_INVALID',
      message: `${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})`,
      where: 'BENCHBUS_NATS_SIGNING_KEY_FILE',
      hint: 'npm run nats:accounts makes it: signing-key.json, readable for the provisioner alone',
    });
  }
  const authority = createAuthority(text);
  if (creds !== undefined && accountOf(readFileSync(creds, 'utf8')) === authority.account)
    throw new BenchbusError({
      code: 'NATS_ACCOUNTS_OUTDATED',
      message:
        'the signing key lets runners into the account of the services, where they could change whatever they like',
      where: 'BENCHBUS_NATS_SIGNING_KEY_FILE',
      hint: 'make accounts anew: docs/operations/nats-security.md says how the log comes along',
    });
  return authority;
}

const isBesideUs = (target: string | undefined): boolean => target === 'local' || target === 'docker';

/** Enrolment as the service's configuration says. */
export function serveEnrolment(
  { config, bus, logger }: ServiceContext<ProvisionerConfig>,
  hostId: string,
): Promise<Enrolment> {
  const options = {
    ...{ log: bus.log, env: process.env, secretsDir: config.BENCHBUS_SECRETS_DIR },
    installation: config.BENCHBUS_INSTALLATION,
    key: installationKey(resolve(config.BENCHBUS_STATE_DIR)),
  };
  return startEnrolment({
    ...{ bus, hostId, logger: logger.child({ name: 'enrolment' }) },
    authority: authorityOf(config),
    // A runner beside us was given all but its access when it was started.
    environmentOf: async (node) =>
      isBesideUs((await readRun(bus.log, node.runId)).request?.data.target) ? {} : nodeEnvironment(options, node),
    codeTtlMs: config.BENCHBUS_ENROLMENT_CODE_TTL_MS,
    accessTtlMs: config.BENCHBUS_RUNNER_ACCESS_TTL_MS,
  });
}
