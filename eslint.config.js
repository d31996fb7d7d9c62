import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

/** Dependencies point one way: apps and services may use libs, libs only libs; nobody imports a service. */
const boundaries = [
  { sourceTag: 'scope:lib', onlyDependOnLibsWithTags: ['scope:lib'] },
  { sourceTag: 'scope:service', onlyDependOnLibsWithTags: ['scope:lib'] },
  { sourceTag: 'scope:app', onlyDependOnLibsWithTags: ['scope:lib'] },
  { sourceTag: 'scope:test', onlyDependOnLibsWithTags: ['scope:lib'] },
];

/** The functional core: no clock, no randomness, no I/O. */
const pureCore = {
  'no-restricted-globals': ['error', 'process', 'setTimeout', 'setInterval', 'fetch', 'crypto', 'performance'],
  'no-restricted-properties': [
    'error',
    { object: 'Date', property: 'now', message: 'domain/ has no clock: take the time as an argument' },
    { object: 'Math', property: 'random', message: 'domain/ has no randomness: take it as an argument' },
  ],
  'no-restricted-imports': [
    'error',
    {
      patterns: [
        {
          group: [
            'node:fs*',
            'node:net',
            'node:http*',
            'node:child_process',
            '@nats-io/*',
            'iovalkey',
            '**/adapters/**',
          ],
          message: 'domain/ does no I/O',
        },
      ],
    },
  ],
};

export default tseslint.config(
  { ignores: ['**/node_modules/**', '**/dist/**', '.benchbus/**', '.nx/**'] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  prettier,
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': ['error', { depConstraints: boundaries, allowCircularSelfDependency: true }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-non-null-assertion': 'error',
      // `Promise.withResolvers<void>()` and handlers that may or may not answer are good style here.
      '@typescript-eslint/no-invalid-void-type': 'off',
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
    },
  },
  { files: ['**/domain/**/*.ts'], ignores: ['**/*.spec.ts'], rules: pureCore },
  {
    files: ['**/*.mjs', '**/*.js'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        fetch: 'readonly',
      },
    },
  },
);
