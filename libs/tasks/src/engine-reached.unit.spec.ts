import { pino } from 'pino';
import { expect, it } from 'vitest';
import { engineReached } from './engine-reached.ts';
import { GRPC } from './grpc-code.ts';
import type { Hatchet } from './hatchet-client.ts';

/** An engine that answers with these codes one after the other, the last one for ever; undefined: the version. */
function engineAnswering(...codes: (number | undefined)[]) {
  const engine = { asked: 0 };
  const getVersion = () => {
    const code = codes[Math.min(engine.asked, codes.length - 1)];
    engine.asked += 1;
    return code === undefined ? Promise.resolve('v') : Promise.reject(Object.assign(new Error('no'), { code }));
  };
  const hatchet = { dispatcher: { getVersion }, config: { host_port: 'engine:1' } } as Hatchet;
  const { signal } = new AbortController();
  return { engine, options: { hatchet, logger: pino({ level: 'silent' }), retryMs: 1, signal } };
}

it('believes a refusal at once where it is not told to wait', async () => {
  const { engine, options } = engineAnswering(GRPC.unauthenticated, undefined);
  await expect(engineReached(options)).rejects.toMatchObject({ code: 'HATCHET_TOKEN_REFUSED' });
  expect(engine.asked).toBe(1);
});

it('outlives refusals of an engine that takes the token again in time', async () => {
  const { engine, options } = engineAnswering(GRPC.unauthenticated, GRPC.unauthenticated, undefined);
  await engineReached({ ...options, refusedAfterMs: 60_000 });
  expect(engine.asked).toBe(3);
});

it('believes a refusal that lasts', async () => {
  const { engine, options } = engineAnswering(GRPC.unauthenticated);
  await expect(engineReached({ ...options, refusedAfterMs: 50 })).rejects.toMatchObject({
    code: 'HATCHET_TOKEN_REFUSED',
  });
  expect(engine.asked).toBeGreaterThan(1);
});
