/**
 * Identity of a child run: a second trigger with the same one returns the existing run.
 * It has no attempt in it and child_index restarts at 0 per attempt: a retried parent re-attaches to its first
 * children unless it sets a child key (Hatchet `pkg/repository/ids.go`).
 */
export function childDedupeKey(child: {
  readonly parentTaskId: string | undefined;
  readonly step: string;
  readonly childKey: string | undefined;
  readonly childIndex: number | undefined;
}): string | null {
  if (!child.parentTaskId) return null;
  if (child.childKey !== undefined) return `${child.parentTaskId}.${child.step}.key:${child.childKey}`;
  if (child.childIndex !== undefined) return `${child.parentTaskId}.${child.step}.${child.childIndex}`;
  return null;
}
