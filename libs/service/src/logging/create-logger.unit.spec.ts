import { Writable } from 'node:stream';
import { duringWork } from '@benchbus/events';
import { describe, expect, it } from 'vitest';
import type { LoggerSettings } from './create-logger.ts';
import { createLogger } from './create-logger.ts';
import { tapLogLines } from './log-taps.ts';
import { parseLogMapping } from './log-mapping.ts';

const settings: LoggerSettings = { LOG_LEVEL: 'info', LOG_MOD: 'production', LOG_MAPPING: '' };

function capture(overrides: Partial<LoggerSettings> = {}) {
  let text = '';
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      text += chunk.toString();
      done();
    },
  });
  const logger = createLogger({ ...settings, ...overrides }, { service: 'test' }, stream);
  const lines = () =>
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { logger, lines, text: () => text };
}

describe('createLogger', () => {
  it('writes one JSON object a line, with level by name, time and service', () => {
    const { logger, lines } = capture();
    logger.info({ runId: 'r1' }, 'hello');
    expect(lines()).toEqual([expect.objectContaining({ level: 'info', service: 'test', runId: 'r1', msg: 'hello' })]);
    expect(Date.parse(String(lines()[0]?.['time']))).not.toBeNaN();
  });

  it('sets levels of named loggers by LOG_MAPPING, in both directions', () => {
    const { logger, lines } = capture({ LOG_MAPPING: 'nats=warn, reactor=debug' });
    logger.child({ name: 'nats' }).info('too quiet');
    logger.child({ name: 'nats' }).warn('heard');
    logger.child({ name: 'reactor' }).debug('heard too');
    logger.child({ name: 'other' }).debug('too quiet');
    expect(lines().map(({ name, msg }) => [name, msg])).toEqual([
      ['nats', 'heard'],
      ['reactor', 'heard too'],
    ]);
  });

  it('says which entries of LOG_MAPPING it ignores', () => {
    expect(parseLogMapping('a=b,=info,x=debug=1,ok=trace').wrong).toEqual(['a=b', '=info', 'x=debug=1']);
    expect(capture({ LOG_MAPPING: 'a=b' }).lines()).toEqual([
      expect.objectContaining({ code: 'LOG_MAPPING_ENTRY', entry: 'a=b' }),
    ]);
  });

  it('lets no secret through: in fields, bindings, errors, messages', () => {
    const { logger, text } = capture();
    logger
      .child({ apiKey: 'hunter2' })
      .info({ password: 'hunter2', nested: { token: 'hunter2' } }, 'at nats://u:hunter2@h');
    logger.error(
      { err: Object.assign(new Error('postgres://u:hunter2@h failed'), { headers: { authorization: 'hunter2' } }) },
      'x',
    );
    expect(text()).toContain('failed');
    expect(text()).not.toContain('hunter2');
  });

  it('can be listened to, children included; a listener that fails or logs does no harm', () => {
    const { logger, lines } = capture();
    const heard: string[] = [];
    const stop = tapLogLines(logger, (line) => {
      heard.push((JSON.parse(line) as { msg: string }).msg);
      logger.info('of the listener');
      throw new Error('deaf');
    });
    logger.child({ name: 'part' }).info('at nats://u:hunter2@h');
    logger.debug('not written, not heard');
    stop();
    logger.info('nobody listens');
    expect(heard).toEqual(['at nats://u:***@h']);
    expect(lines().map(({ msg }) => msg)).toEqual(['of the listener', 'at nats://u:***@h', 'nobody listens']);
  });

  it('names the suite and the run that are worked on, but where the line itself does', async () => {
    const { logger, lines } = capture();
    const work = { suite: 's', run: 's-1-1' };
    await duringWork(work, async () => {
      await Promise.resolve();
      logger.child({ name: 'part' }).info('within');
      logger.info({ run: 's-1-2' }, 'of another');
    });
    logger.info('outside');
    expect(lines().map(({ msg, suite, run }) => [msg, suite, run])).toEqual([
      ['within', 's', 's-1-1'],
      ['of another', 's', 's-1-2'],
      ['outside', undefined, undefined],
    ]);
  });

  it('is readable in development', () => {
    const { logger, text } = capture({ LOG_MOD: 'development' });
    logger.info({ runId: 'r1' }, 'hello');
    expect(text()).toMatch(/INFO.*hello/);
    expect(text()).toContain('runId: "r1"');
  });
});
