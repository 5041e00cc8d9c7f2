import { count } from '../core/phrase';

import type { DeadLetterAnswer, DeadLetterPage, WholeDeadLetter } from './dead-letters-answers';
import { columns, indented, visible, wrapped } from './terminal-text';

/** For people: a line each, which of them need nothing, and what to do about the others. */
export function deadLettersText({ deadLetters, next, isWhole }: DeadLetterPage, isNarrowed: boolean): string {
  if (deadLetters.length === 0)
    return isNarrowed
      ? 'There are no such dead letters.\n'
      : 'There are no dead letters here: everything could be worked on.\n';
  const rows = deadLetters.map((letter) =>
    [
      letter.reference,
      letter.recordedAt.replace(/\.\d+Z$/, 'Z'),
      letter.connection ?? letter.connectionId ?? '',
      whatText(letter),
      letter.reason,
      judgedText(letter),
    ].map(visible),
  );
  const judged = deadLetters.filter(({ judgedSince }) => judgedSince === true).length;
  const notes = [
    ...(judged === 0
      ? []
      : [
          `${judged} of ${count(deadLetters.length, 'dead letter')} need${judged === 1 ? 's' : ''} nothing, as the pull request was judged since: portcullis dead-letters drop --all --judged removes such.`,
        ]),
    ...(judged === deadLetters.length
      ? []
      : ['portcullis dead-letters show <reference> tells why; once that is mended, replay has it worked on again.']),
    ...(next === null ? [] : ['There are older ones: --limit shows more.']),
    ...(isWhole ? [] : ['There are more than are looked at; newer ones may be missing here: drop what needs nothing.']),
  ];
  const table = columns([['reference', 'recorded', 'connection', 'what', 'reason', 'judged since'], ...rows]);
  return `${[table, ...(notes.length === 0 ? [] : [notes.map((note) => wrapped(note)).join('\n')])].join('\n\n')}\n`;
}

export function deadLetterText(letter: WholeDeadLetter): string {
  const rows = [
    ['recorded', letter.recordedAt],
    ['what', whatText(letter)],
    ['connection', [letter.connection ?? '', letter.connectionId ?? ''].filter((text) => text !== '').join(', ')],
    ['repository', letter.repositoryId ?? ''],
    ['message', letter.messageId],
    ['session', letter.sessionId],
    ['enqueued', letter.enqueuedAt ?? ''],
    ['judged since', judgedText(letter)],
    ['reason', letter.reason],
  ].filter(([, text]) => text !== '');
  return [
    visible(letter.reference),
    indented(columns(rows.map((row) => row.map(visible))), 2),
    ...(letter.description === '' ? [] : ['', indented(wrapped(letter.description), 2)]),
    '',
    indented(visible(letter.body), 2),
    '',
  ].join('\n');
}

export function whatText({ kind, pullRequestId }: DeadLetterAnswer): string {
  switch (kind) {
    case 'pullRequest':
      return `pull request ${pullRequestId ?? ''}`.trim();
    case 'sweep':
      return 'a sweep';
    case 'operation':
      return 'a slice of long work';
    case 'unknown':
      return pullRequestId === null ? 'a message' : `pull request ${pullRequestId}`;
  }
}

function judgedText({ judgedSince, pullRequestId }: DeadLetterAnswer): string {
  if (judgedSince === null) return pullRequestId === null ? '' : 'not known';
  return judgedSince ? 'yes' : 'no';
}
