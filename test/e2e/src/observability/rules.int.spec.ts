import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findProgram } from '@benchbus/service/testing';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { REPO } from '../testing/installation.ts';
import { expressions } from './named-metrics.ts';

const run = promisify(execFile);
const cwd = join(REPO, 'deploy/observability');
const promtool = findProgram(['promtool']) ?? '';
const read = (file: string) => readFileSync(join(cwd, file), 'utf8');
const alerts = (parse(read('alerts.yml')) as { groups: { rules: { alert: string }[] }[] }).groups.flatMap(({ rules }) =>
  rules.map(({ alert }) => alert),
);

describe.skipIf(promtool === '')('alert rules', () => {
  it('are right, and configured, as promtool says', async () => {
    const rules = await run(promtool, ['check', 'rules', 'alerts.yml'], { cwd });
    expect(rules.stdout).toContain(`SUCCESS: ${alerts.length} rules found`);
    await run(promtool, ['check', 'config', '--syntax-only', 'prometheus.yml'], { cwd });
  });

  it('and what dashboards ask is PromQL', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bb-promql-'));
    const rules = expressions().map(({ expr }, index) => ({ record: `asked:${index}`, expr }));
    // JSON is YAML, too.
    await writeFile(join(folder, 'asked.yml'), JSON.stringify({ groups: [{ name: 'asked', rules }] }));
    const checked = await run(promtool, ['check', 'rules', join(folder, 'asked.yml')]);
    expect(checked.stdout).toContain(`SUCCESS: ${rules.length} rules found`);
    await rm(folder, { recursive: true });
  });

  it('fire when they should, and only then', async () => {
    const tested = await run(promtool, ['test', 'rules', 'alerts.test.yml'], { cwd });
    expect(tested.stdout).toContain('SUCCESS');
  });
});

it('each alert is tried, and says in the guide what to do', () => {
  const tried = new Set(
    [...read('alerts.test.yml').matchAll(/alertname: (\w+)\n\s+exp_alerts/g)].map(([, name]) => name),
  );
  const guide = readFileSync(join(REPO, 'docs/operations/observability.md'), 'utf8');
  for (const alert of alerts) {
    expect([...tried]).toContain(alert);
    expect(guide).toContain(`\`${alert}\``);
  }
});

it('dashboards are JSON of their own, whose panels tell what they show', () => {
  const folder = join(cwd, 'grafana/dashboards');
  const uids = readdirSync(folder).map((file) => {
    const { uid, panels } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as {
      uid: string;
      panels: { id: number; title: string; description: string; targets: { expr: string }[] }[];
    };
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    for (const { title, description, targets } of panels)
      expect([title, description, targets.length]).not.toContain('');
    return uid;
  });
  expect(new Set(uids).size).toBe(uids.length);
});
