import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { REPO } from '../testing/installation.ts';

const ALERTS = 'deploy/observability/alerts.yml';
export const RULE_FILE = join(REPO, 'k8s/components/observability/alerts.yaml');

/** The alerts as Prometheus' operator takes them. A kustomization reads nothing outside its folder: so its alerts are a copy, made from the one file. */
export function prometheusRule(): string {
  const { groups } = parse(readFileSync(join(REPO, ALERTS), 'utf8')) as { groups: unknown[] };
  const rule = {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name: 'benchbus' },
    spec: { groups },
  };
  const head = `# Made by \`npm run generate:alerts\` from ${ALERTS}: change it there.\n`;
  return head + stringify(rule, { lineWidth: 0, singleQuote: true, blockQuote: 'literal' });
}
