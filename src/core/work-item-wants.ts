import { allOf, anyOf, quote } from './phrase';
import { ACCEPTANCE_CRITERIA, AREA_PATH, ITERATION_PATH, PARENT, PARENT_TYPE, TAGS } from './work-item-fields';

/** What makes a linked work item count; undefined and empty lists ask nothing. */
export interface WorkItemWants {
  allowedTypes?: readonly string[] | undefined;
  allowedStates?: readonly string[] | undefined;
  forbiddenStates: readonly string[];
  areaPaths?: readonly string[] | undefined;
  iterationPaths?: readonly string[] | undefined;
  requiredTags: readonly string[];
  forbiddenTags: readonly string[];
  requiredFields: readonly string[];
  parent: 'ignore' | 'required';
  parentTypes?: readonly string[] | undefined;
  acceptanceCriteria: 'ignore' | 'present' | 'ticked';
}

/** The fields that have to be read for it. */
export function fieldsFor(wants: WorkItemWants): string[] {
  return [
    ...(wants.areaPaths ? [AREA_PATH] : []),
    ...(wants.iterationPaths ? [ITERATION_PATH] : []),
    ...(wants.requiredTags.length > 0 || wants.forbiddenTags.length > 0 ? [TAGS] : []),
    ...wants.requiredFields,
    ...(wants.parent === 'required' || wants.parentTypes ? [PARENT] : []),
    ...(wants.parentTypes ? [PARENT_TYPE] : []),
    ...(wants.acceptanceCriteria === 'ignore' ? [] : [ACCEPTANCE_CRITERIA]),
  ];
}

/** ` of type "Bug" and in state "Active"`, for a sentence that asks for work items; empty when any will do. */
export function wantedText(wants: WorkItemWants): string {
  const { allowedTypes, allowedStates, forbiddenStates, areaPaths, iterationPaths, parentTypes } = wants;
  const any = (before: string, values: readonly string[] | undefined): string[] =>
    values === undefined || values.length === 0 ? [] : [`${before} ${anyOf(values.map(quote))}`];
  const all = (before: string, values: readonly string[], after = ''): string[] =>
    values.length === 0 ? [] : [`${before} ${allOf(values.map(quote))}${after}`];
  const parts = [
    ...any('of type', allowedTypes),
    ...any('in state', allowedStates),
    ...any('not in state', forbiddenStates),
    ...any('in area', areaPaths),
    ...any('in iteration', iterationPaths),
    ...all('tagged', wants.requiredTags),
    ...any('not tagged', wants.forbiddenTags),
    ...all('with', wants.requiredFields, ' filled in'),
    ...(parentTypes ? any('with a parent of type', parentTypes) : wants.parent === 'required' ? ['with a parent'] : []),
    ...(wants.acceptanceCriteria === 'ignore' ? [] : [CRITERIA[wants.acceptanceCriteria]]),
  ];
  return parts.length === 0 ? '' : ` ${allOf(parts)}`;
}

const CRITERIA = { present: 'with acceptance criteria', ticked: 'with all of its acceptance criteria ticked' } as const;
