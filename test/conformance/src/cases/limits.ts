import { strict as assert } from 'node:assert';
import type { Case } from '../runner/case.ts';
import { connect } from '../runner/sdk.ts';
import { HatchetClient } from '@hatchet-dev/typescript-sdk';

const MIB = 1024 * 1024;
/** Of a gRPC message: input or output, and what is around it. */
const LIMIT = 4 * MIB;
const AROUND = 16 * 1024;

export const limits: readonly Case[] = [
  {
    name: 'limits/input-below-4-mib',
    expectation: 'an input just below 4 MiB reaches the task',
    async run(t) {
      const task = t.client.task({
        name: t.name('large'),
        fn: ({ text }: { text: string }) => ({ length: text.length }),
      });
      await t.worker([task]);
      const length = LIMIT - AROUND;
      assert.deepEqual(await t.run(task, { text: 'x'.repeat(length) }), { length });
    },
  },
  {
    name: 'limits/input-above-4-mib',
    expectation: 'an input above 4 MiB is refused as RESOURCE_EXHAUSTED, and the next call works',
    async run(t) {
      const task = t.client.task({
        name: t.name('larger'),
        fn: ({ text }: { text: string }) => ({ length: text.length }),
      });
      await t.worker([task]);
      await assert.rejects(t.run(task, { text: 'x'.repeat(LIMIT + 1) }), /RESOURCE_EXHAUSTED|larger than max/i);
      assert.deepEqual(await t.run(task, { text: 'x' }), { length: 1 });
    },
  },
  {
    name: 'limits/engine-refuses-above-4-mib',
    expectation: 'the same when the SDK is told to send more: the engine refuses it',
    async run(t) {
      const task = t.client.task({ name: t.name('larger'), fn: () => ({}) });
      await t.worker([task]);
      const eager = HatchetClient.init({ ...connect(t.address).config, grpc_max_send_message_length: 16 * MIB });
      const same = eager.task({ name: task.name, fn: () => ({}) });
      await assert.rejects(same.runNoWait({ text: 'x'.repeat(LIMIT + 1) }), /RESOURCE_EXHAUSTED|larger than max/i);
    },
  },
  {
    name: 'limits/output-below-4-mib',
    expectation: 'an output just below 4 MiB comes back',
    async run(t) {
      const length = LIMIT - AROUND;
      const task = t.client.task({ name: t.name('verbose'), fn: () => ({ text: 'x'.repeat(length) }) });
      await t.worker([task]);
      assert.equal((await t.run(task, {})).text.length, length);
    },
  },
  {
    name: 'limits/output-above-4-mib',
    expectation: 'an output above 4 MiB fails the run',
    waits: true,
    async run(t) {
      const task = t.client.task({ name: t.name('too-verbose'), fn: () => ({ text: 'x'.repeat(LIMIT + 1) }) });
      await t.worker([task]);
      const { id, output } = await t.start(task, {});
      await assert.rejects(output, (error: unknown) => /RESOURCE_EXHAUSTED|larger than max/i.test(String(error)));
      await t.untilStatus(id, 'FAILED');
    },
  },
];
