import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const SUBJECT_OF = { ca: 'a CA', server: 'engine', client: 'client' } as const;

const openssl = (folder: string, ...args: string[]): void =>
  void execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });

/** Key and certificate of one end, signed by the CA in `folder`. */
function issue(folder: string, name: 'server' | 'client', extensions: string): void {
  writeFileSync(join(folder, `${name}.ext`), extensions);
  openssl(
    ...([folder, 'req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'] as const),
    ...['-keyout', `${name}-key.pem`, '-out', `${name}.csr`, '-subj', `/CN=${SUBJECT_OF[name]}`],
  );
  openssl(
    ...([folder, 'x509', '-req', '-days', '1', '-in', `${name}.csr`, '-CA', 'ca.pem', '-CAkey', 'ca-key.pem'] as const),
    ...['-CAcreateserial', '-out', `${name}.pem`, '-extfile', `${name}.ext`],
  );
}

/**
 * A CA and what it signs, made by openssl in `folder`, as Docker's documentation says: ca.pem, server.pem (for 127.0.0.1 alone),
 * server-key.pem, client.pem, client-key.pem.
 */
export function makeCertificates(folder: string): void {
  mkdirSync(folder, { recursive: true });
  openssl(
    ...([
      folder,
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-days',
      '1',
    ] as const),
    ...['-keyout', 'ca-key.pem', '-out', 'ca.pem', '-subj', `/CN=${SUBJECT_OF.ca}`],
  );
  issue(folder, 'server', 'subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth\n');
  issue(folder, 'client', 'extendedKeyUsage=clientAuth\n');
}
