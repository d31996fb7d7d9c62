import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { faultResults, parseProbeLog, ThroughputSeries, type Ranges } from '@benchbus/load-tools';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startPlainPostgres, type PlainPostgres } from '@benchbus/service/testing';
import { probeFiles, READY } from './files.ts';
import { environmentOf } from './settings.ts';

const MAIN = join(import.meta.dirname, 'main.ts');

describe('the commit probe, against a real PostgreSQL that is killed', () => {
  let server: PlainPostgres;
  let deaf: Server;
  let dir = '';
  let attempt = 0;

  beforeAll(async () => {
    server = await startPlainPostgres("it's a \\secret");
    // Takes connections and never says a word: a machine that is gone.
    deaf = createServer().listen(0, '127.0.0.1');
    await once(deaf, 'listening');
  });
  afterAll(async () => {
    deaf.close();
    await server.stop();
  });
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'benchbus-probe-'));
    attempt += 1;
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  function start(more: Partial<Parameters<typeof environmentOf>[0]> = {}) {
    const { host, port, user, database } = server.connection;
    const settings = {
      servers: [{ host, port }],
      ...{ user, database, password: server.password, sslmode: 'prefer', attempt },
      ...{ everyMs: 5, answerMs: 1_000, readBackMs: 20_000, until: new Date(Date.now() + 60_000) },
      ...more,
    };
    const env = { PATH: process.env['PATH'], ...environmentOf(settings) };
    const child = spawn(process.execPath, [MAIN], { cwd: dir, env, stdio: ['ignore', 'ignore', 'pipe'] });
    const ended = once(child, 'exit') as Promise<[number | null, string | null]>;
    const said: string[] = [];
    const ready = new Promise<void>((resolve) =>
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        said.push(text);
        if (said.join('').includes(READY)) resolve();
      }),
    );
    return { child, ready, ended, said };
  }
  const log = async () => parseProbeLog(await readFile(probeFiles(dir).log, 'utf8'));
  const present = async () => JSON.parse(await readFile(probeFiles(dir).present, 'utf8')) as Ranges;
  async function until(true_: () => Promise<boolean>): Promise<void> {
    while (!(await true_())) await new Promise((resolve) => setImmediate(resolve));
  }
  const acknowledgedSince = async (ms: number) =>
    (await log()).acknowledged.filter(({ beganMs }) => beganMs > ms).length;

  it('goes on after the kill, and finds every row that was acknowledged', async () => {
    const began = Date.now();
    const probe = start();
    await probe.ready;
    await until(async () => (await acknowledgedSince(began)) > 20);
    await server.kill();
    const killedMs = Date.now();
    server.start();
    const againMs = Date.now();
    await until(async () => (await acknowledgedSince(againMs)) > 20);
    await writeFile(probeFiles(dir).stop, '');
    expect(await probe.ended).toEqual([0, null]);

    const seen = await log();
    const numbers = seen.acknowledged.map(({ number }) => number);
    expect(new Set(numbers).size).toBe(numbers.length);
    const [result] = faultResults([{ index: 0, kind: 'kill', node: 'pg', at: new Date(killedMs).toISOString() }], {
      ...{ probe: seen, present: await present(), series: new ThroughputSeries() },
      measured: { fromMs: began, toMs: Date.now() },
    });
    expect(result).toMatchObject({ acknowledgedCommits: numbers.length, acknowledgedCommitsLost: 0 });
    expect(result?.timeToFirstCommitMs).toBeGreaterThan(0);
    expect(result?.timeToFirstCommitMs).toBeLessThan(againMs - killedMs + 10_000);
    expect(result?.longestGapMs).toBeGreaterThanOrEqual(result?.timeToFirstCommitMs ?? 0);
    // What it was told is nowhere that anybody reads.
    expect(probe.said.join('')).not.toContain('secret');
    const there = server.ask(`SELECT count(*) FROM benchbus_probe.commits WHERE attempt = ${attempt}`);
    expect(Number(there)).toBeGreaterThanOrEqual(numbers.length);
  });

  it('tells rows that were acknowledged and are gone', async () => {
    const probe = start();
    await probe.ready;
    await until(async () => (await acknowledgedSince(0)) > 20);
    const gone = server.ask(
      `WITH gone AS (DELETE FROM benchbus_probe.commits WHERE attempt = ${attempt} AND number BETWEEN 5 AND 7 RETURNING 1) SELECT count(*) FROM gone`,
    );
    expect(gone).toBe('3');
    await writeFile(probeFiles(dir).stop, '');
    await probe.ended;
    const observed = { probe: await log(), present: await present(), series: new ThroughputSeries() };
    const measured = { fromMs: 0, toMs: Date.now() };
    const results = faultResults([{ index: 0, kind: 'kill', node: 'pg', at: new Date().toISOString() }], {
      ...{ ...observed, measured },
    });
    expect(results[0]?.acknowledgedCommitsLost).toBe(3);
  });

  it('passes over a server that is silent, and one that takes no writes', async () => {
    const { host, port } = server.connection;
    server.ask('CREATE DATABASE still');
    server.ask('ALTER DATABASE still SET default_transaction_read_only = on');
    const silent = { host: '127.0.0.1', port: (deaf.address() as AddressInfo).port };
    const probe = start({ servers: [silent, { host, port }], answerMs: 300 });
    await probe.ready;
    await writeFile(probeFiles(dir).stop, '');
    expect((await probe.ended)[0]).toBe(0);

    const never = start({ database: 'still', until: new Date(Date.now() + 500), readBackMs: 300 });
    expect((await never.ended)[0]).toBe(1);
    expect(never.said.join('')).toContain('takes no writes');
    // Of the first of the two: the second wrote none.
    expect((await log()).acknowledged.every(({ number }) => number > 0)).toBe(true);
  });
});
