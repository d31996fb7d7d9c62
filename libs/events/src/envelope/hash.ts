import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';

/**
 * `ce-hash`: SHA-256, hex, over the RFC 8785 canonical JSON of one object that holds every `ce-` header except `ce-hash`
 * under its own name (decoded value) and the event's data under `data`.
 */
export function envelopeHash(attributes: Readonly<Record<string, string>>, data: unknown): string {
  const hashed: Record<string, unknown> = { data };
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('ce-') && name !== 'ce-hash') hashed[name] = value;
  }
  const text = canonicalize(hashed);
  if (text === undefined) throw new TypeError('the event has no JSON form');
  return hash('sha256', text, 'hex');
}
