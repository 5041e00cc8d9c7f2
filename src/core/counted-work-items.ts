import type { Fault } from './outcome';
import { anyOf, count, quote, shorten } from './phrase';
import { readRichText } from './rich-text';
import { distinctNames, isSameName } from './same-name';
import type { LinkedWorkItem } from './snapshot';
import {
  ACCEPTANCE_CRITERIA,
  AREA_PATH,
  fieldOf,
  isFilled,
  isWithin,
  ITERATION_PATH,
  PARENT,
  tagsOf,
  TAGS,
} from './work-item-fields';
import { fieldsFor, type WorkItemWants } from './work-item-wants';

/** Why a work item does not count, all of it; what cannot be known of it, in `unclear`. */
export interface WorkItemFaults {
  faults: Fault[];
  unclear: Fault[];
}

/** Characters of fields that are looked at in one evaluation: more would keep the event loop from everything else. */
const MOST_TEXT = 1_000_000;

/** The faults of each work item. Those beyond what is looked at are unclear. */
export function faultsOfAll(linked: readonly LinkedWorkItem[], wants: WorkItemWants): WorkItemFaults[] {
  let left = MOST_TEXT;
  return linked.map((item) => {
    const texts = Object.values(item.fields ?? {}).map((value) => (typeof value === 'string' ? value.length : 0));
    const length = texts.reduce((sum, each) => sum + each, 0);
    if (length > left) return { faults: [], unclear: [TOO_MUCH] };
    left -= length;
    return faultsOf(item, wants);
  });
}

/** One of the wrong type is told that alone, and one in the wrong state hardly more: another one is to be linked. */
function faultsOf(item: LinkedWorkItem, wants: WorkItemWants): WorkItemFaults {
  const { allowedTypes, allowedStates, forbiddenStates } = wants;
  if (!includes(allowedTypes, item.type)) {
    const is = `is of type ${quote(item.type)}; only ${anyOf((allowedTypes ?? []).map(quote))} counts`;
    return { faults: [fault(item, 'type', `is a ${plain(item.type)}`, is)], unclear: [] };
  }
  const state = `is in state ${quote(item.state)}`;
  if (!includes(allowedStates, item.state)) {
    const is = `${state}; only ${anyOf((allowedStates ?? []).map(quote))} counts`;
    return { faults: [fault(item, 'state', `is ${plain(item.state)}`, is)], unclear: [] };
  }
  if (forbiddenStates.some((each) => isSameName(each, item.state))) {
    return { faults: [fault(item, 'state', `is ${plain(item.state)}`, `${state}, which does not count`)], unclear: [] };
  }
  const unknown = fieldsFor(wants).filter((name) => item.unknownFields?.some((each) => isSameName(each, name)));
  const parent = parentFault(item, wants);
  const found = [
    ...pathFaults(item, wants),
    ...tagFaults(item, wants),
    ...distinctNames(wants.requiredFields)
      .filter((name) => !isFilled(fieldOf(item, name)))
      .map((name) => fieldFault(item, name)),
    ...(parent === undefined || parent === 'unclear' ? [] : [parent]),
    ...criteriaFaults(item, wants),
  ];
  return {
    // What a field that nobody has holds is no fault of the work item.
    faults: found.filter(({ field }) => field === undefined || !unknown.includes(field)),
    unclear: [...unknown.map(unknownField), ...(parent === 'unclear' ? [unseenParent(item)] : [])],
  };
}

interface FieldFault extends Fault {
  /** The field that it is told of. */
  field?: string;
}

function pathFaults(item: LinkedWorkItem, { areaPaths, iterationPaths }: WorkItemWants): FieldFault[] {
  const faultIn = (what: 'area' | 'iteration', name: string, allowed: readonly string[] | undefined): FieldFault[] => {
    const path = String(fieldOf(item, name) ?? '');
    if (allowed === undefined || allowed.some((each) => isWithin(path, each))) return [];
    const is = `is in ${what} ${quote(path)}; only ${anyOf(allowed.map(quote))} counts, with everything below it`;
    return [{ ...fault(item, `${what}Path`, `is in ${what} ${plain(path)}`, is), field: name }];
  };
  return [...faultIn('area', AREA_PATH, areaPaths), ...faultIn('iteration', ITERATION_PATH, iterationPaths)];
}

function tagFaults(item: LinkedWorkItem, { requiredTags, forbiddenTags }: WorkItemWants): FieldFault[] {
  const tags = tagsOf(item);
  const has = (name: string): boolean => tags.some((tag) => isSameName(tag, name));
  return [
    ...requiredTags
      .filter((name) => !has(name))
      .map((name) =>
        fault(item, `tag ${name.toLowerCase()}`, `lacks the tag ${plain(name)}`, `lacks the tag ${quote(name)}`, MEND),
      ),
    ...forbiddenTags
      .filter(has)
      .map((name) =>
        fault(
          item,
          `forbiddenTag ${name.toLowerCase()}`,
          `is tagged ${plain(name)}`,
          `has the tag ${quote(name)}, with which it does not count`,
          'Take the tag off the work item once it is no longer true, or link another one.',
        ),
      ),
  ].map((each) => ({ ...each, field: TAGS }));
}

