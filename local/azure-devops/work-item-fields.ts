import { AzureDevOpsError, badRequest } from './errors';
import type { WorkItem } from './state-model';
import { parentOf } from './work-item-links';

/** The fields of the organization: those of the Agile process that gates ask for, and one of its own. */
const FIELDS = [
  'System.AreaPath',
  'System.AssignedTo',
  'System.ChangedBy',
  'System.ChangedDate',
  'System.CommentCount',
  'System.CreatedBy',
  'System.CreatedDate',
  'System.Description',
  'System.History',
  'System.Id',
  'System.IterationPath',
  'System.Parent',
  'System.Reason',
  'System.Rev',
  'System.State',
  'System.Tags',
  'System.TeamProject',
  'System.Title',
  'System.WorkItemType',
  'Microsoft.VSTS.Common.AcceptanceCriteria',
  'Microsoft.VSTS.Common.Priority',
  'Microsoft.VSTS.Common.Risk',
  'Microsoft.VSTS.Common.Severity',
  'Microsoft.VSTS.Common.StateChangeDate',
  'Microsoft.VSTS.Common.ValueArea',
  'Microsoft.VSTS.Scheduling.Effort',
  'Microsoft.VSTS.Scheduling.RemainingWork',
  'Microsoft.VSTS.Scheduling.StoryPoints',
  'Microsoft.VSTS.TCM.ReproSteps',
  'Custom.CustomerVisible',
];

const READ_ONLY = ['System.Id', 'System.Parent', 'System.Rev', 'System.TeamProject', 'System.WorkItemType'];

const isSame = (one: string, other: string): boolean => one.trim().toLowerCase() === other.trim().toLowerCase();

/** @throws AzureDevOpsError 400 TF51535 for a name that no field has */
export function requireField(name: string): string {
  const field = FIELDS.find((each) => isSame(each, name));
  if (field === undefined) {
    throw badRequest(`TF51535: Cannot find field ${name.trim()}.`, 'WorkItemTrackingFieldDefinitionNotFoundException');
  }
  return field;
}

/** What a field holds once somebody set it: tags in the service's own order, and nothing where nothing is said. */
export function valueToSet(field: string, value: unknown, workItem: WorkItem): unknown {
  if (READ_ONLY.includes(field)) {
    throw ruleError(`TF401326: Invalid field status 'ReadOnly' for field '${field}'.`);
  }
  if (field === 'System.Tags') return tagsText(textOf(value));
  if (field === 'System.AreaPath' || field === 'System.IterationPath') {
    const path = textOf(value).replace(/^\\/, '');
    const project = String(workItem.fields['System.TeamProject']);
    if (!isSame(path.split('\\')[0] ?? '', project)) {
      throw ruleError(`TF401347: Invalid tree name given for work item ${workItem.id}, field '${field}'.`);
    }
    return path;
  }
  return value;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function tagsText(text: string): string {
  const tags = text.split(/[;,]/).flatMap((tag) => (tag.trim() === '' ? [] : [tag.trim()]));
  const distinct = tags.filter((tag, index) => tags.findIndex((other) => isSame(other, tag)) === index);
  return distinct.sort((a, b) => a.localeCompare(b)).join('; ');
}

/** All fields of a work item that hold something, those that follow from its links included. */
export function fieldsOf(workItem: WorkItem): Record<string, unknown> {
  const parent = parentOf(workItem);
  const filled = Object.entries(workItem.fields).filter(
    ([, value]) => value !== null && value !== undefined && value !== '',
  );
  return { ...Object.fromEntries(filled), ...(parent === undefined ? {} : { 'System.Parent': parent }) };
}

function ruleError(message: string): AzureDevOpsError {
  return badRequest(message, 'RuleValidationException');
}
