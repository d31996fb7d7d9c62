import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { ROOT } from '../paths.mjs';
import { findSecrets } from './find-secrets.mjs';

const SERVICES = ['suite-dispatcher', 'network-allocator', 'provisioner', 'artifact-store'];
/** The first line of a key: put together, so that this file holds none. */
const begin = (kind) => ['-----BEGIN', ...kind, 'PRIVATE', 'KEY-----'].join(' ');

/** What packages bring that looks like a secret and is none: in which file, the exact text, and why it may stand there. */
const ALLOWED = [
  { file: 'node_modules/iovalkey/README.md', text: ':authpassword@', why: 'an example of its documentation' },
  ...[
    [`/^${begin(['OPENSSH'])}(?:`, 'what ssh2 recognises a key by'],
    [`"${begin(['OPENSSH'])}\\n"`, 'what ssh2 begins a new key with'],
    [`"${begin([])}\\r\\nMC4CAQAwBQYDK2VwBCIEIHKj`, 'a key in ssh2’s source, public, by which it tries what Node can'],
  ].map(([text, why]) => ({ file: 'services/provisioner/src/main.mjs', text, why })),
];

const out = await mkdtemp(join(tmpdir(), 'bb-image-secrets-'));
afterAll(() => rm(out, { recursive: true, force: true }));

test('no file that images of services hold has a secret in it', { timeout: 60_000 }, async () => {
  const mains = SERVICES.map((name) => `services/${name}/src/main.ts`);
  const tool = join(ROOT, 'tools/bundle-service.mjs');
  await promisify(execFile)(process.execPath, [tool, out, ...mains], { cwd: ROOT });
  const files = readdirSync(out, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(out, join(entry.parentPath, entry.name)));
  expect(files).toEqual(expect.arrayContaining(SERVICES.map((name) => `services/${name}/src/main.mjs`)));
  const textOf = (file) => readFileSync(join(out, file), 'utf8');
  const found = files.flatMap((file) =>
    findSecrets(
      file,
      textOf(file),
      ALLOWED.filter((one) => one.file === file).map(({ text }) => text),
    ),
  );
  expect(found).toEqual([]);
  for (const { file, text } of ALLOWED) expect(textOf(file), 'is allowed, and no longer there').toContain(text);
});
