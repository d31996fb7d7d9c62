import type { Fence } from '@benchbus/events';

/**
 * A single-use code with which the runner of a node beside us gets access of its own; undefined where the server knows no
 * accounts, and runners connect as anybody does.
 */
export type RunnerCode = (of: {
  readonly runId: string;
  readonly node: string;
  readonly fence: Fence;
}) => Promise<string | undefined>;
