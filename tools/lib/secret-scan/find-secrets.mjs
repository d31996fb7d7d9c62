import { hideUserinfo } from '../../../libs/service/src/logging/secrets.ts';
import { holdsKnownToken } from '../../../libs/suites/src/secrets/token-like.ts';

/** Seeds of NATS: operator, account, user, server, cluster, curve. */
const NATS_SEED = /\bS[OAUNCX][A-Z2-7]{56}\b/;

/** What documents and tests write in the place of a password in an address, and templates that put one there. */
const NO_PASSWORD =
  /(:\/\/[^\s:/@"'\\]*):(?:\$\{.*?\}|\*{3}|password|secret|pw|p|p1|b|s3|p%40[^@\s]*|postgres|hunter2|YOUR_PASSWORD|canary-\d+)@/g;
/** The same of tokens, which NATS takes in the user's place. */
const NO_TOKEN = /((?:nats|tls|wss?):\/\/)(?:\$\{.*?\}|\*{3}|tok|token|canary-\d+|[a-z]+)@/g;

/** Files that hold nothing else. */
const SECRET_FILE = /(^|\/)(\.env|id_(rsa|dsa|ecdsa|ed25519)|.*\.(creds|key|pem|p12|pfx|jks|nk))$/;

const KINDS = [
  ['a token or private key', (line) => holdsKnownToken(line)],
  ['a seed of NATS', (line) => NATS_SEED.test(line)],
  [
    'a password in an address',
    (line) => {
      // Of `nats://user:pw@` the user is left, which would be a token if it stood alone.
      const rest = line.replaceAll(NO_PASSWORD, '$1@').replaceAll(NO_TOKEN, '$1');
      return hideUserinfo(rest) !== rest;
    },
  ],
];

/**
 * What in a file of the repository looks like a secret; its value is never part of what is found.
 * @param {string} file
 * @param {string} text
 * @param {readonly string[]} allowed texts in this file that are none
 * @returns {{ where: string, what: string }[]}
 */
export function findSecrets(file, text, allowed = []) {
  const found = [];
  if (SECRET_FILE.test(file)) found.push({ where: file, what: 'a file of a kind that holds secrets' });
  const clean = allowed.reduce((rest, one) => rest.replaceAll(one, ''), text);
  for (const [what, isOne] of KINDS) {
    // One look at the whole: nearly no file has any.
    if (!isOne(clean)) continue;
    for (const [index, line] of clean.split('\n').entries())
      if (isOne(line)) found.push({ where: `${file}:${index + 1}`, what });
  }
  return found;
}
