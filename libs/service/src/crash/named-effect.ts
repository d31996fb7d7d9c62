import { crashPoint } from './crash-point.ts';

/** An effect outside the log, with a crash point right before and right after it: `before.<name>`, `after.<name>`. */
export async function namedEffect<T>(name: string, work: () => Promise<T>): Promise<T> {
  crashPoint(`before.${name}`);
  const done = await work();
  crashPoint(`after.${name}`);
  return done;
}
