import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { HatchetConfig } from '../config/index.ts';
import { explain, notAnEngine, refusedToken, unreachable } from './explain.ts';
import { restTls } from './tls-options.ts';

/** Asks REST for the token's tenant. @throws BenchbusError HATCHET_TOKEN_REFUSED | HATCHET_UNREACHABLE | HATCHET_TLS_* | HATCHET_NOT_AN_ENGINE */
export async function askRest(config: HatchetConfig, timeoutMs: number): Promise<void> {
  const where = config.apiUrl;
  const url = new URL(`${config.apiUrl.replace(/\/+$/, '')}/api/v1/tenants/${encodeURIComponent(config.tenantId)}`);
  const signal = AbortSignal.timeout(timeoutMs);
  const options = { headers: { authorization: `Bearer ${config.token}` }, signal };
  const status = await new Promise<number>((resolve, reject) => {
    const request =
      url.protocol === 'https:'
        ? httpsRequest(url, { ...options, ...restTls(config), agent: false })
        : httpRequest(url, { ...options, agent: false });
    request.once('error', (error) =>
      reject(signal.aborted ? unreachable(`no answer within ${timeoutMs} ms`, where) : explain(error, where)),
    );
    request.once('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.end();
  });
  if (status === 401 || status === 403) throw refusedToken(where);
  if (status >= 500) throw unreachable(`it answers ${status}`, where);
  if (status !== 200) throw notAnEngine(`REST answers ${status} for the token's tenant`, where);
}
