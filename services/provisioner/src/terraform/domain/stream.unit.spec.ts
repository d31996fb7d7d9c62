import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Lines } from './lines.ts';
import { redact, terraformProblem } from './problems.ts';
import { errorsOf, parseTerraformLine } from './stream.ts';

/** Recorded from terraform 1.11.4 and the double. */
const recorded = (name: string): string => readFileSync(new URL(`fixtures/${name}.jsonl`, import.meta.url), 'utf8');
const eventsOf = (text: string) => text.split('\n').flatMap((line) => parseTerraformLine(line) ?? []);
const of = (name: string) => eventsOf(recorded(name));
const steps = (name: string, what: string) =>
  of(name).flatMap((event) =>
    event.kind === 'resource' && event.what === what ? [`${event.action} ${event.address}`] : [],
  );

it('tells every resource that comes and goes', () => {
  expect(steps('apply', 'done')).toEqual([
    'create yandex_vpc_subnet.run',
    'create yandex_vpc_security_group.run',
    'create yandex_compute_instance.node["load"]',
    'create yandex_compute_instance.node["pg"]',
  ]);
  expect(
    of('apply').find((event) => event.kind === 'resource' && event.key === 'pg' && event.what === 'done'),
  ).toMatchObject({
    type: 'yandex_compute_instance',
    id: expect.stringMatching(/^fhm/) as unknown,
  });
  expect(steps('destroy', 'done')[0]).toBe('delete yandex_compute_instance.node["load"]');
  expect(errorsOf(of('apply'))).toEqual([]);
});

it('tells what a look-up by name found, and what is not there', () => {
  const found = of('find').flatMap((event) => (event.kind === 'resource' && event.what === 'done' ? [event.key] : []));
  expect(found.sort()).toEqual(['yandex_compute_instance.node["pg"]', 'yandex_vpc_subnet.run']);
  expect(errorsOf(of('find')).map(({ address }) => address)).toEqual([
    'data.yandex_vpc_security_group.found["yandex_vpc_security_group.run"]',
    'data.yandex_compute_instance.found["yandex_compute_instance.node[\\"x\\"]"]',
  ]);
});

it.each([
  ['quota', 'YANDEX_QUOTA_EXCEEDED'],
  ['auth', 'YANDEX_AUTH_FAILED'],
  ['image', 'YANDEX_IMAGE_MISSING'],
  ['platform', 'YANDEX_PLACE_INVALID'],
  ['zone', 'YANDEX_PLACE_INVALID'],
  ['provider-crash', 'TERRAFORM_PROVIDER_CRASHED'],
  ['name-taken', 'YANDEX_NAME_TAKEN'],
  ['provider-missing', 'TERRAFORM_PROVIDER_MISSING'],
])('%s is coded', (name, code) => {
  const problem = terraformProblem(errorsOf(of(name)), () => 'pg');
  expect(problem).toMatchObject({ code, hint: expect.stringMatching(/\w/) as unknown });
});

it('what nothing is known of keeps the words of the cloud', () => {
  const error = {
    kind: 'diagnostic',
    severity: 'error',
    summary: 'Strange',
    detail: 'words',
    address: undefined,
  } as const;
  expect(terraformProblem([error], () => undefined)).toMatchObject({
    code: 'YANDEX_REFUSED',
    message: 'Strange: words',
  });
  expect(terraformProblem([], () => undefined).code).toBe('TERRAFORM_FAILED');
});

it('a refused token that is quoted goes out of the message', () => {
  const { message } = terraformProblem(errorsOf(of('auth')), () => undefined);
  expect(message).toContain('t1.canary');
  expect(redact(message, ['t1.canary'])).not.toContain('t1.canary');
});

it('reads the same however the output arrives, and nothing but lines that it knows', () => {
  const text = recorded('apply');
  fc.assert(
    fc.property(fc.array(fc.nat(text.length), { maxLength: 20 }), (cuts) => {
      const lines = new Lines();
      const at = [0, ...cuts.sort((a, b) => a - b), text.length];
      const pieces = at.slice(1).map((end, index) => text.slice(at[index], end));
      const all = [...pieces.flatMap((piece) => lines.push(piece)), ...lines.end()];
      expect(all.flatMap((line) => parseTerraformLine(line) ?? [])).toEqual(eventsOf(text));
    }),
  );
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (line) => parseTerraformLine(line) === undefined));
});
