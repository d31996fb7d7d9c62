import { join } from 'node:path';

/**
 * Where a host keeps copies of loaded data for the runs of one suite: beside the folders of the runs, so that a file system that
 * can shares the blocks. One folder a copy, named by what determines the data; a name that begins with a dot is one being made.
 * The runner of a database node makes and reads them, the provisioner removes the suite's when its runs are over.
 */
export const keptRoot = (localDir: string, installation: string): string => join(localDir, `.kept-${installation}`);
export const keptOfSuite = (localDir: string, installation: string, suiteId: string): string =>
  join(keptRoot(localDir, installation), suiteId);
