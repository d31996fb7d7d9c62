import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';

/**
 * What to try, in this order, for libpq's `sslmode` (default `prefer`) and `sslrootcert`: `false` is no TLS. `prefer` takes
 * what it gets, as libpq does; only `verify-ca` and `verify-full` say whom one talks to.
 */
export function sslOf(parameters: Readonly<Record<string, string>> = {}): (false | ConnectionOptions)[] {
  const { sslmode = 'prefer', sslrootcert } = parameters;
  const ca = sslrootcert === undefined || sslrootcert === 'system' ? {} : { ca: readFileSync(sslrootcert) };
  switch (sslmode) {
    case 'disable':
      return [false];
    case 'require':
      return [{ rejectUnauthorized: false }];
    case 'verify-ca':
      return [{ ...ca, rejectUnauthorized: true, checkServerIdentity: () => undefined }];
    case 'verify-full':
      return [{ ...ca, rejectUnauthorized: true }];
    default:
      return [{ rejectUnauthorized: false }, false];
  }
}
