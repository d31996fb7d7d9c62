import { holdsKnownToken, looksLikeToken } from '../secrets/token-like.ts';

/** What stands for a value that comes from elsewhere: `$PGPASSWORD`, `${PW}`. */
const VARIABLE = String.raw`\$(?:\{\w+\}|\w+)(?=$|[\s'"&;])`;
const NAME = String.raw`(?:password|passwd|passphrase|pwd|token|secret|secret_?access_?key|access_?key(?:_?id)?|api_?key|private_?key)`;
const KEYWORD = new RegExp(String.raw`\b\w*${NAME}\s*=\s*['"]?(?!${VARIABLE})[^\s'"]`, 'i');

/** Where a program reads it: also as JSON or a header, and by shorter names. */
const LOOSE = new RegExp(
  String.raw`\b\w*(?:${NAME}|(?:\b|_)(?:pass|pw|authorization|cookie))["']?\s*[:=]\s*['"]?(?!${VARIABLE})[^\s'"]|\b(?:bearer|basic)\s+[\w+/=.~-]{6}`,
  'i',
);

/** Schemes without a password (`mailto:a@b`), and what else has a colon before an at: the digest of an image. */
const NO_USERINFO = /^(?:mailto|sips?|acct|xmpp):|@sha\d+:/i;

/** `user:pw@host` in one word, with a scheme before it or without. */
function hasUserinfo(word: string): boolean {
  const scheme = word.indexOf('://');
  const rest = scheme < 0 ? word : word.slice(scheme + 3);
  const colon = rest.indexOf(':');
  const at = rest.lastIndexOf('@');
  if (colon < (scheme < 0 ? 1 : 0) || at < colon + 2 || NO_USERINFO.test(word)) return false;
  // A port and a path before the at; and no host behind it.
  return !/^:\d{1,5}\//.test(rest.slice(colon, colon + 7)) && /^[\w[(]/.test(rest.slice(at + 1, at + 2));
}

/** Does this text carry a secret: in a URL or DSN (`user:pw@`), a connection string (`password=`), or as a token of a known kind? */
export const carriesSecret = (text: string): boolean =>
  KEYWORD.test(text) || holdsKnownToken(text) || text.split(/[\s"'`<>]+/).some(hasUserinfo);

/** The same, stricter, of what is a program's: the value of a variable, an argument. */
export const mayCarrySecret = (text: string): boolean =>
  carriesSecret(text) || LOOSE.test(text) || looksLikeToken(text);
