/** Tokens that say what they are: JSON Web Tokens, GitHub, GitLab, Slack, AWS, Google, Stripe and OpenAI, npm, Yandex, PEM keys. */
const WELL_KNOWN =
  /\beyJ[\w-]{10,}\.[\w-]{10,}|\bgh[pousr]_[A-Za-z0-9]{20}|\bgithub_pat_\w{20}|\bglpat-[\w-]{16}|\bxox[abeoprs]-[\w-]{10}|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bAIza[\w-]{35}|\b[sr]k[-_](?:live|test|proj|ant)[-_][\w-]{12}|\bnpm_[A-Za-z0-9]{30}|\b(?:y0_|t1\.|AQVN)[\w-]{30}|-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----/;

const LENGTH = { min: 20, max: 8192 };

/** A base64 or hex character more or less; a digest says of itself that it is one. */
const ALPHABET = /^[\w+/=.~:@%$!-]+$/;
const DIGEST = /(^|@)sha(1|256|384|512)[:-]/i;

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** A word of a name: letters, a number, a word with a short number behind it, or with a unit. */
const ORDINARY = /^(?:[A-Za-z]+\d{0,4}|\d+[A-Za-z]{0,3}|(?:[A-Z]?[a-z]+\d{0,2}|[A-Z]+\d{0,2}){1,2})$/;

/** Letters or digits in a row; `Abc` is one run, `aBc` two. */
const runsOf = (text: string): number => (text.match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+/g) ?? []).length;

/** Letters and digits in a disorder that no name has. */
function isDisorder(piece: string): boolean {
  if (ORDINARY.test(piece) || !/\d/.test(piece) || !/[A-Za-z]/.test(piece)) return false;
  return piece.length / runsOf(piece) < 3.5;
}

/** base64 may have slashes; so has a path, which consists of names. */
const isSlashed = (word: string): boolean =>
  word.length >= 30 &&
  /^[A-Za-z0-9+/]+={0,2}$/.test(word) &&
  !word.startsWith('/') &&
  [/[a-z]/, /[A-Z]/, /\d/].every((each) => each.test(word)) &&
  word.length / runsOf(word) < 3.5;

function isToken(word: string): boolean {
  if (word.length < LENGTH.min || !ALPHABET.test(word) || DIGEST.test(word)) return false;
  if (word.length > LENGTH.max || UUID.test(word)) return true;
  if (word.includes('/')) return isSlashed(word) || word.split('/').some((part) => isToken(part));
  const disorder = word.split(/[^A-Za-z0-9]+/).filter(isDisorder);
  return disorder.reduce((sum, piece) => sum + piece.length, 0) >= 16;
}

/** Does the text hold one of the tokens that say what they are? */
export const holdsKnownToken = (text: string): boolean => WELL_KNOWN.test(text);

/**
 * Is a word of this text like a token: twenty characters or more, letters and digits mixed in a way that names, versions,
 * hosts, paths, times and digests are not? A guess: a commit's hash and a UUID are, too.
 */
export const looksLikeToken = (text: string): boolean =>
  holdsKnownToken(text) || text.split(/[\s"'`,;|&?=(){}[\]<>]+/).some(isToken);
