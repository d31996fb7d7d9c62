import { execFile } from 'node:child_process';
import { createReadStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { REPO } from '../testing/installation.ts';

export interface ReleaseServer {
  /** Of the built edge runner. */
  readonly url: string;
  readonly sha256: string;
  close(): void;
}

/** Builds the edge runner (`npm run build:edge`), and serves it as a release server does. */
export async function startReleaseServer(): Promise<ReleaseServer> {
  const folder = mkdtempSync(join(tmpdir(), 'benchbus-release-'));
  const build = [join(REPO, 'tools/build-edge.mjs'), '--out', folder];
  const { stdout } = await promisify(execFile)(process.execPath, build);
  const [file = '', sum = ''] = stdout.split('\n');
  const server = createServer((_, response) => void createReadStream(file).pipe(response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/edge-runner`,
    sha256: readFileSync(sum, 'utf8').slice(0, 64),
    close: () => {
      server.close();
      rmSync(folder, { recursive: true });
    },
  };
}
