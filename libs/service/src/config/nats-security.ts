import { readFileSync } from 'node:fs';
import { BenchbusError, type NatsSecurity } from '@benchbus/events';
import type { BaseConfig } from './base-config.ts';

export type NatsFiles = Partial<
  Pick<BaseConfig, 'NATS_CA_FILE' | 'NATS_CERT_FILE' | 'NATS_KEY_FILE' | 'NATS_CREDS_FILE'>
>;

const invalid = (where: string, message: string, hint: string) =>
  new BenchbusError({ code: 'CONFIG_INVALID', message, where, hint });

function creds(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw invalid(
      'NATS_CREDS_FILE',
      `${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})`,
      'a .creds file of a user of the account: npm run nats:accounts makes one for each',
    );
  }
}

/**
 * How a process connects to NATS: as whom, and by which certificates.
 * @throws BenchbusError CONFIG_INVALID where a file cannot be read, or a certificate has no key
 */
export function natsSecurity({
  NATS_CA_FILE: caFile,
  NATS_CERT_FILE: certFile,
  NATS_KEY_FILE: keyFile,
  NATS_CREDS_FILE: credsFile,
}: NatsFiles): NatsSecurity {
  if ((certFile === undefined) !== (keyFile === undefined))
    throw invalid(
      certFile === undefined ? 'NATS_CERT_FILE' : 'NATS_KEY_FILE',
      'a certificate needs its key, and a key its certificate',
      'give both NATS_CERT_FILE and NATS_KEY_FILE, or none',
    );
  return {
    ...(caFile === undefined ? {} : { caFile }),
    ...(certFile === undefined ? {} : { certFile }),
    ...(keyFile === undefined ? {} : { keyFile }),
    ...(credsFile === undefined ? {} : { access: { creds: creds(credsFile) } }),
  };
}