function fieldFault(item: LinkedWorkItem, name: string): FieldFault {
  const short = `lacks ${plain(name.split('.').at(-1) ?? name)}`;
  const is = `has nothing in its field ${quote(name)}`;
  return { ...fault(item, `field ${name.toLowerCase()}`, short, is, MEND), field: name };
}

function parentFault(item: LinkedWorkItem, { parent, parentTypes }: WorkItemWants): FieldFault | 'unclear' | undefined {
  if (parent === 'ignore' && !parentTypes) return undefined;
  if (fieldOf(item, PARENT) === undefined) {
    const is = `has no parent${parentTypes ? `; one of type ${anyOf(parentTypes.map(quote))} is asked for` : ''}`;
    return { ...fault(item, 'parent', 'has no parent', is, MEND), field: PARENT };
  }
  if (!parentTypes) return undefined;
  if (typeof item.parentType !== 'string') return 'unclear';
  if (includes(parentTypes, item.parentType)) return undefined;
  const is = `has a parent of type ${quote(item.parentType)}; only ${anyOf(parentTypes.map(quote))} counts`;
  return { ...fault(item, 'parent', `is below a ${plain(item.parentType)}`, is, MEND), field: PARENT };
}

function criteriaFaults(item: LinkedWorkItem, { acceptanceCriteria }: WorkItemWants): FieldFault[] {
  if (acceptanceCriteria === 'ignore') return [];
  const of = (short: string, is: string, help: string): FieldFault[] => [
    { ...fault(item, 'acceptanceCriteria', short, is, help), field: ACCEPTANCE_CRITERIA },
  ];
  const { text, items } = readRichText(String(fieldOf(item, ACCEPTANCE_CRITERIA) ?? ''));
  if (text === '')
    return of(
      'has no acceptance criteria',
      'has no acceptance criteria',
      'Write them on the work item, or link another one.',
    );
  const open = acceptanceCriteria === 'ticked' ? items.filter(({ isTicked }) => !isTicked) : [];
  const [first] = open;
  if (!first) return [];
  const called = first.text === '' ? '' : `${open.length === 1 ? ':' : ', the first one being'} ${quote(first.text)}`;
  return of(
    `has ${count(open.length, 'open acceptance criterion', 'open acceptance criteria')}`,
    `has ${open.length === 1 ? 'an item' : `${open.length} items`} in its acceptance criteria that ${open.length === 1 ? 'is' : 'are'} not ticked${called}`,
    'Tick on the work item what is met, and take out what is not asked for any more.',
  );
}

const MEND = 'Set it on the work item, or link another one.';

/** Of the organization, not of the work item: told once for all of them. */
function unknownField(name: string): Fault {
  return {
    short: `${plain(name)} is no field here`,
    finding: {
      severity: 'high',
      key: `unknown ${name.toLowerCase()}`,
      message: `${quote(name)} is no field of this organization, so no work item can have it.`,
      help: 'An admin corrects the settings of this gate: fields go by their reference names, such as Microsoft.VSTS.Scheduling.StoryPoints.',
    },
  };
}

const TOO_MUCH: Fault = {
  short: 'too much text in work items',
  finding: {
    severity: 'high',
    key: 'text',
    message: `The linked work items hold more text than is looked at, ${MOST_TEXT.toLocaleString('en')} characters, so whether enough of them count is not known.`,
    help: 'Link only those that this change is for, or shorten their long fields.',
  },
};

function unseenParent(item: LinkedWorkItem): Fault {
  return {
    short: 'needs "View work items in this node"',
    finding: {
      severity: 'high',
      key: `parent ${item.id}`,
      message: `The parent of work item ${item.id}, ${quote(item.title)}, may not be seen by Portcullis, so its type is not known.`,
      help: 'Give the account of Portcullis the right "View work items in this node" where the parent is.',
    },
  };
}

function fault(item: LinkedWorkItem, key: string, short: string, is: string, help?: string): Fault {
  return {
    short: `#${item.id} ${short}`,
    finding: {
      severity: 'medium',
      key: `${key} ${item.id}`,
      message: `Work item ${item.id}, ${quote(item.title)}, ${is}.`,
      ...(help === undefined ? {} : { help }),
    },
  };
}

function includes(allowed: readonly string[] | undefined, value: string): boolean {
  return allowed === undefined || allowed.some((name) => isSameName(name, value));
}

/** A name of the organization's own, for the few words of a status. */
function plain(name: string): string {
  return shorten(name, 40).replaceAll('`', "'");
}
