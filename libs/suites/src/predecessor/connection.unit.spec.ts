import { describe, expect, it } from 'vitest';
import { normaliseSuite, parseSuite } from '../parse/parse-suite.ts';
import { planDeployment } from '../planning/plan-deployment.ts';
import { familiarNames } from '../secrets/secret-names.ts';
import { changed, oldConnection } from '../testing/predecessor-documents.ts';

const PATH = 'suite.tests[0].connectionString';

describe.each([
  'postgres://u:pw@h1:5432,h2:5433/db?target_session_attrs=read-write',
  'host=/run/postgresql user=u',
  'service=bench',
  'grpc://u:pw@h:2136/local',
  'postgres://u@h/db?sslpassword=pw',
  "host='a b' password=pw",
])('a connection that is not of one host: %s', (text) => {
  const document = changed(oldConnection, PATH, text);

  it('is lifted as a whole, and published and planned by reference', () => {
    const parsed = parseSuite(JSON.stringify(document), { secretName: familiarNames() });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    expect(parsed.lifted?.secrets).toEqual(new Map([['DATABASE_URL', text]]));
    const connection = { url: { secret: 'DATABASE_URL' } };
    expect(parsed.lifted?.document).toMatchObject({ tests: [{ database: { connection } }] });
    expect(JSON.stringify(parsed.lifted?.document)).not.toContain(text);
    expect(normaliseSuite(parsed.lifted?.document)).toMatchObject({ ok: true, suite: parsed.suite });

    const [test] = parsed.suite.tests;
    if (test === undefined) throw new Error('no test');
    const { settings } = parsed.suite;
    const planned = planDeployment({ test, settings, cidr: '10.2.0.0/24', host: { cores: 8, memoryBytes: 1e12 } });
    expect(planned).toMatchObject({ ok: true, plan: { connection, secretRefs: [{ secret: 'DATABASE_URL' }] } });
  });

  it('is refused in plain text, which is not shown', () => {
    const parsed = normaliseSuite(document);
    expect(parsed.ok ? [] : parsed.problems.map(({ code, where }) => `${code} ${where}`)).toContain(
      `SUITE_PLAIN_SECRET ${PATH}`,
    );
    expect(JSON.stringify(parsed)).not.toContain(text);
  });
});

it('a connection may be a reference from the start, which holds its own password', () => {
  expect(normaliseSuite(changed(oldConnection, PATH, { secret: 'DB' }))).toMatchObject({
    ok: true,
    suite: { tests: [{ database: { connection: { url: { secret: 'DB' } } } }] },
  });
  const native = (connection: object) => ({
    apiVersion: 'benchbus.io/v1',
    kind: 'Suite',
    name: 's',
    tests: [{ name: 't', database: { connection }, workload: { tool: 'pgbench' } }],
  });
  expect(normaliseSuite(native({ url: { secret: 'DB' } }))).toMatchObject({ ok: true });
  expect(normaliseSuite(native({ url: { secret: 'DB' }, password: { secret: 'PW' } }))).toMatchObject({
    ok: false,
    problems: [{ where: 'tests[0].database.connection.password' }],
  });
});
