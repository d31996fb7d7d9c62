import { BenchbusError, type RedeemAsk } from '@benchbus/events';
import type { Logger } from 'pino';
import { refusal, type RunNow } from '../domain/redeem.ts';
import type { Codes } from './codes.ts';

export interface RedeemContext {
  readonly codes: Codes;
  readonly runNow: (runId: string, node: string) => Promise<RunNow>;
  readonly logger: Logger;
  readonly clock: () => number;
}

/** With several runners that redeem one code at once, each but one finds it used at its second look. */
const LOOKS = 3;

/**
 * Uses the code for the claim, once. Every refusal is a line of the log with what an attack is seen by: which code (its
 * hash), of which node, who asked, from which machine as it says, with which key, and who used the code before.
 * @throws BenchbusError ENROLMENT_CODE_UNKNOWN | _USED | _EXPIRED, ENROLMENT_WRONG_NODE | _WRONG_FENCE | _OVER
 */
export async function redeemCode(context: RedeemContext, asked: RedeemAsk): Promise<void> {
  const { codes, logger, clock } = context;
  const { secret, runId, node, publicKey, hostname, version } = asked;
  for (let look = 1; ; look += 1) {
    const [kept, now] = await Promise.all([codes.find(secret), context.runNow(runId, node)]);
    const at = clock();
    const { key, record } = kept;
    const seen = { codeHash: key, asked: { runId, node, publicKey, hostname, version }, record };
    const refused = refusal(record, asked, now, at);
    if (refused !== undefined) {
      logger.warn({ ...refused, ...seen }, `enrolment refused: ${refused.message}`);
      throw new BenchbusError(refused, { permanent: true });
    }
    // The same runner again, which did not hear our answer.
    if (record?.used !== undefined) {
      logger.info(seen, 'enrolled again, with the same key');
      return;
    }
    if (await codes.use(kept, { at, publicKey, hostname })) {
      logger.info(seen, 'enrolled');
      return;
    }
    if (look === LOOKS) throw new BenchbusError({ code: 'ENROLMENT_BUSY', message: 'others change the code at once' });
  }
}
