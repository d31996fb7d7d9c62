import type { Launch } from '@benchbus/suites';
import { describe, expect, it } from 'vitest';
import { resolveLaunch } from './resolve-launch.ts';

const values = {
  facts: { DATA_DIR: '/d', CONFIG_DIR: '/c', RUN_DIR: '/r', RUN_ID: 'r1' },
  credential: () => 'sesame',
  configOf: (node: string, kind: string) => `/nodes/${node}/${kind}`,
};
const file = (path: string, content = '') => ({ path, content, mode: '0600' as const });
const launch = (more: Partial<Launch>): Launch => ({
  ports: { main: 5432 },
  files: [],
  env: {},
  stopSignal: 'SIGINT',
  ...more,
});
const resolve = (more: Partial<Launch>) => resolveLaunch(launch(more), values, 'node pg, process postgres');

describe('a resolved launch', () => {
  it('has values in arguments, environment, and files', () => {
    const run = { program: 'postgres', args: ['-D', '${DATA_DIR}', '--to=${CONFIG_DIR:pool/pgbouncer}'] };
    const found = resolve({ run, env: { PGPASSWORD: '${SECRET:superuser}' }, files: [file('a', '${RUN_ID} ${$}{x}')] });
    expect(found.run).toEqual({
      program: 'postgres',
      args: ['-D', '/d', '--to=/nodes/pool/pgbouncer'],
      env: { PGPASSWORD: 'sesame' },
    });
    expect(found.files).toMatchObject([{ path: 'a', content: 'r1 ${x}', rewritten: false, forPrepare: false }]);
  });

  it('knows the files that nobody needs after prepare', () => {
    const prepare = [{ program: 'initdb', args: ['--pwfile=${CONFIG_DIR}/pwfile', '${CONFIG_DIR}/both'] }];
    const run = { program: 'postgres', args: ['${CONFIG_DIR}/both'] };
    const { files } = resolve({ prepare, run, files: [file('pwfile'), file('both'), file('other')] });
    expect(files.filter(({ forPrepare }) => forPrepare).map(({ path }) => path)).toEqual(['pwfile']);
  });

  it('that lacks a value says which, and where', () => {
    expect(() => resolve({ run: { program: 'patroni', args: ['${BIN_DIR}'] } })).toThrowError(
      expect.objectContaining({ code: 'PLACEHOLDER_MISSING', where: 'node pg, process postgres' }),
    );
  });
});
