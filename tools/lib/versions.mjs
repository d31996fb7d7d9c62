/** First dotted version in a text, as numbers: `nats-server: v2.15.2` → [2, 15, 2]; undefined if there is none. */
export function parseVersion(text) {
  const found = /(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
  return found ? [Number(found[1]), Number(found[2]), Number(found[3] ?? 0)] : undefined;
}

/** Is `version` at least `[major, minor]`? */
export const atLeast = (version, [major, minor]) =>
  version !== undefined && (version[0] > major || (version[0] === major && version[1] >= minor));
