/**
 * Does the metadata hold one of the `key:value` pairs? Several pairs are ORed, as the real engine does
 * (`jsonb_each_text` ... EXISTS in its OLAP queries); no pairs match everything.
 */
export function matchesMetadata(metadata: Readonly<Record<string, unknown>>, pairs: readonly string[]): boolean {
  if (pairs.length === 0) return true;
  return pairs.some((pair) => {
    const colon = pair.indexOf(':');
    if (colon < 0) return false;
    const value = metadata[pair.slice(0, colon)];
    return value !== undefined && textOf(value) === pair.slice(colon + 1);
  });
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
