import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { NODE, ROOT } from './paths.mjs';

/**
 * npm passes a terminal's Ctrl-C on although the terminal has sent it to the whole process group already: two signals
 * within this time are one key press.
 */
const SAME_KEY_PRESS_MS = 300;

const exitCodeOf = (code, signal) => code ?? 128 + (constants.signals[signal] ?? 0);

/** Hands the terminal to a shell: it stays in our session, whose Ctrl-C and job control are the shell's alone. */
const keepsTerminal = (args) => args[0] === 'shell';

/**
 * Runs the CLI under Node 24 and resolves with its exit code. It gets its own session, so that signals reach it through
 * us alone; the IPC channel tells it when we are gone (SIGKILL, a closed terminal). `shell` is the exception.
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 */
export function launchCli(args, env) {
  const child = spawn(NODE, [join(ROOT, 'apps/cli/src/main.ts'), ...args], {
    env,
    detached: !keepsTerminal(args),
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  let lastInterrupt = -Infinity;
  const forward = {
    SIGINT: () => {
      if (keepsTerminal(args)) return;
      const now = performance.now();
      const again = now - lastInterrupt < SAME_KEY_PRESS_MS;
      if (!again) child.kill('SIGINT');
      lastInterrupt = again ? lastInterrupt : now;
    },
    SIGTERM: () => child.kill('SIGTERM'),
    SIGHUP: () => child.kill('SIGTERM'),
  };
  for (const [signal, handler] of Object.entries(forward)) process.on(signal, handler);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      for (const [name, handler] of Object.entries(forward)) process.off(name, handler);
      resolve(exitCodeOf(code, signal));
    });
  });
}
