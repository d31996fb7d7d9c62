import { NatsUnreachable, NoAnswer, QuestionRefused } from '@benchbus/events';

/**
 * Whether a runner that was not enrolled asks once more: nobody is there yet, or is away, or another host's provisioner took
 * the question, which all of them answer in turn. The code is good for some minutes, and asked with the same key it is used once.
 */
export const isAskedAgain = (error: unknown): boolean =>
  error instanceof NatsUnreachable ||
  error instanceof NoAnswer ||
  (error instanceof QuestionRefused && error.code === 'ENROLMENT_OTHER_HOST');
