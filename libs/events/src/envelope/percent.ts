const PLAIN = /^[\x21\x23\x24\x26-\x7e]*$/;

/**
 * Header values of the CloudEvents NATS protocol binding (3.1.3.2): space, double quote, percent and everything outside
 * printable ASCII is percent-encoded as UTF-8.
 */
export function encodeHeaderValue(value: string): string {
  if (PLAIN.test(value)) return value;
  // A lone surrogate has no UTF-8 form: it becomes U+FFFD instead of an exception of encodeURIComponent.
  return value.toWellFormed().replace(/[^\x21\x23\x24\x26-\x7e]+/gu, (part) => encodeURIComponent(part));
}

/** The reverse; a value that is not valid percent-encoding is taken as it stands, as the binding asks for. */
export function decodeHeaderValue(value: string): string {
  if (!value.includes('%')) return value;
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
