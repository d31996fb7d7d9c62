import { connect as connectPlain, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { BenchbusError } from '@benchbus/events';
import { grpcAddress, type HatchetConfig } from '../config/index.ts';
import { clientCertificate, explain, notAnEngine, unreachable } from './explain.ts';
import { grpcTls } from './tls-options.ts';

/** How every client of HTTP/2 begins: the preface, and settings of its own (none). */
const PREFACE = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]),
]);
const SETTINGS = 4;
const TLS_ALERT = 0x15;

/**
 * Connects to the gRPC services and waits for their first word, which tells what gRPC's own error does not: whether it is
 * TLS that fails, and why.
 * @throws BenchbusError HATCHET_UNREACHABLE | HATCHET_TLS_* | HATCHET_NOT_AN_ENGINE
 */
export function knock(config: HatchetConfig, timeoutMs: number): Promise<void> {
  const where = config.hostPort;
  const { host, port } = grpcAddress(config);
  const tls = grpcTls(config);
  const servername = config.tls.serverName ?? (isIP(host) ? '' : host);
  return new Promise((resolve, reject) => {
    const socket = tls
      ? connectTls({ host, port, ALPNProtocols: ['h2'], servername, ...tls })
      : connectPlain({ host, port });
    const end = (problem?: unknown): void => {
      clearTimeout(timer);
      socket.destroy();
      if (problem === undefined) resolve();
      else reject(explain(problem, where));
    };
    // Not the socket's own, which begins anew with every byte.
    const timer = setTimeout(() => end(unreachable(`no answer within ${timeoutMs} ms`, where)), timeoutMs);
    let shaken = false;
    socket.on('error', (error: NodeJS.ErrnoException) =>
      end(shaken && error.code === 'ECONNRESET' ? sentAway(where) : error),
    );
    socket.once(tls ? 'secureConnect' : 'connect', () => {
      shaken = tls !== undefined;
      socket.write(PREFACE);
    });
    socket.once('data', (bytes: Buffer) => end(bytes[3] === SETTINGS ? undefined : stranger(bytes, tls, where)));
    socket.once('close', () => {
      const why = 'it closed the connection without a word';
      end(
        shaken
          ? sentAway(where)
          : unreachable(why, where, tls ? '' : '; it may expect TLS (HATCHET_CLIENT_TLS_STRATEGY)'),
      );
    });
  });
}

/** With TLS 1.3 a client has shaken hands before the server looks at its certificate; not every server says what it saw. */
const sentAway = (where: string) =>
  new BenchbusError(clientCertificate('it closed the connection after the handshake', where));

function stranger(bytes: Buffer, tls: object | undefined, where: string): BenchbusError {
  const text = bytes.subarray(0, 400).toString('latin1');
  if (!tls && (bytes[0] === TLS_ALERT || /HTTP request to an? HTTPS/.test(text)))
    return new BenchbusError({
      code: 'HATCHET_TLS_MISMATCH',
      message: 'the engine speaks TLS, and HATCHET_CLIENT_TLS_STRATEGY is none',
      where,
      hint: 'unset HATCHET_CLIENT_TLS_STRATEGY, or set it to tls or mtls',
    });
  return notAnEngine('it does not speak HTTP/2', where);
}
