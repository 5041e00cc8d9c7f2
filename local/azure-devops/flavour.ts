import { NEWEST_VERSION } from './api-version';
import type { State } from './state-model';

/** What differs between an organization of Services and a collection of a Server below a virtual directory. */

export type Flavour = State['flavour'];

export const isServer = ({ flavour }: Pick<State, 'flavour'>): boolean => flavour === 'server';

/** The virtual directory; it answers for the server itself. */
export const SERVER_DIRECTORY = '/tfs';

/** The path of the organization or collection: `/contoso`, `/tfs/DefaultCollection`. */
export const basePathOf = (state: Pick<State, 'flavour' | 'organization'>): string =>
  `${isServer(state) ? SERVER_DIRECTORY : ''}/${encodeURIComponent(state.organization)}`;

/** The newest REST API by default; a Server is behind Services. */
export const newestVersionOf = (state: Pick<State, 'flavour'>): string => (isServer(state) ? '7.1' : NEWEST_VERSION);

/** Accounts of a Server are those of its domain. */
export const isWindowsAccount = (uniqueName: string): boolean => /^[^\\/:]+\\[^\\]+$/.test(uniqueName);

/** The name that somebody signs in with. */
export const accountName = (state: Pick<State, 'flavour'>, name: string): string =>
  isServer(state) ? `CONTOSO\\${name}` : `${name}@contoso.example`;

/** Where mail reaches somebody: on Services it is the name that one signs in with. */
export const mailOf = ({ uniqueName, key }: { uniqueName: string; key: string }): string =>
  isWindowsAccount(uniqueName) ? `${key}@contoso.example` : uniqueName;
