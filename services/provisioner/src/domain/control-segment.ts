/** `PG_DYNSHMEM_CONTROL_MAGIC` of PostgreSQL's dsm.c. */
const MAGIC = 0x9a503d32;
const HEADER_BYTES = 16;
/** A reference count of 0 is a free slot, 1 a segment that is being destroyed, more one in use. */
const FREE = 0;

/**
 * Names of the segments a PostgreSQL server has made, from the bytes of its control segment (`dsm_control_header` of dsm.c):
 * magic, items in use, items at most (4 bytes each), padding, then the items, each of which begins with the handle and the
 * reference count (4 bytes each). An item's size differs between versions: the file holds exactly `at most` of them. A
 * server's own segments may be mapped by nobody at times (grown statistics), so that no process tells of them. Undefined if
 * it is no control segment.
 */
export function segmentsOfControl(bytes: Buffer): string[] | undefined {
  if (bytes.length < HEADER_BYTES || bytes.readUInt32LE(0) !== MAGIC) return undefined;
  const used = bytes.readUInt32LE(4);
  const most = bytes.readUInt32LE(8);
  const itemBytes = Math.floor((bytes.length - HEADER_BYTES) / most);
  if (most === 0 || used > most || itemBytes < 8) return undefined;
  const names: string[] = [];
  for (let index = 0; index < used; index += 1) {
    const at = HEADER_BYTES + index * itemBytes;
    if (bytes.readUInt32LE(at + 4) !== FREE) names.push(`PostgreSQL.${bytes.readUInt32LE(at)}`);
  }
  return names;
}
