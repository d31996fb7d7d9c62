import { describe, expect, it } from 'vitest';
import { engineProblem } from './domain/engine-problem.ts';

/** As Node 24 (OpenSSL 3) and Go say it. */
describe('a connection that TLS refuses', () => {
  it.each([
    ['self-signed certificate in certificate chain', /ca\.pem/],
    ['unable to verify the first certificate', /ca\.pem/],
    ['unable to get local issuer certificate', /ca\.pem/],
    [
      "Hostname/IP does not match certificate's altnames: Host: h. is not in the cert's altnames: DNS:x",
      /name that is in/,
    ],
    ['certificate has expired', /renew it/],
    [
      '0A:error:0A00045C:SSL routines:ssl3_read_bytes:tlsv13 alert certificate required:SSL alert number 116',
      /cert\.pem/,
    ],
    ['0A:error:0A000418:SSL routines:ssl3_read_bytes:tlsv1 alert unknown ca:SSL alert number 48', /cert\.pem/],
    ['0A:error:0A00010B:SSL routines:tls_validate_record_header:wrong version number', /speaks no TLS/],
    ['error:0480006C:PEM routines::no start line', /PEM/],
    ['error:05800074:x509 certificate routines::key values mismatch', /PEM/],
  ])('%s', (message, hint) => {
    const problem = engineProblem({ status: undefined, message }, { host: 'tcp://h:2376', doing: 'answer' });
    expect(problem).toMatchObject({ code: 'DOCKER_TLS_FAILED', where: 'DOCKER_CERT_PATH' });
    expect(problem.hint).toMatch(hint);
  });

  it('or that wants it', () => {
    const message = '(HTTP code 400) unexpected - Client sent an HTTP request to an HTTPS server.';
    const problem = engineProblem({ status: 400, message }, { host: 'tcp://h:2376', doing: 'answer' });
    expect(problem).toMatchObject({ code: 'DOCKER_TLS_FAILED' });
    expect(problem.hint).toContain('DOCKER_TLS_VERIFY=1');
  });

  it.each([
    [undefined, 'connect ECONNREFUSED', 'DOCKER_UNREACHABLE'],
    [500, 'x509: certificate signed by unknown authority', 'DOCKER_REFUSED'],
    [400, 'invalid reference format', 'DOCKER_REFUSED'],
  ])('%s %s is something else', (status, message, code) => {
    expect(engineProblem({ status, message }, { host: 'h', doing: 'answer' }).code).toBe(code);
  });
});
