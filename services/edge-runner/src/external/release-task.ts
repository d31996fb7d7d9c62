import { problemOf } from '@benchbus/events';
import { releaseSchema } from './hold-schema.ts';
import { secretsVariable } from './secrets.ts';

/** `BENCHBUS_EDGE_TASK` of a runner that is started to do this alone, by whoever destroys its node. */
export const RELEASE_SCHEMA = 'release-schema';

/** Prints what was dropped, or as its last line on standard error why it could not be. Returns the exit code. */
export async function releaseTask(env: NodeJS.ProcessEnv): Promise<number> {
  try {
    const dropped = await releaseSchema(env['BENCHBUS_NODE_DIR'] ?? '', secretsVariable.parse(env['BENCHBUS_SECRETS']));
    if (dropped !== undefined) process.stdout.write(`${dropped}\n`);
    return 0;
  } catch (error) {
    const { code, message } = problemOf(error);
    process.stderr.write(`${code}: ${message.replaceAll('\n', ' ')}\n`);
    return 1;
  }
}
