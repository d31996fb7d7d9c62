import { NoAnswer, QuestionRefused } from '@benchbus/events';
import { expect, it } from 'vitest';
import { isAskedAgain } from './ask-again.ts';

it('asks again until the host of its node answers, and takes any other refusal for one', () => {
  const refused = (code: string) => new QuestionRefused({ code, message: 'no' });
  expect(isAskedAgain(new NoAnswer('enrol.redeem', 'away'))).toBe(true);
  expect(isAskedAgain(refused('ENROLMENT_OTHER_HOST'))).toBe(true);
  expect(isAskedAgain(refused('ENROLMENT_CODE_USED'))).toBe(false);
  expect(isAskedAgain(new Error('ENROLMENT_OTHER_HOST'))).toBe(false);
});
