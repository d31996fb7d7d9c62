/** From `://` on: looking for the scheme before it would take quadratic time in a long word. */
const USERINFO = /:\/\/[^\s:/@]*:[^\s@/]+@/;
const KEYWORD = /\b\w*(?:password|passwd|pwd|token|secret)\s*=\s*['"]?[^\s'"]/i;

/** Does this text carry a secret, as a URL (`user:pw@`) or a connection string (`password=`)? */
export const carriesSecret = (text: string): boolean => USERINFO.test(text) || KEYWORD.test(text);
