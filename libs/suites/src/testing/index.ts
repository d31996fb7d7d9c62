export * from './example-suite.ts';
