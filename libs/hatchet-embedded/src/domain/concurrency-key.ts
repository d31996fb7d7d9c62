import { createHash } from 'node:crypto';
import { Environment } from '@marcbachmann/cel-js';

const environment = new Environment({ unlistedVariablesAreDyn: true })
  .registerVariable('input', 'dyn')
  .registerVariable('additional_metadata', 'dyn')
  .registerVariable('parents', 'dyn')
  .registerVariable('workflow_run_id', 'string')
  .registerFunction('checksum(string): string', (text: string) => createHash('sha256').update(text).digest('hex'));

export type KeyResult = { readonly key: string } | { readonly error: string };

/** Evaluates a CEL concurrency expression; anything but a string is an error that fails the run, as in the real engine. */
export function concurrencyKey(
  expression: string,
  scope: { readonly input: unknown; readonly additionalMetadata: unknown; readonly runId: string },
): KeyResult {
  try {
    const value: unknown = environment.evaluate(expression, {
      input: scope.input,
      additional_metadata: scope.additionalMetadata,
      parents: {},
      workflow_run_id: scope.runId,
    });
    if (typeof value === 'string') return { key: value };
    return { error: `concurrency expression '${expression}' must give a string, not ${typeof value}` };
  } catch (cause) {
    return {
      error: `concurrency expression '${expression}' failed: ${cause instanceof Error ? cause.message : String(cause)}`,
    };
  }
}
