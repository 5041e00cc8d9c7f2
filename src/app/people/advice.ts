import type { Place } from './people';

/** What to do about what forgetting somebody leaves: whoever asks decides, as it decides about pull requests. */
export function adviceOn({
  table,
  row,
  connectionId,
  column,
  outcome,
}: Pick<Place, 'table' | 'row' | 'connectionId' | 'column' | 'outcome'>): string {
  if (outcome === 'later') return 'its work is under way: forget them again once it has ended.';
  if (outcome === 'missed') return 'somebody else wrote it in that moment: forget them again.';
  const [, key = ''] = row.split('/');
  const of = `--connection ${connectionId ?? ''}`;
  if (table === 'Settings' && key.startsWith('version_')) {
    return 'a former version of settings: it goes once 20 newer ones were saved.';
  }
  if (table === 'Settings')
    return `it decides how pull requests are judged: portcullis settings set <file> ${of} saves a document without them${scopeText(key)}.`;
  if (table === 'Access') return `a grant to a group or an application: portcullis access revoke ${key} ${of}.`;
  if (column === 'name') return `portcullis connections change ${connectionId ?? ''} --name gives it another.`;
  return `the gate knows its own comments by this account, also by one that it had before: it goes with portcullis disconnect ${connectionId ?? ''}.`;
}

function scopeText(key: string): string {
  const [kind = '', id = ''] = key.split('_');
  return kind === 'connection' ? '' : ` (with --${kind}; its id is ${id})`;
}
