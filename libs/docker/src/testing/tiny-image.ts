import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const PROGRAM = '/bin/sleep';

/**
 * An image of two megabytes and `paddingBytes` that nothing compresses: it can sleep, and nothing else. Its command sleeps for
 * ever. Made on the engine of `env`.
 */
export function makeTinyImage(name: string, paddingBytes: number, env: NodeJS.ProcessEnv = process.env): void {
  const root = mkdtempSync(join(tmpdir(), 'bb-tiny-'));
  try {
    chmodSync(root, 0o755); // the image's root folder
    const libraries = execFileSync('ldd', [PROGRAM], { encoding: 'utf8' });
    const needed = [...libraries.matchAll(/(\/[^ ]+) \(/g)].map(([, file = '']) => file);
    for (const file of [PROGRAM, ...needed]) {
      mkdirSync(join(root, dirname(file)), { recursive: true });
      copyFileSync(file, join(root, file));
    }
    writeFileSync(join(root, 'padding'), randomBytes(paddingBytes));
    const tar = execFileSync('tar', ['-C', root, '-c', '.'], { maxBuffer: 2 ** 30 });
    const command = ['import', '--change', 'ENV PATH=/bin', '--change', 'CMD ["sleep", "infinity"]', '-', name];
    execFileSync('docker', command, { input: tar, env, stdio: ['pipe', 'ignore', 'pipe'] });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
