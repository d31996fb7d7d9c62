import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { REPO } from '../testing/installation.ts';

const FOLDER = join(REPO, 'deploy/observability');

/** Every expression of dashboards and alert rules, with where it stands. */
export function expressions(): { readonly where: string; readonly expr: string }[] {
  const dashboards = join(FOLDER, 'grafana/dashboards');
  const ofPanels = readdirSync(dashboards).flatMap((file) => {
    const { panels } = JSON.parse(readFileSync(join(dashboards, file), 'utf8')) as {
      panels: { title: string; targets: { expr: string }[] }[];
    };
    return panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ where: `${file}: ${title}`, expr })));
  });
  const { groups } = parse(readFileSync(join(FOLDER, 'alerts.yml'), 'utf8')) as {
    groups: { rules: { alert: string; expr: string }[] }[];
  };
  const ofRules = groups.flatMap(({ rules }) =>
    rules.map(({ alert, expr }) => ({ where: `alerts.yml: ${alert}`, expr })),
  );
  return [...ofPanels, ...ofRules];
}

export interface Named {
  readonly metric: string;
  readonly labels: readonly string[];
}

const WORDS = new Set(['by', 'on', 'without', 'ignoring', 'unless', 'and', 'or', 'offset', 'bool']);

const TOKEN =
  /\b(?:sum|max|min|avg|count)\s*(?:by\s*\(([^)]*)\))?\s*(\()|([a-zA-Z_:][\w:]*)\s*(\(|\{([^}]*)\})?|([()])/g;

const listed = (labels = ''): string[] => labels.split(',').flatMap((label) => label.trim() || []);

/**
 * Metrics that an expression names, each with the labels it needs: those it is selected by, and those that the aggregation
 * around it groups by. PromQL as far as our files use it: whatever is neither a word of the language, nor a function (followed
 * by a bracket), nor in brackets of labels is a metric.
 */
export function namedIn(expr: string): Named[] {
  const bare = expr.replaceAll(/\b(?:on|ignoring)\s*\([^)]*\)|\[[^\]]*\]|\b\d+[smhd]\b/g, ' ');
  const found: Named[] = [];
  /** By what each open bracket groups. */
  const groups: string[][] = [];
  for (const [, by, aggregation, word = '', after, matchers = '', bracket] of bare.matchAll(TOKEN)) {
    if (aggregation !== undefined) groups.push(listed(by));
    else if (bracket === ')') groups.pop();
    else if (bracket === '(' || after === '(') groups.push(groups.at(-1) ?? []);
    else if (!WORDS.has(word)) {
      const selected = [...matchers.matchAll(/(\w+)\s*[=!]/g)].map(([, label = '']) => label);
      found.push({ metric: word, labels: [...new Set([...selected, ...(groups.at(-1) ?? [])])] });
    }
  }
  return found;
}

/** Metrics of a page for Prometheus, with all labels that any of their series has. */
export function exposed(page: string): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const line of page.split('\n')) {
    const [, metric, labels = ''] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? /.exec(line) ?? [];
    if (metric === undefined) continue;
    const known = found.get(metric) ?? new Set();
    for (const [, label = ''] of labels.matchAll(/(\w+)="/g)) known.add(label);
    found.set(metric, known);
  }
  return found;
}

/** What dashboards and rules name and the page does not have. */
export function missingIn(page: string): string[] {
  const has = exposed(page);
  return expressions().flatMap(({ where, expr }) => {
    const named = namedIn(expr);
    const problems = named.length === 0 ? ['names no metric'] : [];
    for (const { metric, labels } of named) {
      const known = has.get(metric);
      if (known === undefined) problems.push(`there is no ${metric}`);
      else
        problems.push(...labels.filter((label) => !known.has(label)).map((label) => `${metric} has no label ${label}`));
    }
    return problems.map((problem) => `${where}: ${problem}`);
  });
}
