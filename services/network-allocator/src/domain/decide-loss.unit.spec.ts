import { subjects, type AnyDraft } from '@benchbus/events';
import { describe, expect, it } from 'vitest';
import { LATER, TestLog } from '../testing/test-log.ts';
import { decideLoss } from './decide-loss.ts';

function deployed(...runIds: string[]): TestLog {
  const log = new TestLog();
  log.host('h1');
  log.settle();
  for (const runId of runIds) {
    log.request(runId, { sharing: 'allowed' });
    log.settle();
    log.deploy(runId, 'h1', log.last('NetworkReserved').data.cidr);
  }
  return log;
}

const lossOf = (log: TestLog) => decideLoss(log.state(), 'h1', 'burnt', 'announced');

function lose(log: TestLog): void {
  const loss = lossOf(log);
  expect(log.append(loss?.draft as AnyDraft, loss?.expected)).toBeDefined();
}

const outcome = (log: TestLog): string[] =>
  log.settle().map((event) => `${event.name} ${event.subject.split('.').slice(2).join('.')}`);

describe('a host that is gone for good', () => {
  it('gives back what its runs hold, though nobody says that their deployments are destroyed, and though they are not over', () => {
    const log = deployed('r1', 'r2');
    expect(outcome(log)).toEqual([]);
    lose(log);
    expect(log.last('CapacityLost').data).toEqual({ reason: 'burnt', runIds: ['r1', 'r2'] });
    expect(outcome(log)).toEqual([
      'BlocksReleased h1.127-64-0-0_16',
      'CapacityReleased h1',
      'NetworkReleased r1',
      'NetworkReleased r2',
    ]);
    expect(log.last('NetworkReleased').data).toEqual({
      ...{ hostId: 'h1', cidr: '127.64.1.0/24' },
      lost: { hostId: 'h1', reason: 'burnt' },
    });
    // What comes late of the run changes nothing.
    log.deploy('r1', 'h1', '127.64.0.0/24');
    log.over('r1');
    log.release('r1');
    expect(outcome(log)).toEqual([]);
  });

  it('gets nothing any more until it announces itself anew', () => {
    const log = deployed('r1');
    lose(log);
    log.settle();
    log.request('r2');
    expect(outcome(log)).toEqual([]);
    log.host('h1');
    expect(outcome(log)).toEqual(['CapacityGranted h1', 'BlocksGranted h1.127-64-0-0_16', 'NetworkReserved r2']);
    expect(log.last('NetworkReserved').data.cidr).toBe('127.64.1.0/24');
  });

  it('is said once, and not of a run that stands elsewhere', () => {
    const log = new TestLog();
    log.host('h1', { targets: [{ name: 'yandex', pool: { cidr: '10.2.0.0/16', blockPrefix: 24, scope: 'vpc' } }] });
    log.settle();
    log.request('r1', { target: 'yandex' });
    log.settle();
    log.deploy('r1', 'h1', '10.2.0.0/24');
    lose(log);
    expect(log.last('CapacityLost').data.runIds).toEqual([]);
    expect(outcome(log)).toEqual([]);
    expect(lossOf(log)).toBeUndefined();
    expect(decideLoss(log.state(), 'never-announced', 'x', 'y')).toBeUndefined();
  });

  describe('where an attempt failed, since somebody else has the block', () => {
    /** What was begun there is destroyed at the run's end, by the host: which is gone. */
    function refused(): TestLog {
      const log = deployed('r1');
      const problem = { code: 'SUBNET_TAKEN', message: 'network x has it' };
      log.fact('DeploymentFailed', subjects.deployment('r1'), { attempt: 1, problem });
      log.settle();
      return log;
    }

    it('gives all back when the run ends without another place', () => {
      const log = refused();
      lose(log);
      expect(log.last('CapacityLost').data.runIds).toEqual(['r1']);
      expect(lossOf(log)).toBeUndefined();
      log.request('r1', { attempt: 2 });
      expect(log.settle(Date.parse(LATER)).map(({ name }) => name)).toEqual(['NetworkRejected']);
      log.over('r1');
      log.release('r1');
      expect(outcome(log)).toEqual(['NetworkReleased r1']);
      expect(log.last('NetworkReleased').data.lost).toEqual({ hostId: 'h1', reason: 'burnt' });
    });

    it('takes no word that comes after the end for one that was said already', () => {
      const log = refused();
      log.over('r1');
      log.release('r1');
      expect(outcome(log)).toEqual([]);
      lose(log);
      expect(outcome(log)).toEqual(['NetworkReleased r1']);
    });

    it('leaves the run its place elsewhere, had it one or got it later', () => {
      for (const isEarlier of [true, false]) {
        const log = refused();
        log.request('r1', { attempt: 2 });
        if (!isEarlier) lose(log);
        log.host('h2');
        log.fact('HostLeft', subjects.host('h1'), { reason: 'stopped' });
        expect(outcome(log)).toContain('NetworkReserved r1');
        if (isEarlier) lose(log);
        log.deploy('r1', 'h2', log.last('NetworkReserved').data.cidr);
        expect(outcome(log)).toEqual([]);
        log.over('r1');
        log.release('r1');
        expect(outcome(log)).toEqual([]);
        log.destroyed('r1');
        expect(outcome(log)).toContain('NetworkReleased r1');
        expect(log.last('NetworkReleased').data.lost).toBeUndefined();
      }
    });
  });

  it('loses a race with a grant, and is decided anew with it', () => {
    const log = deployed('r1');
    const early = lossOf(log);
    log.request('r2', { sharing: 'allowed' });
    log.settle();
    expect(early && log.append(early.draft as AnyDraft, early.expected)).toBeUndefined();
    lose(log);
    expect(log.last('CapacityLost').data.runIds).toEqual(['r1', 'r2']);
  });
});
