import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { METRICS_FILE } from '@benchbus/results';
import type { Workload } from '@benchbus/suites';
import { probeFiles } from '../commit-probe/files.ts';
import { readRecords } from '../faults/fault-records.ts';
import { probeDir } from '../faults/probe-step.ts';
import { writeWhole } from '../runtime/process/files.ts';
import { stepFiles } from '../runtime/process/step-files.ts';
import { environment } from './environment.ts';
import type { LoadTool } from './load-tool.ts';
import type { ArtifactFile, WorkloadContext, WorkloadVerdict } from './plugin.ts';
import { commandOf } from './run-tool.ts';
import { knownServer } from './server-facts.ts';
import { stepDir } from './step.ts';
import { watchedMetrics } from './watched.ts';
import { copyWithoutSecrets, withoutSecrets } from './without-secrets.ts';

/** The whole result, by its schema. */
export const RESULT_FILE = 'result.v1.json';

const TEXT = 'text/plain; charset=utf-8';
const JSON_TYPE = 'application/json';
const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

/** Artifact → what it is a copy of. The names of the commit probe's are known to whoever doubts a result. */
function copies(tool: string, context: WorkloadContext): [name: string, type: string, source: string][] {
  const of = (step: 'init' | 'warm-up' | 'measure') => stepFiles(stepDir(context, step));
  const probe = context.faults && probeFiles(probeDir(context));
  return [
    ['init.txt', TEXT, of('init').stderr],
    ['init.stdout.txt', TEXT, of('init').stdout],
    ['warm-up.stdout.txt', TEXT, of('warm-up').stdout],
    [`${tool}.stdout.txt`, TEXT, of('measure').stdout],
    [`${tool}.stderr.txt`, TEXT, of('measure').stderr],
    ...(probe === undefined
      ? []
      : ([
          ['commits.log.txt', TEXT, probe.log],
          ['commits.present.json.txt', JSON_TYPE, probe.present],
          ['commit-probe.stderr.txt', TEXT, stepFiles(probeDir(context)).stderr],
        ] as [string, string, string][])),
  ];
}

/** Output of each step, the result and where it was measured, and what the tool keeps itself; see WorkloadPlugin.collect. */
export async function collectOf<W extends Workload, P>(
  tool: LoadTool<W, P>,
  workload: W,
  context: WorkloadContext,
  verdict: WorkloadVerdict,
): Promise<readonly ArtifactFile[]> {
  await mkdir(context.artifactsDir, { recursive: true });
  const files: ArtifactFile[] = [];
  const { secrets } = context;
  const keep = async (name: string, contentType: string, content: string) => {
    await writeWhole(join(context.artifactsDir, name), withoutSecrets(content, secrets));
    files.push({ name, contentType });
  };
  for (const [name, contentType, source] of copies(tool.name, context)) {
    const there = await stat(source).catch(() => undefined);
    // An empty one tells nothing, but the tool's own output, whose emptiness does.
    if (there === undefined || (there.size === 0 && name === 'init.stdout.txt')) continue;
    await copyWithoutSecrets(source, join(context.artifactsDir, name), secrets);
    files.push({ name, contentType });
  }
  if (context.faults !== undefined)
    await keep('faults.json', JSON_TYPE, json(await readRecords(context.dir, context.faults.faults.length)));
  const metrics = watchedMetrics(context);
  if (existsSync(metrics)) {
    await pipeline(
      createReadStream(metrics),
      createGzip(),
      createWriteStream(join(context.artifactsDir, METRICS_FILE)),
    );
    files.push({ name: METRICS_FILE, contentType: 'application/gzip' });
  }
  files.push(...((await tool.keep?.(workload, context)) ?? []));
  const server = await knownServer(context);
  const { result, ...rest } = { result: undefined, ...verdict };
  const command = await commandOf(context, 'measure');
  await keep('result.json', JSON_TYPE, json({ ...rest, workload, command, settings: server?.settings }));
  if (result !== undefined) await keep(RESULT_FILE, JSON_TYPE, json(result));
  const version = 'summary' in verdict ? verdict.summary.toolVersion : undefined;
  const where = { ...environment(), [tool.name]: version, server: server?.serverVersion };
  await keep('environment.json', JSON_TYPE, json(where));
  return files;
}
