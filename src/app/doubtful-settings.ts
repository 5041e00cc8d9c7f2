import type { Settings, SettingsProblem } from '../settings';

/** What a document may say and hardly means, as sentences. */
export function doubtsOf(settings: Settings, document: unknown): SettingsProblem[] {
  return [...nothingOn(settings), ...unjudgedComponents(settings), ...doubtfulAccounts([], document)];
}

function nothingOn({ enabled, gates }: Settings): SettingsProblem[] {
  if (!enabled || gates.length > 0) return [];
  const message =
    'no gate is on, so pull requests say error here until a narrower scope turns one on; set enabled: false to gate nothing.';
  return [{ path: 'gates', message }];
}

/** Such as a component with paths alone, where a wider scope locks the gates that look at files. */
function unjudgedComponents({ enabled, gates, components }: Settings): SettingsProblem[] {
  if (!enabled || gates.length === 0) return [];
  return components
    .filter(({ name }) => !gates.some(({ component }) => component === name))
    .map(({ name }) => ({
      path: `components.${name}`,
      message: `no gate judges this component by itself, so its status portcullis/${name} says error; name a gate in it, or take it out.`,
    }));
}

const ACCOUNT_LISTS = ['bots.identities', 'waivers.authority', 'when.authors'];

/** Accounts are compared exactly, so that anything else is saved, and counts for nothing. */
function doubtfulAccounts(path: readonly string[], value: unknown): SettingsProblem[] {
  if (Array.isArray(value)) {
    if (!ACCOUNT_LISTS.some((list) => path.join('.').endsWith(list))) return [];
    return value.flatMap((account: unknown, index) => {
      const looks = typeof account === 'string' ? looksOf(account) : undefined;
      if (looks === undefined) return [];
      const message = `${JSON.stringify(account)} looks like ${looks}, which no account matches; write its uniqueName, like ada@contoso.com, or its id.`;
      return [{ path: `${path.join('.')}[${index}]`, message }];
    });
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => doubtfulAccounts([...path, key], inner));
}

function looksOf(account: string): string | undefined {
  if (account.includes('*')) return 'a pattern';
  // Groups and accounts of a domain, like [Shop]\Project Administrators, have spaces, too.
  return /\s/.test(account) && !/[@\\]/.test(account) ? 'a display name' : undefined;
}
