export { answerJanitor } from './answer.ts';
export { settleLoss } from './settle-loss.ts';
export { sweep } from './sweep.ts';
export { startJanitor } from './timer.ts';
