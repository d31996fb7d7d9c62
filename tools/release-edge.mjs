#!/usr/bin/env node
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, main } from './lib/failure.mjs';
import { buildStamp } from './lib/edge-build/stamp.mjs';
import { NODE, ROOT } from './lib/paths.mjs';
import { releaseNotes } from './lib/release-notes.mjs';
import { outputOf, runLoud } from './lib/run-command.mjs';

/**
 * Makes a release of the edge runner in dist/release/<tag>: the runner of this machine's kind, those of other kinds that lie
 * in dist/edge already, their checksums, the installer, and notes from the Conventional Commits since the previous tag.
 *   node tools/release-edge.mjs [--publish]
 * `--publish` makes the GitHub release with `gh`, which has to be logged in. Without it nothing leaves this machine.
 */
const git = (...args) => outputOf('git', ['-C', ROOT, ...args], { maxBuffer: 64 * 1024 * 1024 });

function commitsSince(previous) {
  const range = previous === undefined ? 'HEAD' : `${previous}..HEAD`;
  const log = git('log', '--no-merges', '--format=%h%x00%B%x1e', range) ?? '';
  return log
    .split('\x1e')
    .map((entry) => entry.trim().split('\0'))
    .filter(([id]) => id !== '')
    .map(([id, message = '']) => ({ id, message: message.trim() }));
}

function release(args) {
  const unknown = args.find((arg) => arg !== '--publish');
  if (unknown !== undefined) throw new Failure({ code: 'USAGE', message: `unknown option ${unknown}`, exitCode: 2 });
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const tag = `v${version}`;
  if ((git('status', '--porcelain', '--untracked-files=no') ?? '').trim() !== '')
    throw new Failure({
      code: 'TREE_DIRTY',
      message: 'files are changed and not committed',
      hint: 'a release is of a commit',
    });
  if (!runLoud(NODE, [join(ROOT, 'tools/build-edge.mjs')]))
    throw new Failure({ code: 'BUILD_FAILED', message: 'the build’s messages are above', exitCode: 1 });
  const stamp = buildStamp();
  const built = join(ROOT, 'dist/edge');
  const folder = join(ROOT, 'dist/release', tag);
  // What an earlier try left there is of another commit.
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const names = readdirSync(built).filter((name) => /^benchbus-edge-runner-linux-(x64|arm64)$/.test(name));
  const files = names.map((name) => {
    // One of another kind of machine cannot be run here: its stamp is read where the build put it.
    if (!readFileSync(join(built, name)).includes(JSON.stringify(stamp)))
      throw new Failure({
        code: 'OTHER_COMMIT',
        message: `${name} is not of ${stamp.version} (commit ${stamp.commit})`,
        hint: `build it again on such a machine, or remove ${built}/${name}`,
      });
    const [sha256] = readFileSync(join(built, `${name}.sha256`), 'utf8').split(' ');
    for (const file of [name, `${name}.sha256`]) copyFileSync(join(built, file), join(folder, file));
    return { name, sha256 };
  });
  const installer = 'install-edge-runner.sh';
  copyFileSync(join(ROOT, 'tools', installer), join(folder, installer));
  const previous = git('describe', '--tags', '--abbrev=0', '--match', 'v*', '--exclude', tag)?.trim();
  const notes = join(folder, 'NOTES.md');
  writeFileSync(notes, releaseNotes(commitsSince(previous), { tag, files, ...(previous && { previous }) }));
  const assets = [...files.flatMap(({ name }) => [name, `${name}.sha256`]), installer].map((name) =>
    join(folder, name),
  );
  console.log([...assets, notes].join('\n'));
  if (!args.includes('--publish')) return;
  if (!existsSync(join(ROOT, '.git'))) throw new Failure({ code: 'NO_REPOSITORY', message: `${ROOT} is no clone` });
  try {
    const at = git('rev-parse', 'HEAD').trim();
    const what = ['release', 'create', tag, '--target', at, '--title', tag, '--notes-file', notes, ...assets];
    execFileSync('gh', what, { cwd: ROOT, stdio: 'inherit' });
  } catch (error) {
    throw new Failure({
      code: 'PUBLISH_FAILED',
      message: error.code === 'ENOENT' ? 'gh is not on this machine' : `gh ended with ${error.status}`,
      hint: 'the files are in place: upload them by hand, or repeat',
      exitCode: 1,
    });
  }
}

await main(() => release(process.argv.slice(2)));
