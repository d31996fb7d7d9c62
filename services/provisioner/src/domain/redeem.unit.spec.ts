import fc from 'fast-check';
import { expect, it } from 'vitest';
import { refusal, renewalRefusal, type Claim, type CodeRecord } from './redeem.ts';

const fence = { incarnation: '11111111-1111-4111-8111-111111111111', sequence: 7 };
const record: CodeRecord = { runId: 'r1', node: 'pg', fence, expiresAt: 1_000 };
const claim: Claim = { runId: 'r1', node: 'pg', fence, publicKey: 'UA' };
const now = { fence, over: undefined };
const used = { at: 1, publicKey: 'UA', hostname: 'vm' };
const other = { ...fence, sequence: 8 };

it.each([
  ['a good one', record, claim, now, 999, undefined],
  ['the same key again', { ...record, used }, claim, now, 999, undefined],
  ['an unknown one', undefined, claim, now, 0, 'ENROLMENT_CODE_UNKNOWN'],
  ['a used one', { ...record, used }, { ...claim, publicKey: 'UB' }, now, 0, 'ENROLMENT_CODE_USED'],
  ['an expired one', record, claim, now, 1_000, 'ENROLMENT_CODE_EXPIRED'],
  ['an expired one, by the key that used it', { ...record, used }, claim, now, 1_000, 'ENROLMENT_CODE_EXPIRED'],
  ['another node’s', record, { ...claim, node: 'load' }, now, 0, 'ENROLMENT_WRONG_NODE'],
  ['another run’s', record, { ...claim, runId: 'r2' }, now, 0, 'ENROLMENT_WRONG_NODE'],
  ['another attempt’s', record, { ...claim, fence: other }, now, 0, 'ENROLMENT_WRONG_FENCE'],
  ['an older attempt’s', record, claim, { ...now, fence: other }, 0, 'ENROLMENT_WRONG_FENCE'],
  ['of a run that is over', record, claim, { ...now, over: 'RunFailed' }, 0, 'ENROLMENT_OVER'],
  ['of a node that is not planned', record, claim, { ...now, fence: undefined }, 0, 'ENROLMENT_OVER'],
])('%s: %#', (_what, kept, asked, state, at, code) => {
  expect(refusal(kept, asked, state, at)?.code).toBe(code);
});

it.each([
  ['what was enrolled', claim, claim, now, undefined],
  ['a key that was not enrolled', undefined, claim, now, 'ENROLMENT_KEY_UNKNOWN'],
  ['another node’s key', { ...claim, node: 'load' }, claim, now, 'ENROLMENT_KEY_UNKNOWN'],
  ['another run’s key', { ...claim, runId: 'r2' }, claim, now, 'ENROLMENT_KEY_UNKNOWN'],
  ['an older attempt’s key', claim, claim, { ...now, fence: other }, 'ENROLMENT_WRONG_FENCE'],
  ['of a run that is over', claim, claim, { ...now, over: 'RunFailed' }, 'ENROLMENT_OVER'],
])('renews, or not, %s', (_what, enrolled, asker, state, code) => {
  expect(renewalRefusal(enrolled, asker, state)?.code).toBe(code);
});

it('grants exactly what the code is for, in time, to the first', () => {
  const text = fc.constantFrom('a', 'b');
  const point = fc.record({ incarnation: text, sequence: fc.integer({ min: 1, max: 2 }) });
  const names = { runId: text, node: text, fence: point };
  fc.assert(
    fc.property(
      fc.record({ ...names, expiresAt: fc.integer({ min: 0, max: 4 }), by: fc.option(text) }),
      fc.record({ ...names, publicKey: text }),
      point,
      fc.integer({ min: 0, max: 4 }),
      ({ by, ...kept }, asked, current, at) => {
        const full = by === null ? kept : { ...kept, used: { at: 0, publicKey: by, hostname: 'h' } };
        const granted = refusal(full, asked, { fence: current, over: undefined }, at) === undefined;
        const same = (one: typeof current, two: typeof current) =>
          one.incarnation === two.incarnation && one.sequence === two.sequence;
        expect(granted).toBe(
          kept.runId === asked.runId &&
            kept.node === asked.node &&
            same(kept.fence, asked.fence) &&
            same(asked.fence, current) &&
            at < kept.expiresAt &&
            (by === null || by === asked.publicKey),
        );
      },
    ),
  );
});
