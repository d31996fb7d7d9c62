export { answerJanitor } from './answer.ts';
export { sweep } from './sweep.ts';
export { startJanitor } from './timer.ts';
