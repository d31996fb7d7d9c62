import type { Report } from '../finding.ts';
import { checkpointFile, digestOf, hashOfBody, type CheckpointBody, type CheckpointFile } from './checkpoint.ts';
import type { TrustedKeys } from './keys.ts';
import { isSignedBy } from './sign.ts';

/** A kept file: its name, for findings, and its text. */
export interface KeptCheckpoint {
  readonly name: string;
  readonly text: string;
}

function parse({ text }: KeptCheckpoint): CheckpointFile | undefined {
  try {
    return checkpointFile.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

const fault = (file: CheckpointFile): string | undefined => {
  const { checkpoint, leaves } = file;
  if (leaves === undefined) return undefined;
  if (digestOf(leaves) !== checkpoint.digest) return 'its list of events is not what was signed';
  const [first] = leaves;
  const last = leaves.at(-1);
  const fits = leaves.length === checkpoint.count && first?.[0] === checkpoint.from && last?.[0] === checkpoint.to;
  return fits ? undefined : 'its list of events does not cover its range';
};

/** Do they follow each other, from the first? */
function linkFault(file: CheckpointBody, before: CheckpointBody | undefined): string | undefined {
  const number = (before?.number ?? 0) + 1;
  if (file.number !== number) return `number ${number} is missing before number ${file.number}`;
  if (file.previous !== (before === undefined ? '' : hashOfBody(before)))
    return 'it was not made after the one that stands before it';
  return before !== undefined && file.from <= before.to ? 'its range overlaps the one before' : undefined;
}

/**
 * The checkpoints of one log in their order, as far as they are what a trusted key signed; everything wrong with them is
 * reported.
 */
export function readChain(kept: readonly KeptCheckpoint[], trusted: TrustedKeys, report: Report): CheckpointFile[] {
  const good: CheckpointFile[] = [];
  for (const one of kept) {
    const file = parse(one);
    const at = { sequence: file?.checkpoint.from ?? 0, subject: one.name };
    if (file === undefined) {
      report('CHECKPOINT_INVALID', at, 'it is no checkpoint: cut, changed or another file');
      continue;
    }
    const key = trusted.get(file.checkpoint.keyId);
    if (key === undefined) {
      report('CHECKPOINT_KEY_UNKNOWN', at, `key ${file.checkpoint.keyId} is not trusted here`);
      continue;
    }
    const problem = isSignedBy(file, key) ? fault(file) : 'its signature does not fit: it was changed';
    if (problem !== undefined) {
      report('CHECKPOINT_INVALID', at, problem);
      continue;
    }
    good.push(file);
  }
  good.sort((a, b) => a.checkpoint.number - b.checkpoint.number);
  for (const [index, { checkpoint }] of good.entries()) {
    const problem = linkFault(checkpoint, good[index - 1]?.checkpoint);
    if (problem !== undefined)
      report('CHECKPOINT_GAP', { sequence: checkpoint.from, subject: `checkpoint ${checkpoint.number}` }, problem);
  }
  return good;
}
