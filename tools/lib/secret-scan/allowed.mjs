/** The list itself holds them, too. */
export const THIS_FILE = 'tools/lib/secret-scan/allowed.mjs';

/** Test values that look like secrets and are none: in which file, the exact text, and why it may stand there. */
export const ALLOWED = [
  ...[
    'libs/suites/src/parse/values-in-problems.unit.spec.ts',
    'libs/suites/src/secrets/looks-secret.unit.spec.ts',
    'libs/suites/src/secrets/may-hold-secrets.unit.spec.ts',
  ].map((file) => ({
    file,
    text: 'ghp_16C7e42F292c6912E7710c838347Ae178B4a',
    why: 'the token of GitHub’s own documentation: such are to be recognised',
  })),
  {
    file: 'libs/suites/src/secrets/looks-secret.unit.spec.ts',
    text: 'AKIAIOSFODNN7EXAMPLE',
    why: 'the key of the documentation of AWS: such are to be recognised',
  },
  {
    file: 'libs/suites/src/secrets/looks-secret.unit.spec.ts',
    text: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N',
    why: 'the example of jwt.io: such are to be recognised',
  },
  {
    file: 'libs/suites/src/secrets/looks-secret.unit.spec.ts',
    text: 'sk-proj-abc123DEF456ghi789',
    why: 'in the form of OpenAI’s: such are to be recognised',
  },
  {
    file: 'libs/suites/src/secrets/looks-secret.unit.spec.ts',
    text: '-----BEGIN RSA PRIVATE KEY-----',
    why: 'a first line without a key behind it: such are to be recognised',
  },
  {
    file: 'services/provisioner/src/terraform/workspace.unit.spec.ts',
    text: 't1.canary-0123456789-canary-0123456789',
    why: 'a canary that must not come through',
  },
  {
    file: 'services/provisioner/src/yandex/domain/secrets.unit.spec.ts',
    text: '-----BEGIN PRIVATE KEY-----',
    why: 'of lines that the test makes up: a key’s parts are to be hidden',
  },
];
