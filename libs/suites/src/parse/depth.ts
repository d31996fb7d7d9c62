import type { FieldPath } from './field-path.ts';
import type { Finding } from './finding.ts';

/** Deeper than any suite: what reads documents recurses, and so does JavaScript's own JSON. */
export const MAX_DEPTH = 64;
/** As much of the path as a person reads. */
const SHOWN = 8;

export const tooDeep = (place: Pick<Finding, 'path' | 'offset'>): Finding => ({
  ...place,
  code: 'SUITE_TOO_DEEP',
  text: `nested too deeply; allowed are ${MAX_DEPTH} levels`,
});

/**
 * The first place of an untrusted document that lies too deep; undefined: none does. A text of YAML has been surveyed, but
 * aliases within each other add up, and a value that came as JSON was never looked at.
 */
export function depthFinding(document: unknown): Finding | undefined {
  // What aliases share is looked at again only where it lies deeper.
  const seen = new Map<object, number>();
  const look = (value: unknown, path: FieldPath): FieldPath | undefined => {
    if (path.length > MAX_DEPTH) return path;
    if (typeof value !== 'object' || value === null || (seen.get(value) ?? -1) >= path.length) return undefined;
    seen.set(value, path.length);
    for (const [key, item] of Object.entries(value)) {
      const found = look(item, [...path, Array.isArray(value) ? Number(key) : key]);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const path = look(document, []);
  return path === undefined ? undefined : tooDeep({ path: path.slice(0, SHOWN) });
}
