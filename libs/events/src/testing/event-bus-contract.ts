import { afterAll, beforeAll, describe } from 'vitest';
import type { ContractHarness } from './contract-harness.ts';
import { appendContract } from './contract/append-contract.ts';
import { consumeContract } from './contract/consume-contract.ts';
import { deadLetterContract } from './contract/dead-letter-contract.ts';
import { followContract } from './contract/follow-contract.ts';
import { livenessContract } from './contract/liveness-contract.ts';
import { questionsContract } from './contract/questions-contract.ts';
import { recordsContract } from './contract/records-contract.ts';
import { requestContract } from './contract/request-contract.ts';
import { sideStreamsContract } from './contract/side-streams-contract.ts';
import { telemetryContract } from './contract/telemetry-contract.ts';
import { waitContract } from './contract/wait-contract.ts';

/** What every implementation of EventBus promises. `start` makes a fresh backend. */
export function eventBusContract(name: string, start: () => Promise<ContractHarness>): void {
  describe(`EventBus contract: ${name}`, () => {
    let harness: ContractHarness;
    beforeAll(async () => {
      harness = await start();
    });
    afterAll(() => harness.close());
    const get = () => harness;
    describe('append and read', () => appendContract(get));
    describe('waitFor', () => waitContract(get));
    describe('follow', () => followContract(get));
    describe('consumeEvents', () => consumeContract(get));
    describe('consumeRequests', () => requestContract(get));
    describe('questions and telemetry', () => questionsContract(get));
    describe('log lines, progress', () => telemetryContract(get));
    describe('dead letters', () => deadLetterContract(get));
    describe('streams beside the log', () => sideStreamsContract(get));
    describe('records', () => recordsContract(get));
    describe('liveness', () => livenessContract(get));
  });
}
