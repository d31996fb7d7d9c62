/** A run among those of its suite: `1-2 baseline`; the first part is what its id adds to the suite's. */
export function runLabel(suiteId: string, { runId, test }: { readonly runId: string; readonly test: string }): string {
  const index = runId.startsWith(`${suiteId}-`) ? runId.slice(suiteId.length + 1) : runId;
  return `${index} ${test}`;
}
