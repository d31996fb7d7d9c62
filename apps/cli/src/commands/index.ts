// The commands: one file and one line each. Help lists them by group, in this order of names.
export { register as cancel } from './cancel.ts';
export { register as completion } from './completion.ts';
export { register as doctor } from './doctor.ts';
export { register as events } from './events.ts';
export { register as janitor } from './janitor.ts';
export { register as list } from './list.ts';
export { register as logs } from './logs.ts';
export { register as plan } from './plan.ts';
export { register as release } from './release.ts';
export { register as rerun } from './rerun.ts';
export { register as results } from './results.ts';
export { register as run } from './run.ts';
export { register as shell } from './shell.ts';
export { register as status } from './status.ts';
export { register as up } from './up.ts';
export { register as validate } from './validate.ts';
export { register as watch } from './watch.ts';
