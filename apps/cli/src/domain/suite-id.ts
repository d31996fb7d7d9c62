/** `PG 15: shared buffers!` → `pg-15-shared-buffers`; at most 40 characters, never empty. */
export function slug(name: string): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '');
  return plain === '' ? 'suite' : plain;
}

/** A suite's id: its name as a slug and a random part; one subject token. @param random at least 3 bytes */
export function suiteIdFor(name: string, random: Uint8Array): string {
  const suffix = Array.from(random.subarray(0, 3), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${slug(name)}-${suffix}`;
}
