import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from '@benchbus/service/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createProgram } from '../program.ts';
import { bashCompletion } from './bash.ts';
import { fishCompletion } from './fish.ts';
import { wordsOf } from './words.ts';
import { zshCompletion } from './zsh.ts';

const words = wordsOf(createProgram(() => Promise.resolve()));
let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'bb-completion-'));
  writeFileSync(join(dir, 'my suite.yaml'), '');
  writeFileSync(join(dir, 'benchbus.bash'), bashCompletion(words));
  writeFileSync(join(dir, 'benchbus.zsh'), zshCompletion(words));
  writeFileSync(join(dir, 'benchbus.fish'), fishCompletion(words));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const run = (shell: string, ...args: string[]) => execFileSync(shell, args, { cwd: dir, encoding: 'utf8' });

describe('bash', () => {
  const complete = (...typed: string[]) => {
    const quoted = ['benchbus', ...typed].map((word) => `'${word}'`).join(' ');
    const script = `source ./benchbus.bash; COMP_WORDS=(${quoted}); COMP_CWORD=${typed.length}; _benchbus; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return run('bash', '--norc', '-c', script)
      .split('\n')
      .filter((word) => word !== '');
  };

  it('completes commands, options, files and choices, and nothing where nothing is known', () => {
    expect(complete('')).toEqual([...words.map(({ name }) => name), '--help']);
    expect(complete('st')).toEqual(['status']);
    expect(complete('run', '--w')).toEqual(['--wait']);
    expect(complete('run', 'my')).toEqual(['my suite.yaml']);
    expect(complete('up', '--run', 'my')).toEqual(['my suite.yaml']);
    expect(complete('list', '--state', 'c')).toEqual(['cancelling', 'completed', 'cancelled']);
    expect(complete('completion', '')).toEqual(['bash', 'zsh', 'fish', '--help']);
    expect(complete('help', 'wa')).toEqual(['watch']);
    expect(complete('list', '--nats', '')).toEqual([]);
  });
});

describe('zsh', () => {
  beforeEach(({ skip }) => skip(findProgram(['zsh']) === undefined, 'needs zsh'));

  it('takes the script, and knows every command', () => {
    const script = 'autoload -Uz compinit; compinit -u -D; source ./benchbus.zsh; print -r -- $_comps[benchbus]';
    expect(run('zsh', '-f', '-c', script).trim()).toBe('_benchbus');
    for (const { name } of words) expect(zshCompletion(words)).toContain(`    ${name}) _arguments`);
  });
});

describe('fish', () => {
  beforeEach(({ skip }) => skip(findProgram(['fish']) === undefined, 'needs fish'));

  const complete = (line: string) =>
    run('fish', '--no-config', '-c', `source ./benchbus.fish; complete -C '${line}'`)
      .split('\n')
      .map((found) => found.split('\t')[0] ?? '')
      .filter((word) => word !== '');

  it('completes commands, options, files and choices', () => {
    expect(complete('benchbus st')).toContain('status');
    expect(complete('benchbus run --w')).toEqual(['--wait']);
    expect(complete('benchbus run my')).toEqual(['my suite.yaml']);
    expect(complete('benchbus list --state c').toSorted()).toEqual(['cancelled', 'cancelling', 'completed']);
  });
});
