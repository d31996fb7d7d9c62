import { BenchbusError } from '@benchbus/events';
import type { Problem } from '@benchbus/suites';

const UNTRUSTED =
  /SELF_SIGNED|UNABLE_TO_(VERIFY|GET)|CERT_(HAS_EXPIRED|NOT_YET_VALID|SIGNATURE|UNTRUSTED|REJECTED|REVOKED)/;
const NOT_TLS = /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|UNSUPPORTED_PROTOCOL|RECORD_LAYER/;
/** The engine's word about the certificate that we showed, or did not. */
const CLIENT_CERTIFICATE =
  /ALERT_(CERTIFICATE_REQUIRED|BAD_CERTIFICATE|UNKNOWN_CA|CERTIFICATE_UNKNOWN|HANDSHAKE_FAILURE)/;

export const clientCertificate = (why: string, where: string): Problem => ({
  code: 'HATCHET_TLS_CLIENT_CERTIFICATE',
  message: `the engine refuses our certificate, or the lack of one: ${why}`,
  where,
  hint: 'HATCHET_CLIENT_TLS_STRATEGY=mtls, with HATCHET_CLIENT_TLS_CERT_FILE and _KEY_FILE that the engine accepts',
});

function tlsProblem(code: string, message: string, where: string): Problem | undefined {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return {
      code: 'HATCHET_TLS_HOST_NAME',
      message: `the engine's certificate is for another name: ${message}`,
      where,
      hint: 'use an address that is in its certificate, or set HATCHET_CLIENT_TLS_SERVER_NAME (of gRPC) to a name that is',
    };
  if (UNTRUSTED.test(code))
    return {
      code: 'HATCHET_TLS_UNTRUSTED',
      message: `the engine's certificate is not trusted: ${message}`,
      where,
      hint: 'set HATCHET_CLIENT_TLS_ROOT_CA_FILE to the certificate of the authority that signed it',
    };
  if (CLIENT_CERTIFICATE.test(code)) return clientCertificate(message, where);
  if (NOT_TLS.test(code))
    return {
      code: 'HATCHET_TLS_MISMATCH',
      message: 'what answers there does not speak TLS',
      where,
      hint: 'correct the address, or set HATCHET_CLIENT_TLS_STRATEGY=none (REST: a URL with http://)',
    };
  if (code.startsWith('ERR_SSL_') || code === 'EPROTO')
    return { code: 'HATCHET_TLS_FAILED', message, where, hint: 'check HATCHET_CLIENT_TLS_*' };
  return undefined;
}

export const unreachable = (why: string, where: string, more = ''): BenchbusError =>
  new BenchbusError({
    code: 'HATCHET_UNREACHABLE',
    message: `the Hatchet engine cannot be reached: ${why}`,
    where,
    hint: `start it, or correct its address (HATCHET_CLIENT_HOST_PORT, HATCHET_CLIENT_SERVER_URL)${more}`,
  });

export const refusedToken = (where: string): BenchbusError =>
  new BenchbusError({
    code: 'HATCHET_TOKEN_REFUSED',
    message: `the Hatchet engine at ${where} refuses the token`,
    where,
    hint: 'make a new token in its dashboard (Settings, API Tokens) and set HATCHET_CLIENT_TOKEN; it may have expired or be of another engine',
  });

export const notAnEngine = (what: string, where: string): BenchbusError =>
  new BenchbusError({
    code: 'HATCHET_NOT_AN_ENGINE',
    message: `what answers there is no Hatchet engine: ${what}`,
    where,
    hint: 'correct HATCHET_CLIENT_HOST_PORT (gRPC) or HATCHET_CLIENT_SERVER_URL (REST)',
  });

/** What the error of a connection means to a user. */
export function explain(error: unknown, where: string): BenchbusError {
  if (error instanceof BenchbusError) return error;
  const { code = '', message = String(error) } = error as { code?: string; message?: string };
  const problem = tlsProblem(code, message, where);
  return problem ? new BenchbusError(problem) : unreachable(message || code, where);
}
