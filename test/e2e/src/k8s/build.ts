import { execFile, execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { REPO } from '../testing/installation.ts';
import type { KubeObject } from './objects.ts';

const run = promisify(execFile);

let found: string | undefined;
/** kustomize, as the tools find it; undefined: there is none. */
export function findKustomize(): string | undefined {
  const finder = join(REPO, 'tools/lib/go-programs.mjs');
  found ??= execFileSync(process.execPath, [finder, 'kustomize'], { encoding: 'utf8' }).trim();
  return found === '' ? undefined : found;
}

export const OVERLAYS = ['dev', 'production', 'production-keda', 'production-hpa', 'production-observability'] as const;
export type Overlay = (typeof OVERLAYS)[number];

/** What `kubectl apply -k` would send. YAML 1.1, as Kubernetes reads it: 0440 is octal. */
export async function buildOverlay(overlay: Overlay): Promise<KubeObject[]> {
  const program = findKustomize();
  if (program === undefined) throw new Error('no kustomize: node tools/bootstrap.mjs with CI=true gets one');
  const { stdout } = await run(program, ['build', join(REPO, 'k8s/overlays', overlay)], { maxBuffer: 2 ** 24 });
  return parseAllDocuments(stdout, { version: '1.1' }).map((document) => document.toJS() as KubeObject);
}
