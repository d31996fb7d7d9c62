import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const processId = z.object({ pid: z.int().positive(), startTime: z.string() });

/** `.benchbus/run/stack.json` (mode 0600): what runs, and how to reach it. */
const stackFile = z.object({
  version: z.literal(1),
  installation: z.string(),
  startedAt: z.string(),
  supervisor: processId,
  children: z.array(processId.extend({ name: z.string() })),
  tempDirs: z.array(z.string()),
  /** Absent: they lie in S3. */
  artifactsDir: z.string().optional(),
  /** Present when every process of the stack is ready. */
  natsUrl: z.string().optional(),
  hatchet: z.object({ token: z.string(), grpcAddress: z.string(), restUrl: z.string() }).optional(),
});
export type StackFile = z.infer<typeof stackFile>;

export const stackFilePath = (root: string): string => join(root, 'run', 'stack.json');

/** The file's content; undefined when there is none or it is not one of ours (half a file cannot be: it is renamed in place). */
export function readStackFile(root: string): StackFile | undefined {
  try {
    return stackFile.parse(JSON.parse(readFileSync(stackFilePath(root), 'utf8')));
  } catch {
    return undefined;
  }
}

export function writeStackFile(root: string, content: StackFile): void {
  const path = stackFilePath(root);
  writeFileSync(`${path}.new`, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

export const removeStackFile = (root: string): void => rmSync(stackFilePath(root), { force: true });
