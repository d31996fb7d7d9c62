import { BenchbusError } from '../bus/errors.ts';

/** A message nobody can ever read: rubbish bytes, missing attributes, unknown type, data against its schema. */
export class UnreadableMessage extends BenchbusError {
  constructor(code: string, message: string, where: string) {
    super({ code, message, where }, { permanent: true });
    this.name = 'UnreadableMessage';
  }
}

/** A newer writer's event: a newer reader will understand it, so it is kept, not parked. */
export class TypeTooNew extends BenchbusError {
  /** The aggregate it is of. */
  readonly subject: string;

  constructor(type: string, known: number, subject: string, where: string) {
    super({
      code: 'EVENT_TYPE_TOO_NEW',
      message: `${type} is newer than version ${known}, the newest this program knows`,
      where,
      hint: 'roll out the new readers before the new writers',
    });
    this.name = 'TypeTooNew';
    this.subject = subject;
  }
}
