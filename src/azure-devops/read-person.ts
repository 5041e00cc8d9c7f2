import { Failure } from '../core/failures';

import { oneLine } from './describe-request';
import type { Door } from './door';
import { queryIdentities } from './read-group';

/**
 * The id of a person. The service's search finds by parts of names: only who has exactly this account is meant, with its
 * domain on a server. Throws `notFound` when there is nobody, `permissionMissing` without the scope.
 */
export async function readPersonId(door: Door, uniqueName: string): Promise<string> {
  const name = oneLine(uniqueName, 100);
  const found = await queryIdentities(door, `find ${name} in ${door.base}`, {
    searchFilter: 'General',
    filterValue: uniqueName,
  });
  const wanted = uniqueName.toLowerCase();
  const person = found.find((each) => {
    const { Account: account = '', Domain: domain = '' } = each.properties;
    return each.isContainer !== true && [account, `${domain}\\${account}`].some((own) => own.toLowerCase() === wanted);
  });
  if (person) return person.id;
  throw new Failure({ kind: 'notFound', message: `There is nobody of the unique name ${name} in ${door.base}.` });
}
