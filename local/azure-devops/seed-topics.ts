import { ZERO_ID, type GitRepository } from './git-repository';
import { seedFiles } from './seed-files';

/** A branch that a pull request of the big organization comes from. */
export interface Topic {
  refName: string;
  title: string;
  description?: string;
  main: string;
  head: string;
  /** The merge into `main` as it was tried out. */
  merge: string;
  /** Change tracking ids by path. */
  changeTracking: Record<string, number>;
}

const KINDS = ['feat', 'fix', 'chore', 'docs'] as const;
const WHO = 'Ada Author <author@contoso.example>';

/** Writes `main` and so many branches of one commit each into an empty repository, by one git process. */
export async function writeTopics(git: GitRepository, count: number, date: number): Promise<Topic[]> {
  const seconds = Math.floor(date / 1_000);
  const files = Object.entries(seedFiles);
  const parts = [commit('refs/heads/main', 1, seconds - 86_400, 'The service as it stands', []), ...files.map(file)];
  for (let number = 1; number <= count; number += 1) {
    const [topic, merge] = [2 * number, 2 * number + 1];
    const changes = changesOf(number).map(file);
    const message = titleOf(number);
    parts.push(commit(refOf(number), topic, seconds - 3_600, message, ['from :1']), ...changes);
    // Held by no ref: objects are never pruned.
    parts.push(commit(HOLDER, merge, seconds - 3_600, `Merge ${message}`, ['from :1', `merge :${topic}`]), ...changes);
  }
  for (let mark = 1; mark <= 2 * count + 1; mark += 1) parts.push(`get-mark :${mark}\n`);
  parts.push(`reset ${HOLDER}\nfrom ${ZERO_ID}\n`);
  const { stdout } = await git.git(['fast-import', '--quiet', '--force', '--date-format=raw'], {
    input: parts.join(''),
  });
  const ids = stdout.toString('utf8').trim().split('\n');
  git.forgetRefs();
  const [main = ''] = ids;
  const topics: Topic[] = [];
  for (let number = 1; number <= count; number += 1) {
    const head = ids[2 * number - 1] ?? '';
    const changes = await git.diff(main, head);
    topics.push({
      refName: refOf(number),
      title: titleOf(number),
      ...(number % 5 === 0 ? {} : { description: `What customers asked for, part ${number}.` }),
      main,
      head,
      merge: ids[2 * number] ?? '',
      changeTracking: Object.fromEntries(changes.map(({ path }, index) => [path, index + 1])),
    });
  }
  return topics;
}

const HOLDER = 'refs/simulator/new/topics';
const refOf = (number: number): string => `refs/heads/topic/${number}`;

/** One in four says too little. */
const titleOf = (number: number): string =>
  number % 4 === 0 ? 'Update' : `${KINDS[number % 3] ?? 'feat'}: make vouchers work, part ${number}`;

/** Differs in size and kind from branch to branch. */
function changesOf(number: number): [string, string][] {
  const lines = Array.from(
    { length: 3 + ((number * 37) % 400) },
    (_, line) => `export const value${line} = ${line};\n`,
  );
  const [readme = ''] = [seedFiles['README.md']];
  return [
    [`src/vouchers-${number}.ts`, lines.join('')],
    ...(number % 2 === 0
      ? []
      : ([['README.md', `${readme}\nVouchers, part ${number}.\n`]] satisfies [string, string][])),
  ];
}

const file = ([path, text]: [string, string]): string =>
  `M 100644 inline ${path}\ndata ${Buffer.byteLength(text)}\n${text}\n`;

function commit(ref: string, mark: number, seconds: number, message: string, parents: readonly string[]): string {
  const who = `${WHO} ${seconds} +0000`;
  const lines = [`commit ${ref}`, `mark :${mark}`, `author ${who}`, `committer ${who}`];
  return `${lines.join('\n')}\ndata ${Buffer.byteLength(message)}\n${message}\n${parents.map((each) => `${each}\n`).join('')}`;
}
