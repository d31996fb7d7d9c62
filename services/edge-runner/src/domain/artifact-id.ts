import { v5 } from 'uuid';

/** Namespace of artifact ids; fixed for ever, so that the same file of the same attempt has the same id everywhere. */
const NAMESPACE = '0b0a4f9e-5a3c-5f4e-9d5b-6d6f1f0a7c11';

/** UUIDv5 (RFC 9562) of run, node, attempt and file name. */
export const artifactId = (runId: string, node: string, attempt: number, name: string): string =>
  v5(`${runId}/${node}/${attempt}/${name}`, NAMESPACE);
