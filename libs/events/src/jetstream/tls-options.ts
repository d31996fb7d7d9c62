import type { TlsOptions } from '@nats-io/transport-node';
import { checkServerIdentity, type ConnectionOptions } from 'node:tls';
import type { NatsSecurity } from './connection.ts';

/**
 * The client's options for TLS. It checks a server that is named by its IP address as if it were `localhost`: here the
 * certificate has to be for one of the servers that we were told to connect to.
 * @param hosts names or addresses of the servers
 * @param files PEM; default: the system's authorities, and no certificate of our own
 */
export function tlsOptions(
  hosts: readonly string[],
  { caFile, certFile, keyFile }: Pick<NatsSecurity, 'caFile' | 'certFile' | 'keyFile'>,
): TlsOptions {
  const identity: Pick<ConnectionOptions, 'checkServerIdentity'> = {
    checkServerIdentity: (_host, certificate) => {
      const errors = hosts.map((host) => checkServerIdentity(host, certificate));
      return errors.includes(undefined) ? undefined : errors[0];
    },
  };
  return {
    ...(caFile === undefined ? {} : { caFile }),
    ...(certFile === undefined ? {} : { certFile }),
    ...(keyFile === undefined ? {} : { keyFile }),
    ...identity,
  };
}
