import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StroppyWorkload } from '@benchbus/suites';
import { exampleHardware } from '@benchbus/suites/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { scratchNode, scratchServer, type ScratchServer } from '../../testing/scratch.ts';
import { toolDefaults } from '../../testing/tool-defaults.ts';
import { workloadContext } from '../../testing/workload-context.ts';
import { workloadFor } from '../index.ts';

/** Stands for the tool, which no registry has: it takes the predecessor's words, uses the connection, and exports what k6 exports. */
const PROGRAM = `#!/bin/sh
set -e
echo "$@" >>words
case $1 in
gen) test "$PWD" = "$3"; echo x >"$5.ts"; echo x >"$5.sql" ;;
run) test -f "$2" && test -f "$3"; psql -Atc 'SELECT 1' "$DRIVER_URL" >/dev/null
  while [ "$1" != --summary-export ]; do shift; done
  echo '{"metrics":{"iterations":{"count":120,"rate":60},"iteration_duration":{"avg":2,"min":1,"med":1.5,"max":9,"p(90)":3,"p(95)":4,"p(99)":7,"p(99.9)":8.5}}}' >"$2"
  echo "scale $SCALE_FACTOR for $DURATION" ;;
esac
`;
const TARBALL = `stroppy_linux_${process.arch === 'x64' ? 'amd64' : process.arch}.tar.gz`;
const never = new AbortController().signal;

const workload: StroppyWorkload = {
  tool: 'stroppy',
  version: 'v1.0.0',
  binaryPath: '/opt/stroppy/stroppy',
  workdir: '/opt/stroppy/work',
  workload: 'tpcb',
  scaleFactor: 2,
  durationMs: 2_000,
  environment: {},
  hardware: exampleHardware(),
};

describe('a release of stroppy', () => {
  let node: Awaited<ReturnType<typeof scratchNode>>;
  let database: ScratchServer;
  let server: Server;
  let tarball: Buffer;
  let sha256: string;
  let downloadsDir: string;
  let asked: string[];
  let attempt = 0;
  let scratch: string;

  beforeAll(async () => {
    node = await scratchNode();
    database = await scratchServer(node.dir);
    scratch = await mkdtemp(join(tmpdir(), 'benchbus-stroppy-'));
    await writeFile(join(scratch, 'stroppy'), PROGRAM, { mode: 0o755 });
    execFileSync('tar', ['-czf', join(scratch, TARBALL), '-C', scratch, 'stroppy']);
    tarball = await readFile(join(scratch, TARBALL));
    sha256 = createHash('sha256').update(tarball).digest('hex');
    server = createServer((request, response) => {
      const url = request.url ?? '';
      asked.push(url);
      if (url === '/v1.0.0/checksums.txt') return response.end(`${'0'.repeat(64)}  other\n${sha256}  ${TARBALL}\n`);
      if (url === '/cut/checksums.txt' || url === '/busy/checksums.txt') return response.end(`${sha256}  ${TARBALL}\n`);
      if (url === `/busy/${TARBALL}` && asked.filter((one) => one === url).length < 3) {
        response.statusCode = 503;
        return response.end();
      }
      if (url === `/v1.0.0/${TARBALL}` || url === `/busy/${TARBALL}`) return response.end(tarball);
      if (url !== `/cut/${TARBALL}`) {
        response.statusCode = 404;
        return response.end();
      }
      response.setHeader('content-length', tarball.length);
      response.write(tarball.subarray(0, 20), () => response.destroy());
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(async () => {
    server.close();
    await rm(scratch, { recursive: true, force: true });
    await node.dispose();
  });
  beforeEach(async () => {
    asked = [];
    attempt += 1;
    downloadsDir = join(scratch, `downloads-${attempt}`);
    await mkdir(downloadsDir);
  });

  const contextOf = () =>
    workloadContext(database, node.dir, attempt, {
      tools: {
        ...toolDefaults.tools,
        stroppy: {
          url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
          ...{ downloadsDir, timeoutMs: 10_000 },
        },
      },
    });

  it('is fetched once, unpacked below the attempt, and run as the predecessor ran it', async () => {
    const { context, printed } = await contextOf();
    const tool = workloadFor(workload);
    const measurement = await tool.run(context, never);
    expect(measurement.summary).toMatchObject({
      ...{ tool: 'stroppy', toolVersion: 'v1.0.0', transactions: 120, tps: 60, durationSeconds: 2 },
      ...{ latencyP50Ms: 1.5, latencyP999Ms: 8.5, percentileSource: "the tool's summary" },
    });
    const words = (await readFile(join(context.dir, 'root/opt/stroppy/work/words'), 'utf8')).split('\n');
    expect(words[0]).toBe(`gen --workdir ${context.dir}/root/opt/stroppy/work --preset tpcb`);
    const tags = `--tag run_id=test --tag workload=tpcb --out opentelemetry`;
    expect(words[1]).toContain(`run tpcb.ts tpcb.sql -- ${tags}`);
    expect(printed).toContain('scale 2 for 2s');
    expect(asked).toEqual(['/v1.0.0/checksums.txt', `/v1.0.0/${TARBALL}`]);
    const kept = await tool.collect(context, measurement);
    expect(kept.map(({ name }) => name)).toContain('stroppy.summary.json.txt');
    expect(await tool.run(context, never)).toEqual(measurement);
    expect(asked.filter((url) => url.endsWith(TARBALL))).toHaveLength(1);
  });

  it('whose SHA-256 is another one is not used', async () => {
    const { context } = await contextOf();
    const wrong = { ...workload, sha256: 'a'.repeat(64) };
    await expect(workloadFor(wrong).run(context, never)).rejects.toMatchObject({ code: 'CHECKSUM_MISMATCH' });
    expect(await readdir(join(downloadsDir, 'stroppy'))).toEqual([]);
  });

  it.each([
    ['that is cut', 'cut', 3],
    ['that is missing', 'v9', 1],
  ])('%s fails with its address, tried again where that may help', async (_, version, tries) => {
    const { context } = await contextOf();
    await expect(workloadFor({ ...workload, version, sha256 }).run(context, never)).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      where: expect.stringContaining(`/${version}/`) as string,
    });
    expect(asked).toHaveLength(tries);
    expect(await readdir(join(downloadsDir, 'stroppy'))).toEqual([]);
  });

  it('from a server that is busy for a moment is had at the third try', async () => {
    const { context } = await contextOf();
    const { summary } = await workloadFor({ ...workload, version: 'busy' }).run(context, never);
    expect(summary.transactions).toBe(120);
  });

  it('without the program where the suite says is unusable', async () => {
    const { context } = await contextOf();
    const elsewhere = { ...workload, binaryPath: '/opt/stroppy/bin/other' };
    await expect(workloadFor(elsewhere).run(context, never)).rejects.toMatchObject({
      code: 'RELEASE_UNUSABLE',
      where: 'workload.binaryPath',
    });
  });
});
