import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Problem } from '@benchbus/suites';

const NAMES = {
  cert: 'HATCHET_CLIENT_TLS_CERT_FILE',
  key: 'HATCHET_CLIENT_TLS_KEY_FILE',
  ca: 'HATCHET_CLIENT_TLS_ROOT_CA_FILE',
} as const;
export type TlsFiles = Readonly<Partial<Record<keyof typeof NAMES, string>>>;

const invalid = (kind: keyof typeof NAMES, message: string, hint: string): Problem => ({
  code: 'HATCHET_CONFIG_FILE_INVALID',
  message,
  where: NAMES[kind],
  hint,
});

/** The files' content is looked at before anybody is called: the SDK would fail in the middle, or hang. */
export function tlsFileProblems(files: TlsFiles, strategy: 'none' | 'tls' | 'mtls'): Problem[] {
  if (strategy === 'none') return [];
  const problems: Problem[] = [];
  const ca = files.ca === undefined ? undefined : read('ca', files.ca, problems);
  if (ca !== undefined) certificate('ca', ca, problems);
  if (strategy === 'tls') return problems;
  for (const kind of ['cert', 'key'] as const) {
    if (files[kind] !== undefined) continue;
    const message = 'HATCHET_CLIENT_TLS_STRATEGY=mtls needs a certificate and its key; this file is not named';
    const hint = `set ${NAMES[kind]} to a PEM file, or HATCHET_CLIENT_TLS_STRATEGY=tls if the engine wants no certificate`;
    problems.push({ code: 'HATCHET_CONFIG_FILE_MISSING', message, where: NAMES[kind], hint });
  }
  const certText = files.cert === undefined ? undefined : read('cert', files.cert, problems);
  const keyText = files.key === undefined ? undefined : read('key', files.key, problems);
  const cert = certText === undefined ? undefined : certificate('cert', certText, problems);
  const key = keyText === undefined ? undefined : privateKey(keyText, problems);
  if (cert && key && !cert.checkPrivateKey(key))
    problems.push(invalid('key', 'is not the key of the certificate', `it belongs to another one than ${NAMES.cert}`));
  return problems;
}

function read(kind: keyof typeof NAMES, path: string, problems: Problem[]): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    // A key pasted in place of its path must not be printed.
    const named = path.includes('-----BEGIN') ? 'the content of a file in place of its path' : JSON.stringify(path);
    const hint = 'name a file that this user may read';
    const message = `${named} cannot be read: ${code}`;
    problems.push({ code: 'HATCHET_CONFIG_FILE_UNREADABLE', message, where: NAMES[kind], hint });
    return undefined;
  }
}

function certificate(kind: 'cert' | 'ca', text: string, problems: Problem[]): X509Certificate | undefined {
  try {
    return new X509Certificate(text);
  } catch {
    problems.push(
      invalid(kind, 'is not a certificate', 'a certificate as PEM begins with -----BEGIN CERTIFICATE-----'),
    );
    return undefined;
  }
}

function privateKey(text: string, problems: Problem[]): KeyObject | undefined {
  try {
    return createPrivateKey(text);
  } catch {
    problems.push(invalid('key', 'is not a private key that can be used', 'a key as PEM, without a passphrase'));
    return undefined;
  }
}
