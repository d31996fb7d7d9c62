import { problemOf } from '@benchbus/events';
import { takePool } from '../adapters/pool-lock.ts';

/** Takes a pool as a provisioner would, prints it (or the error's code), and holds it until killed; SIGTERM gives it back. */
const [locksDir = '', installation = '', localDir = ''] = process.argv.slice(2);
try {
  const lock = await takePool({ locksDir, installation, localDir, waitMs: 30_000 });
  const alive = setInterval(() => undefined, 60_000);
  process.once('SIGTERM', () => void lock.release().then(() => clearInterval(alive)));
  process.stdout.write(`took ${lock.cidr}\n`);
} catch (error) {
  process.stdout.write(`refused ${problemOf(error).code}\n`);
}
