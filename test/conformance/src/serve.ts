import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import type { Engine } from './engines/engine.ts';

/**
 * Keeps an engine for others until SIGINT or SIGTERM: `file` gets the environment of its clients, for the shell, readable by
 * its owner only. SIGHUP kills the engine and starts it again.
 */
export async function serve(engine: Engine, file: string): Promise<void> {
  const { token, hostPort, apiUrl, tls } = engine.address;
  const variables = {
    HATCHET_CLIENT_TOKEN: token,
    HATCHET_CLIENT_HOST_PORT: hostPort,
    HATCHET_CLIENT_API_URL: apiUrl,
    ...(tls === 'none' ? { HATCHET_CLIENT_TLS_STRATEGY: 'none' } : {}),
  };
  rmSync(file, { force: true }); // a leftover could carry wider permissions
  const lines = Object.entries(variables).map(([name, value]) => `export ${name}='${value}'\n`);
  writeFileSync(file, lines.join(''), { mode: 0o600 });
  console.log(
    `the engine answers; its clients' environment is in ${file}; SIGHUP to ${String(process.pid)} restarts it`,
  );
  process.on('SIGHUP', () => {
    engine.restart?.().then(
      () => console.log('restarted'),
      (error: unknown) => console.error('not restarted:', error),
    );
  });
  const stay = setInterval(() => undefined, 2 ** 30); // signals alone do not keep a process
  await Promise.race(['SIGINT', 'SIGTERM'].map((signal) => once(process, signal)));
  clearInterval(stay);
  rmSync(file, { force: true });
}
