import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';

const HOST = '127.0.0.1';

/** The port if it is free on 127.0.0.1 (0: any free one), else undefined. */
function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, HOST, () => {
      const { port: got } = server.address() as AddressInfo;
      server.close(() => resolve(got));
    });
  });
}

export async function anyFreePort(): Promise<number> {
  const port = await tryPort(0);
  if (port === undefined) throw new Error(`no free port on ${HOST}`);
  return port;
}

const remembered = z.record(z.string(), z.int().min(1).max(65535));

function read(file: string): Record<string, number> {
  try {
    return remembered.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return {};
  }
}

/**
 * The port this folder used last for `name` if it is free, else `preferred` if that is, else any; remembered in
 * `run/ports.json`, so that clients and adopted runners find the server where it was.
 */
export async function stablePort(runDir: string, name: string, preferred = 0): Promise<number> {
  const file = join(runDir, 'ports.json');
  const known = read(file)[name];
  const port = (known && (await tryPort(known))) || (preferred && (await tryPort(preferred))) || (await anyFreePort());
  writeFileSync(file, JSON.stringify({ ...read(file), [name]: port }));
  return port;
}
