import { z } from 'zod';

const name = z
  .string()
  .min(1)
  .max(100)
  .optional()
  .describe('Type of the transaction; of a summary not given: all of them together');
const count = z.int().min(0);
const ms = z.number().min(0);

/** One transaction. */
export const transactionLine = z.strictObject({
  type: z.literal('transaction'),
  name,
  latencyMs: ms.describe('How long it took'),
  ok: z.boolean().default(true).describe('Whether it succeeded'),
  endedAtMs: z
    .number()
    .min(0)
    .optional()
    .describe('When it ended, ms since the epoch; needed where there is a warm-up'),
});

/** What a program counted itself, instead of each transaction; once, and once for each type that it tells apart. */
export const summaryLine = z.strictObject({
  type: z.literal('summary'),
  name,
  transactions: count.describe('Transactions that succeeded in the measured part'),
  failedTransactions: count.default(0).describe('Transactions that failed'),
  durationSeconds: z.number().positive().optional().describe('Length of the measured part; not given: until its end'),
  latencyAverageMs: ms,
  latencyStddevMs: ms.optional(),
  latencyP50Ms: ms,
  latencyP90Ms: ms.optional(),
  latencyP95Ms: ms,
  latencyP99Ms: ms,
  latencyP999Ms: ms,
  latencyMaxMs: ms,
});
export type SummaryLine = z.infer<typeof summaryLine>;

/** Its own version. */
export const toolLine = z.strictObject({
  type: z.literal('tool'),
  version: z.string().min(1).max(100).describe('Version of the program'),
});

/** A line of standard output of the load tool `command`, version 1. */
export const commandLine = z.discriminatedUnion('type', [transactionLine, summaryLine, toolLine]);
export type CommandLine = z.infer<typeof commandLine>;

/** A line of standard error that people may watch; every other line is text. */
export const progressLine = z.strictObject({
  type: z.literal('progress'),
  done: z.number().min(0).max(1).optional().describe('Share of the work that is done'),
  tps: z.number().min(0).optional(),
  latencyAverageMs: ms.optional(),
});

/** JSON Schema of one line. */
export const commandLineJsonSchema = (): object => ({
  title: 'A line of standard output of the load tool command, version 1',
  ...z.toJSONSchema(commandLine, { io: 'input', target: 'draft-7', reused: 'inline', unrepresentable: 'throw' }),
});
