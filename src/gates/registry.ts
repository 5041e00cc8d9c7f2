import type { Gate } from '../core/gate';

import { branchName } from './branch-name';
import { codeOwners } from './code-owners';
import { comments } from './comments';
import { commits } from './commits';
import { dependsOn } from './depends-on';
import { description } from './description';
import { freeze } from './freeze';
import { labels } from './labels';
import { mergeable } from './mergeable';
import { paths } from './paths';
import { reviewers } from './reviewers';
import { size } from './size';
import { targetBranch } from './target-branch';
import { title } from './title';
import { workItems } from './work-items';

/** Every gate there is, by name. A gate that is not here does not exist; a test compares this list with the files. */
export const gates: readonly Gate[] = [
  branchName,
  codeOwners,
  comments,
  commits,
  dependsOn,
  description,
  freeze,
  labels,
  mergeable,
  paths,
  reviewers,
  size,
  targetBranch,
  title,
  workItems,
];
