const USERINFO = /[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*:[^\s@/]+@/i;
const KEYWORD = /\b(password|passwd|pwd|token|secret)\s*=\s*['"]?[^\s'"]/i;

/** Does this text carry a secret, as a URL (`user:pw@`) or a connection string (`password=`)? */
export const carriesSecret = (text: string): boolean => USERINFO.test(text) || KEYWORD.test(text);
