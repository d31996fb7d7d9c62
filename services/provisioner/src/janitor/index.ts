export { sweep } from './sweep.ts';
export type { Reclaimed } from './sweep.ts';
export { startJanitor } from './timer.ts';
