import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quote, renderConf, reservedSetting } from './conf.ts';
import { tellingLines } from './server-log.ts';
import { shmNames } from './shared-memory.ts';
import { parsePidFile } from './start.ts';

/** GUC_scanstr of PostgreSQL's guc-file.l, for what `quote` can produce. */
function scan(quoted: string): string {
  const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };
  return quoted
    .slice(1, -1)
    .replace(
      /''|\\(.)/gs,
      (all, char: string | undefined) => (char === undefined ? "'" : (escapes[char] ?? char)) || all,
    );
}

describe('postgresql.conf', () => {
  it('quotes any value so that the scanner gives it back, on one line', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("'", '\\', '\n', '\r', '\t', 'n', 'a', '#', '$', ' ') }),
        (value) => {
          expect(quote(value)).not.toContain('\n');
          expect(scan(quote(value))).toBe(value);
        },
      ),
    );
  });

  it('listens on the node only, and has no Unix socket', () => {
    expect(renderConf({ address: '127.64.0.2', port: 5432, settings: { work_mem: '8MB' } })).toBe(
      "work_mem = '8MB'\nlisten_addresses = '127.64.0.2'\nport = 5432\nunix_socket_directories = ''\n",
    );
  });

  it('does not let a suite decide where the server listens', () => {
    expect(reservedSetting({ work_mem: '8MB', Port: '1' })).toMatchObject({ code: 'DATABASE_SETTING_RESERVED' });
    expect(reservedSetting({ work_mem: '8MB' })).toBeUndefined();
  });
});

describe('what a server leaves', () => {
  it('postmaster.pid tells pid and state', () => {
    const content = '10036\n/data\n1795543119\n5999\n\n127.0.0.9\n  9988070         4\nready   \n';
    expect(parsePidFile(content)).toEqual({ pid: 10036, ready: true });
    expect(parsePidFile(content.replace('ready   ', 'starting'))).toMatchObject({ ready: false });
    expect(parsePidFile('')).toMatchObject({ ready: false });
  });

  it('the telling lines of its log are its errors', () => {
    const log =
      '2026-11-24 18:00:00.000 UTC [1] LOG:  invalid value for parameter "work_mem": "x"\n' +
      '2026-11-24 18:00:00.000 UTC [1] FATAL:  configuration file "/d/benchbus.conf" contains errors\n';
    expect(tellingLines(log)).toEqual([
      'LOG:  invalid value for parameter "work_mem": "x"',
      'FATAL:  configuration file "/d/benchbus.conf" contains errors',
    ]);
  });

  it('its maps name its shared memory', () => {
    const maps =
      '7fdff341b000-7fdff3422000 rw-s 00000000 00:1b 9                          /dev/shm/PostgreSQL.3535893098\n' +
      '7fdff3422000-7fdff3429000 r--p 00000000 08:01 7  /usr/lib/x.so\n';
    expect(shmNames(maps)).toEqual(['PostgreSQL.3535893098']);
  });
});
