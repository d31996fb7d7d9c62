/** A piece of a file: S3 numbers them from 1. */
export interface Part {
  readonly number: number;
  readonly offset: number;
  readonly bytes: number;
}

/** S3's own limit. */
const MOST_PARTS = 10_000;

/** The parts of a file of so many bytes, in order: all but the last have one size, `partBytes` or what 10,000 of them need. */
export function partsOf(bytes: number, partBytes: number): Part[] {
  const size = Math.max(partBytes, Math.ceil(bytes / MOST_PARTS));
  return Array.from({ length: Math.ceil(bytes / size) }, (_, index) => {
    const offset = index * size;
    return { number: index + 1, offset, bytes: Math.min(size, bytes - offset) };
  });
}

/** What of it has not arrived: `arrived` maps numbers to sizes, as S3 lists them. A part of another size is sent again. */
export const missingParts = (parts: readonly Part[], arrived: ReadonlyMap<number, number>): Part[] =>
  parts.filter(({ number, bytes }) => arrived.get(number) !== bytes);
