import { BASE_STYLES } from './styles-base';
import { PULL_REQUEST_STYLES } from './styles-pull-request';
import { THREAD_STYLES } from './styles-threads';

/** The one style sheet of the pages: light, system fonts, from 400 pixels wide. */
export const PAGE_STYLES = [BASE_STYLES, PULL_REQUEST_STYLES, THREAD_STYLES].join('\n');
