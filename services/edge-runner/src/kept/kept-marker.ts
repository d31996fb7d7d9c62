import { createHash } from 'node:crypto';
import { z } from 'zod';

/** What a copy in a volume is, and whose. */
const facts = z.strictObject({
  installation: z.string(),
  suite: z.string(),
  /** Who made it. */
  run: z.string(),
  incarnation: z.string(),
  copy: z.string(),
  /** Of the server that made the data: `postgres:17@sha256:…`. */
  image: z.string(),
  keptAt: z.iso.datetime(),
});
export type KeptFacts = z.infer<typeof facts>;

const marker = z.strictObject({ facts: z.unknown(), sha256: z.string() });

const digestOf = (content: unknown): string => createHash('sha256').update(JSON.stringify(content)).digest('hex');

/** The file that makes a copy one: written last. */
export const markerText = (of: KeptFacts): string => JSON.stringify({ facts: of, sha256: digestOf(of) });

/** The facts of a marker that is whole; undefined: it is none, and neither is the copy beside it. */
export function readMarker(text: string): KeptFacts | undefined {
  try {
    const found = marker.parse(JSON.parse(text));
    return digestOf(found.facts) === found.sha256 ? facts.parse(found.facts) : undefined;
  } catch {
    return undefined;
  }
}
