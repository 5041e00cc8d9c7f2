import { trusted, type Html } from './html';

const PATHS = {
  succeeded: '<circle cx="8" cy="8" r="7" fill="currentColor"/><path d="M4.8 8.3l2.2 2.2 4.3-4.6" class="on"/>',
  failed: '<circle cx="8" cy="8" r="7" fill="currentColor"/><path d="M5.5 5.5l5 5m0-5l-5 5" class="on"/>',
  error: '<path d="M8 1.2l7 13H1z" fill="currentColor"/><path d="M8 6v4m0 1.7v.6" class="on"/>',
  pending: '<circle cx="8" cy="8" r="6.2" class="line"/><path d="M8 4.5V8l2.3 1.6" class="line"/>',
  notApplicable: '<circle cx="8" cy="8" r="6.2" class="line"/><path d="M5 8h6" class="line"/>',
  stale:
    '<circle cx="8" cy="8" r="6.2" class="line" stroke-dasharray="2.6 2.3"/><path d="M8 5v3.4m0 2v.5" class="line"/>',
  pullRequest:
    '<circle cx="4" cy="3.5" r="1.8" class="line"/><circle cx="4" cy="12.5" r="1.8" class="line"/><circle cx="12" cy="12.5" r="1.8" class="line"/><path d="M4 5.3v5.4M12 10.7V6.2a2 2 0 0 0-2-2H7.6M9.4 2.2L7.4 4.2l2 2" class="line"/>',
  branch:
    '<circle cx="4.5" cy="3.5" r="1.8" class="line"/><circle cx="4.5" cy="12.5" r="1.8" class="line"/><circle cx="11.5" cy="5.5" r="1.8" class="line"/><path d="M4.5 5.3v5.4M11.5 7.3c0 2.4-3.5 1.8-6.4 3.6" class="line"/>',
  file: '<path d="M3.5 1.8h5.8l3.2 3.2v9.2h-9zM9 2v3.3h3.3" class="line"/>',
  comment: '<path d="M2 2.8h12v8.4H7.2L4 14v-2.8H2z" class="line"/>',
  commit: '<circle cx="8" cy="8" r="2.6" class="line"/><path d="M1 8h4.3m5.4 0H15" class="line"/>',
  update: '<path d="M8 13.5v-11M3.8 6.6L8 2.4l4.2 4.2" class="line"/>',
  vote: '<path d="M2.5 8.6l3.4 3.4 7.6-8" class="line"/>',
  person:
    '<circle cx="8" cy="5" r="2.7" class="line"/><path d="M2.8 14c.4-3 2.4-4.5 5.2-4.5s4.8 1.5 5.2 4.5" class="line"/>',
  label:
    '<path d="M2 2h5.600l6.4 6.4-5.6 5.600L2 7.600z" class="line"/><circle cx="5.2" cy="5.2" r=".9" fill="currentColor"/>',
  flag: '<path d="M3.5 14.500v-12h9l-2.4 3.4 2.4 3.400h-9" class="line"/>',
  workItem: '<path d="M3 2.500h10v11H3zM5.5 5.800h5M5.5 8.200h5M5.5 10.600h3" class="line"/>',
  repository: '<path d="M3.5 1.800h9v12.400h-9zM3.5 11.300h9M6 4.300v4.4" class="line"/>',
  lock: '<path d="M3.5 7h9v7h-9zM5.3 7V4.800a2.7 2.7 0 0 1 5.4 0V7" class="line"/>',
  gear: '<circle cx="8" cy="8" r="2" class="line"/><path d="M8 1.500v2.200m0 8.600v2.200M1.5 8h2.200m8.6 0h2.200M3.4 3.400L5 5m6 6l1.6 1.600m0-9.200L11 5M5 11l-1.6 1.6" class="line"/>',
} as const;

export type IconName = keyof typeof PATHS;

/** A 16-pixel drawing, coloured by the text around it; decoration unless `label` gives it a name. */
export function icon(name: IconName, label?: string): Html {
  const naming = label === undefined ? 'aria-hidden="true"' : `role="img" aria-label="${label}"`;
  return trusted(`<svg class="icon" viewBox="0 0 16 16" ${naming}>${PATHS[name]}</svg>`);
}
