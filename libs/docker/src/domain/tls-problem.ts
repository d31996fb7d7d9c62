import type { Problem } from '@benchbus/suites';
import { dockerTlsFailed } from './docker-problems.ts';

const NOT_OUR_CA =
  /self.signed certificate|unable to (verify the first certificate|get (local )?issuer certificate)|certificate signature failure/i;
const WANTS_CLIENT =
  /alert (certificate required|bad certificate|unknown ca|handshake failure|number (40|42|48|116))\b/i;
const OTHER_NAME = /altnames|hostname\/ip does not match/i;
const NOT_NOW = /certificate (has expired|is not yet valid)/i;
const PLAIN = /wrong version number|packet length too long/i;
/** A server's answer, and not TLS' own words. */
const WANTS_TLS = /HTTP request to an HTTPS server/i;
const UNREADABLE = /key values mismatch|no start line|bad decrypt|PEM routines|DECODER routines/i;

/** What is to be done, by what TLS says; it has codes, but not the same from one version to the next. */
const HINTS: readonly (readonly [RegExp, string])[] = [
  [OTHER_NAME, 'let DOCKER_HOST be a name that is in the certificate of the engine, or give it one for this name'],
  [NOT_NOW, 'renew it (openssl x509 -noout -dates -in …), or set the clock of this machine'],
  [
    WANTS_CLIENT,
    "the engine wants a client's certificate of its own CA: cert.pem and key.pem in DOCKER_CERT_PATH (default ~/.docker), signed by what dockerd has as --tlscacert",
  ],
  [
    NOT_OUR_CA,
    'ca.pem in DOCKER_CERT_PATH (default ~/.docker) has to be the CA that signed the certificate of the engine (dockerd --tlscert)',
  ],
  [
    WANTS_TLS,
    'that port speaks TLS: set DOCKER_TLS_VERIFY=1, and DOCKER_CERT_PATH to a folder of ca.pem, cert.pem, key.pem',
  ],
  [PLAIN, 'that port speaks no TLS: unset DOCKER_TLS_VERIFY, or name the port that does (2376)'],
  [UNREADABLE, 'ca.pem, cert.pem and key.pem in DOCKER_CERT_PATH have to be PEM; key.pem is that of cert.pem'],
];

/** The problem of a connection that TLS refused; undefined where it failed otherwise. @param message of the failed request */
export function tlsProblem(host: string, message: string): Problem | undefined {
  const hint = HINTS.find(([words]) => words.test(message))?.[1];
  return hint === undefined ? undefined : dockerTlsFailed(host, message, hint);
}
