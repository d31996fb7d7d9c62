import type { Fence } from '@benchbus/events';
import { nodeName, secretRef, token } from '@benchbus/suites';
import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { crashPoint } from '@benchbus/service';
import { z } from 'zod';
import { readIfThere, writeAtomically } from '../adapters/atomic-file.ts';
import { foldersIn, makeRunFolder, runFolders } from './run-folder.ts';

/** `<BENCHBUS_LOCAL_DIR>/<runId>/<node>/node.json`: whose folder this is. */
export const nodeLabel = z.object({
  installation: z.string(),
  run: token,
  node: nodeName,
  address: z.ipv4(),
  fence: z.object({ incarnation: z.string(), sequence: z.number() }),
  leaseExpiresAt: z.string(),
  /** What a restart of the runner needs, and no aggregate repeats. */
  suite: token,
  /** Secrets of the operator that its runner needs: their names, never their values. */
  secretRefs: z.array(secretRef).optional(),
});
export type NodeLabel = z.infer<typeof nodeLabel>;

export const nodeDir = (localDir: string, runId: string, node: string) => join(localDir, runId, node);
export const LABEL = 'node.json';
export const LOCK = 'runner.lock';
export const STDOUT = 'runner.stdout.log';
export const STDERR = 'runner.stderr.log';

export interface NodeFolder {
  readonly runId: string;
  readonly node: string;
  readonly dir: string;
}

/** Folders of nodes of this installation, labelled or not: a crash may come between making a folder and its label. */
export function nodeFolders(localDir: string, installation: string, runId?: string): NodeFolder[] {
  const runs = runFolders(localDir, installation).filter((name) => runId === undefined || name === runId);
  return runs.flatMap((run) =>
    foldersIn(join(localDir, run))
      .filter((name) => nodeName.safeParse(name).success)
      .map((node) => ({ runId: run, node, dir: nodeDir(localDir, run, node) })),
  );
}

export function readLabel(dir: string): NodeLabel | undefined {
  const text = readIfThere(join(dir, LABEL));
  if (text === undefined) return undefined;
  try {
    return nodeLabel.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

export const sameFence = (a: Fence | undefined, b: Fence): boolean =>
  a?.incarnation === b.incarnation && a.sequence === b.sequence;

/** 0711: the unprivileged user of the database reaches its data folder, but lists nothing. Independent of the umask. */
function makeDir(dir: string): void {
  mkdirSync(dir, { recursive: true });
  if ((statSync(dir).mode & 0o777) !== 0o711) chmodSync(dir, 0o711);
}

export function makeNodeFolder(localDir: string, label: NodeLabel): string {
  const dir = nodeDir(localDir, label.run, label.node);
  crashPoint('before.folder-create');
  makeRunFolder(localDir, label.installation, label.run);
  makeDir(dir);
  crashPoint('after.folder-create');
  crashPoint('before.label-write');
  writeAtomically(join(dir, LABEL), `${JSON.stringify(label, null, 2)}\n`);
  crashPoint('after.label-write');
  return dir;
}
