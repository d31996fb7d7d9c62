import { renameSync, writeFileSync } from 'node:fs';
import { probeFiles } from './files.ts';
import { readBack } from './read-back.ts';
import { readSettings } from './settings.ts';
import { writeRows } from './write-rows.ts';

/**
 * The commit probe: a program of its own beside the load tool, in the folder of its step. It outlives the runner, and is
 * ended by a file `stop` in its folder. Its exit code: 0 when it could read its rows back.
 */
export async function runCommitProbe(env: NodeJS.ProcessEnv): Promise<number> {
  const settings = readSettings(env);
  const dir = process.cwd();
  await writeRows(settings, dir);
  try {
    const { present } = probeFiles(dir);
    writeFileSync(`${present}.new`, JSON.stringify(await readBack(settings)));
    renameSync(`${present}.new`, present);
    return 0;
  } catch (error) {
    process.stderr.write(`commit probe: the rows could not be read back: ${(error as Error).message}\n`);
    return 1;
  }
}
