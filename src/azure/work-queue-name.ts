/** The one queue that everything goes through; infra creates it with sessions and duplicate detection. */
export const WORK_QUEUE = 'work';
