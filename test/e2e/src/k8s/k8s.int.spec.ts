import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { baseConfig } from '@benchbus/service';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { REPO } from '../testing/installation.ts';
import { BROKEN } from './broken.ts';
import { buildOverlay, findKustomize, OVERLAYS, type Overlay } from './build.ts';
import { variablesOf, workloadsOf, type KubeObject } from './objects.ts';
import { POLICIES } from './policies.ts';
import { prometheusRule } from './prometheus-rule.ts';
import { haveSchemas, schemaProblems } from './schemas.ts';

const SERVICES = ['suite-dispatcher', 'network-allocator', 'provisioner', 'artifact-store'];
const read = (file: string): string => readFileSync(join(REPO, file), 'utf8');

describe.skipIf(findKustomize() === undefined || !haveSchemas())(
  'k8s/ (needs kustomize and schemas: CI=true node tools/bootstrap.mjs gets them)',
  () => {
    const built = new Map<Overlay, KubeObject[]>();
    const of = (overlay: Overlay): KubeObject[] => structuredClone(built.get(overlay) ?? []);
    beforeAll(async () => {
      for (const overlay of OVERLAYS) built.set(overlay, await buildOverlay(overlay));
    });

    it.each(OVERLAYS)('%s is all that the system is, and valid', (overlay) => {
      const objects = of(overlay);
      expect(
        workloadsOf(objects, ['Deployment'])
          .map(({ name }) => name)
          .sort(),
      ).toEqual([...SERVICES].sort());
      const problems = schemaProblems();
      // Of Prometheus' operator there is no schema here: what a rule says is the alerts', which promtool judges.
      expect(objects.filter(({ kind }) => kind !== 'PrometheusRule').flatMap(problems)).toEqual([]);
    });

    it('a schema finds what Kubernetes would not take, or would drop without a word', () => {
      const problems = schemaProblems();
      const [deployment] = of('dev').filter(({ kind }) => kind === 'Deployment');
      const [scaled] = of('production-keda').filter(({ kind }) => kind === 'ScaledObject');
      const wrong = [
        { ...deployment, spec: { ...deployment?.spec, replica: 2 } },
        { ...deployment, spec: { ...deployment?.spec, replicas: 'two' } },
        { ...deployment, apiVersion: 'apps/v2' },
        { ...scaled, spec: { ...scaled?.spec, trigger: [] } },
        { ...scaled, spec: { ...scaled?.spec, triggers: [{ type: 'nats-jetstream' }] } },
      ] as KubeObject[];
      for (const object of wrong) expect(problems(object), JSON.stringify(object)).not.toEqual([]);
    });

    it.each(OVERLAYS.flatMap((overlay) => Object.keys(POLICIES).map((policy) => [overlay, policy] as const)))(
      '%s keeps to the policy %s',
      (overlay, policy) => {
        expect(POLICIES[policy]?.(of(overlay))).toEqual([]);
      },
    );

    it.each(Object.keys(POLICIES))('the policy %s finds what is wrong', (policy) => {
      const cases = BROKEN[policy] ?? [];
      expect(cases.length).toBeGreaterThan(0);
      for (const [kind, name, break_] of cases) {
        const objects = of('production-observability');
        const object = objects.find((one) => one.kind === kind && one.metadata.name === name);
        if (object === undefined) throw new Error(`no ${kind} ${name}`);
        break_(object);
        expect(POLICIES[policy]?.(objects), `${kind} ${name}: ${String(break_)}`).not.toEqual([]);
      }
    });

    it('sets no variable that nobody reads', () => {
      const files = globSync(['services/*/src/**/*.ts', 'libs/*/src/**/*.ts', 'docs/operations/yandex.md'], {
        cwd: REPO,
      });
      const sources = files
        .filter((file) => !file.includes('.spec.'))
        .map(read)
        .join('\n');
      const words = new Set(sources.match(/\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b/g));
      const unknown = OVERLAYS.flatMap((overlay) =>
        workloadsOf(of(overlay)).flatMap(({ container }) => [...variablesOf(of(overlay), container).keys()]),
      ).filter((name) => !words.has(name) && !words.has(name.replace(/_FILE$/, '')));
      expect(unknown).toEqual([]);
    });

    it.each(OVERLAYS)('%s sets what all services read as they read it', (overlay) => {
      const objects = of(overlay);
      for (const { name, container } of workloadsOf(objects)) {
        const parsed = baseConfig.safeParse(Object.fromEntries(variablesOf(objects, container)));
        expect(parsed.error?.issues ?? [], name).toEqual([]);
        expect(parsed.data?.BENCHBUS_STREAMS).toBe(name === 'streams' ? 'only' : 'expect');
        const mounts = (container.volumeMounts ?? []).map(({ mountPath }) => mountPath);
        const files = [...variablesOf(objects, container)].filter(([variable]) => variable.endsWith('_FILE'));
        expect(files.length).toBeGreaterThan(1);
        for (const [variable, file] of files)
          expect(
            mounts.some((mount) => file.startsWith(`${mount}/`)),
            `${name}: ${variable}=${file}`,
          ).toBe(true);
      }
    });

    it('has the alerts of the one file, under the kind that the operator of Prometheus takes', () => {
      const rules = of('production-observability').filter(({ kind }) => kind === 'PrometheusRule');
      expect(rules).toMatchObject([{ apiVersion: 'monitoring.coreos.com/v1', metadata: { name: 'benchbus' } }]);
      const { groups } = parse(read('deploy/observability/alerts.yml')) as { groups: unknown[] };
      expect(rules[0]?.spec?.groups).toEqual(groups);
      // Else: npm run generate:alerts
      expect(read('k8s/components/observability/alerts.yaml')).toBe(prometheusRule());
    });

    it('is documented: every secret, and how it is made', () => {
      const page = read('docs/operations/kubernetes.md');
      const volumes = workloadsOf(of('production')).flatMap(({ pod }) => pod.volumes ?? []);
      const names = new Set(volumes.flatMap(({ secret }) => secret?.secretName ?? []));
      for (const name of names)
        expect(page, name).toMatch(
          /^nats-(?!tls|signing)/.test(name) ? /\$n nats-\$user / : new RegExp(`\\$n ${name} `),
        );
    });

    it('knows the charts by the names that their values give', () => {
      const values = <T>(chart: string) => parse(read(`k8s/charts/${chart}.values.yaml`)) as T;
      const settings = workloadsOf(of('production')).map(({ container }) =>
        variablesOf(of('production'), container),
      )[0];
      const { config, container } = values<{
        config: { nats: { port: number }; monitor: { port: number }; merge: { max_payload: number } };
        container: { image: { tag: string } };
      }>('nats');
      expect(settings?.get('NATS_URL')).toBe(`tls://nats.nats.svc.cluster.local:${config.nats.port}`);
      const lags = of('production-keda').flatMap(({ spec }) => spec?.triggers ?? []);
      for (const { metadata } of lags)
        expect(metadata['natsServerMonitoringEndpoint']).toBe(
          `nats-headless.nats.svc.cluster.local:${config.monitor.port}`,
        );
      expect(config.merge.max_payload).toBe(8 * 1024 * 1024);
      // The same versions as Compose's.
      const env = read('.env.example');
      expect(env).toContain(`NATS_IMAGE=nats:${container.image.tag}`);
      expect(env).toContain(`valkey:${values<{ image: { tag: string } }>('valkey').image.tag}`);
      expect(env).toContain(
        `hatchet-lite:${values<{ sharedConfig: { image: { tag: string } } }>('hatchet').sharedConfig.image.tag}`,
      );
    });
  },
);
