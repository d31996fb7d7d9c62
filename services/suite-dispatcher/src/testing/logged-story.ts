import type { AnyDraft, AnyRecorded, Draft } from '@benchbus/events';
import { PlainLog } from '@benchbus/events/testing';
import { Story } from './story.ts';

/** A story that is a log, too: what is told is appended, and heard by those who follow. */
export class LoggedStory extends Story {
  readonly log = new PlainLog(() => this.now, this.events);

  override append(draft: AnyDraft): AnyRecorded {
    const version = this.of(draft.subject).at(-1)?.sequence ?? 0;
    // Stands in the log when the call returns.
    void this.log.append(draft as Draft, version);
    return this.events.at(-1) as AnyRecorded;
  }
}
