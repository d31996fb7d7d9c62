import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * A provisioner with a deliberate defect, for the test beside: it says that it destroyed a deployment, and destroys nothing. Loaded
 * by NODE_OPTIONS into every process of the stack; only the provisioner is changed.
 */
interface Target {
  destroyNode(): Promise<string[]>;
  destroyRun(): Promise<void>;
  list(): Promise<unknown[]>;
}

const main = process.argv[1] ?? '';
if (main.endsWith('/services/provisioner/src/main.ts')) {
  const file = join(main, '../local/local-target.ts');
  const { LocalTarget } = (await import(pathToFileURL(file).href)) as { LocalTarget: { prototype: Target } };
  LocalTarget.prototype.destroyNode = () => Promise.resolve([]);
  LocalTarget.prototype.destroyRun = () => Promise.resolve();
  LocalTarget.prototype.list = () => Promise.resolve([]);
}
