import fc from 'fast-check';
import type { ExternalDatabase } from '../model/database.ts';
import { secretRef, text } from './scalar-arbitraries.ts';

const inParts = fc.record(
  {
    host: fc.oneof(fc.domain(), fc.ipV4(), fc.constantFrom('::1', '2001:db8::1', 'db_1')),
    port: fc.integer({ min: 1, max: 65_535 }),
    user: text(12),
    database: text(12),
    password: secretRef,
    parameters: fc
      .dictionary(fc.constantFrom('sslmode', 'application_name', 'options', 'sslrootcert'), text(12))
      .map((entries) => ({ ...entries })),
  },
  { requiredKeys: ['host', 'port', 'user', 'database', 'parameters'] },
);

export const externalDatabaseArbitrary: fc.Arbitrary<ExternalDatabase> = fc.oneof(
  { weight: 4, arbitrary: inParts },
  { weight: 1, arbitrary: fc.record({ url: secretRef }) },
);
