export * from './greet-engine.ts';
export * from './probe-engine.ts';
export { restTls } from './tls-options.ts';
