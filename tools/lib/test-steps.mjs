import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from './failure.mjs';
import { ROOT } from './paths.mjs';

const bin = (name) => join(ROOT, 'node_modules/.bin', name);

/**
 * Static checks, those of one row at once: each counts as one test. Without Nx's project graph in its cache the rule about module
 * boundaries skips itself.
 */
export const CHECKS = [
  [{ name: 'graph', command: bin('nx'), args: ['show', 'projects'] }],
  [
    { name: 'lint', command: bin('eslint'), args: ['.', '--max-warnings', '0'] },
    { name: 'format', command: bin('prettier'), args: ['--check', '--log-level', 'warn', '.'] },
    { name: 'typecheck', command: bin('tsc'), args: ['-p', 'tsconfig.json'] },
  ],
];

/** A child's exit code; its output is ours. A signal to us ends it, and the whole test run with it. */
const run = (command, args, env) =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: ROOT, env, stdio: ['ignore', 'inherit', 'inherit'] });
    let interrupted;
    const onSignal = (signal) => {
      interrupted = signal;
      child.kill(signal);
    };
    process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
    child.once('error', reject);
    child.once('exit', (code) => {
      process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
      if (interrupted) reject(new Failure({ code: 'INTERRUPTED', message: `ended by ${interrupted}`, exitCode: 130 }));
      else resolve(code ?? 1);
    });
  });

/** Runs one static check. */
export async function runCheck({ name, command, args }, env) {
  const ok = (await run(command, args, env)) === 0;
  return { passed: ok ? 1 : 0, failed: ok ? [] : [name], skipped: [] };
}

/** Runs one vitest project (see vitest.config.ts); `folder` takes its summary. */
export async function runVitest(project, env, folder) {
  const file = join(folder, `${project}.json`);
  const reporters = ['--reporter=default', `--reporter=${join(ROOT, 'tools/lib/vitest-summary.mjs')}`];
  const args = [bin('vitest'), 'run', '--project', project, ...reporters];
  const code = await run(bin('node'), args, { ...env, BENCHBUS_TEST_SUMMARY: file });
  let summary;
  try {
    summary = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { passed: 0, failed: [`${project}: vitest ended with ${code} and reported nothing`], skipped: [] };
  }
  if (code !== 0 && summary.failed.length === 0) summary.failed.push(`${project}: vitest ended with ${code}`);
  return summary;
}
