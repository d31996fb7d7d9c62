import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { HatchetClient } from '@hatchet-dev/typescript-sdk';
import type { Address, Engine } from './engine.ts';
import { untilReady } from './until-ready.ts';

const READY_TIMEOUT_MS = 120_000;

/**
 * An engine that runs already, named as the SDK's users name it: HATCHET_CLIENT_TOKEN, _HOST_PORT, _API_URL, _TLS_*.
 * `restartCommand`, if any, is given to the shell; it must return when the engine has been ended and begun again.
 * @throws Error if HATCHET_CLIENT_TOKEN is not set or the engine does not answer
 */
export async function useRunning(restartCommand: string | undefined): Promise<Engine> {
  const address = addressFromEnvironment();
  await untilReady(address, 10_000);
  return {
    kind: 'real',
    address,
    ...(restartCommand === undefined
      ? {}
      : {
          async restart() {
            const shell = spawn(restartCommand, { shell: true, stdio: 'inherit' });
            const [code] = (await once(shell, 'exit')) as [number | null];
            if (code !== 0) throw new Error(`the restart command ended with ${String(code)}`);
            await untilReady(address, READY_TIMEOUT_MS);
          },
        }),
    stop: () => Promise.resolve(),
  };
}

function addressFromEnvironment(): Address {
  const token = process.env['HATCHET_CLIENT_TOKEN'];
  if (!token) throw new Error('set HATCHET_CLIENT_TOKEN to a token of your engine, or name its binaries by --binary');
  const { host_port: hostPort, api_url: apiUrl, tls_config } = HatchetClient.init({ log_level: 'ERROR' }).config;
  return { token, hostPort, apiUrl, tls: tls_config.tls_strategy === 'none' ? 'none' : 'environment' };
}
