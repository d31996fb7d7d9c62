import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import type { HatchetConfig } from '../config/index.ts';

const contentOf = (path: string | undefined): Buffer | undefined =>
  path === undefined ? undefined : readFileSync(path);

/** Of the gRPC services: a CA that is named is the only one trusted, as in the SDK. */
export function grpcTls({ tls }: HatchetConfig) {
  if (tls.strategy === 'none') return undefined;
  const own = tls.strategy === 'mtls' ? tls.files : {};
  return { ca: contentOf(tls.files.ca), cert: contentOf(own.cert), key: contentOf(own.key) };
}

/** Of REST, which the SDK leaves to Node: the CA that is named beside the public ones, and the same certificate. */
export function restTls(config: HatchetConfig) {
  const { ca, ...own } = grpcTls(config) ?? {};
  return { ...own, ...(ca === undefined ? {} : { ca: [...rootCertificates, ca.toString('utf8')] }) };
}
