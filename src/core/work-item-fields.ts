import { readRichText } from './rich-text';
import type { LinkedWorkItem, WorkItemFieldValue } from './snapshot';

/** Reference names of fields that gates ask for by themselves. */
export const AREA_PATH = 'System.AreaPath';
export const ITERATION_PATH = 'System.IterationPath';
export const TAGS = 'System.Tags';
export const PARENT = 'System.Parent';
export const ACCEPTANCE_CRITERIA = 'Microsoft.VSTS.Common.AcceptanceCriteria';

/** No field of Azure DevOps: who asks for it is told the types of parents, which takes a request of its own. */
export const PARENT_TYPE = 'System.Parent/System.WorkItemType';

/** What a field holds; undefined for nothing. */
export function fieldOf({ fields }: LinkedWorkItem, name: string): WorkItemFieldValue | undefined {
  return fields?.[name.toLowerCase()];
}

/** Zero and false are said by somebody; white space and what an editor leaves of an emptied field are not. */
export function isFilled(value: WorkItemFieldValue | undefined): boolean {
  return typeof value === 'string' ? readRichText(value).text !== '' : value !== undefined;
}

/** `a; b`, as the service writes them. */
export function tagsOf(item: LinkedWorkItem): string[] {
  const tags = fieldOf(item, TAGS);
  if (typeof tags !== 'string') return [];
  return tags.split(';').flatMap((tag) => (tag.trim() === '' ? [] : [tag.trim()]));
}

/** Whether a path of areas or iterations is this one or below it. */
export function isWithin(path: string, above: string): boolean {
  const [inner, outer] = [path, above].map((each) => `${partsOf(each).join('\\')}\\`);
  return inner?.startsWith(outer ?? '') ?? false;
}

function partsOf(path: string): string[] {
  return path
    .toLowerCase()
    .split(/[\\/]/)
    .flatMap((part) => (part.trim() === '' ? [] : [part.trim()]));
}
