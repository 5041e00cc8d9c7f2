/**
 * The only script of the pages: it fetches the page anew every two seconds and after each form, and changes the parts
 * that differ in place, so that nothing flickers and typed text, open folds and the scroll position stay. Without it the
 * pages work too, with plain requests.
 */
export const PAGE_SCRIPT = String.raw`
'use strict';
const live = document.querySelector('[data-live]');
const actor = document.querySelector('[data-acting-as]');
const notice = document.getElementById('notice');
let posting = 0;
let refreshing = false;
let lastText = '';
document.documentElement.classList.add('scripted');

function isTouched(field) {
  return field === document.activeElement || field.value !== field.defaultValue;
}

function syncAttributes(from, to) {
  const isFold = from.nodeName === 'DETAILS';
  for (const { name } of [...from.attributes]) {
    if (!to.hasAttribute(name) && !(isFold && name === 'open')) from.removeAttribute(name);
  }
  for (const { name, value } of to.attributes) {
    if (from.getAttribute(name) !== value && !(isFold && name === 'open')) from.setAttribute(name, value);
  }
}

function isSame(from, to) {
  return from.nodeName === to.nodeName && (from.id || '') === (to.id || '');
}

function syncChildren(from, to) {
  const keyed = new Map();
  for (const child of from.children) if (child.id) keyed.set(child.id, child);
  let at = from.firstChild;
  for (const wanted of [...to.childNodes]) {
    const match = (wanted.id && keyed.get(wanted.id)) || (at && isSame(at, wanted) ? at : undefined);
    if (match === undefined) {
      from.insertBefore(document.importNode(wanted, true), at);
      continue;
    }
    if (match === at) at = at.nextSibling;
    else from.insertBefore(match, at);
    sync(match, wanted);
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

function sync(from, to) {
  if (from.nodeType !== Node.ELEMENT_NODE) {
    if (from.data !== to.data) from.data = to.data;
    return;
  }
  if (from.hasAttribute('data-hold')) return;
  if ((from.nodeName === 'INPUT' && from.type !== 'hidden') || from.nodeName === 'TEXTAREA') {
    if (isTouched(from)) return;
  }
  if (from.nodeName === 'SELECT' && from === document.activeElement) return;
  syncAttributes(from, to);
  syncChildren(from, to);
  if (from.nodeName === 'SELECT') from.value = to.value;
}

function applyActor() {
  if (!actor) return;
  for (const field of document.querySelectorAll('[data-as]')) field.value = actor.value;
}

function show(mayScroll) {
  const query = new URLSearchParams(location.search);
  const asked = query.get('_a') || 'overview';
  const link = document.querySelector('[data-tab-link="' + CSS.escape(asked) + '"]');
  const tab = link ? asked : 'overview';
  if (live && live.hasAttribute('data-tab')) {
    live.setAttribute('data-tab', tab);
    for (const each of document.querySelectorAll('[data-tab-link]')) {
      if (each.getAttribute('data-tab-link') === tab) each.setAttribute('aria-current', 'page');
      else each.removeAttribute('aria-current');
    }
  }
  const wanted = query.get('discussionId');
  for (const thread of document.querySelectorAll('[data-thread]')) {
    thread.classList.toggle('highlighted', wanted !== null && thread.getAttribute('data-thread') === wanted);
  }
  if (!mayScroll || wanted === null) return;
  const target = document.querySelector('[data-panel="' + tab + '"] [data-thread="' + CSS.escape(wanted) + '"]');
  if (!target) return;
  for (let fold = target.closest('details'); fold; fold = fold.parentElement.closest('details')) fold.open = true;
  target.scrollIntoView({ block: 'start' });
}

function apply(text) {
  const fetched = new DOMParser().parseFromString(text, 'text/html');
  const wanted = fetched.querySelector('[data-live]');
  if (!live || !wanted) return undefined;
  if (text !== lastText) {
    lastText = text;
    sync(live, wanted);
    document.title = fetched.title;
    applyActor();
    show(false);
  }
  return fetched;
}

async function refresh() {
  if (refreshing || posting > 0 || document.visibilityState !== 'visible') return;
  refreshing = true;
  try {
    const response = await fetch(location.href, { cache: 'no-store' });
    const text = await response.text();
    if (response.ok && posting === 0) apply(text);
  } catch {
    // The simulator is restarting: the page shows what it last knew.
  } finally {
    refreshing = false;
  }
}

function tell(text) {
  notice.textContent = text;
  notice.hidden = text === '';
}

async function post(form, submitter) {
  posting += 1;
  if (submitter) submitter.disabled = true;
  try {
    // Not form.action: that is the form's field of this name.
    const response = await fetch(form.getAttribute('action'), { method: 'POST', body: new URLSearchParams(new FormData(form)) });
    const text = await response.text();
    const type = response.headers.get('content-type') || '';
    if (!response.ok || !type.includes('text/html')) return tell('Not done: ' + (text.slice(0, 300) || response.status));
    form.reset();
    for (const held of document.querySelectorAll('[data-hold]')) release(held);
    for (const menu of document.querySelectorAll('details[data-menu][open]')) menu.open = false;
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    const fetched = apply(text);
    const said = fetched && fetched.getElementById('notice');
    tell(said ? said.textContent.trim() : '');
  } catch {
    tell('Not done: the simulator did not answer.');
  } finally {
    posting -= 1;
    if (submitter) submitter.disabled = false;
  }
}

function release(held) {
  held.removeAttribute('data-hold');
  const row = held.querySelector('.line-form-row');
  if (row) row.remove();
}

function openLineForm(button) {
  const file = button.closest('[data-path]');
  const line = button.closest('tr');
  const template = document.getElementById('line-form');
  if (!file || !line || !template) return;
  release(file);
  const form = template.cloneNode(true);
  form.removeAttribute('id');
  form.hidden = false;
  form.elements.namedItem('filePath').value = file.getAttribute('data-path');
  const [side, number] = button.getAttribute('data-line').split(':');
  form.elements.namedItem('side').value = side;
  form.elements.namedItem('line').value = number;
  form.querySelector('[data-line-name]').textContent = 'line ' + number;
  const field = form.querySelector('textarea');
  field.id = 'line-comment-open';
  form.querySelector('label').htmlFor = field.id;
  const row = document.createElement('tr');
  row.className = 'thread-row line-form-row';
  const cell = row.insertCell();
  cell.colSpan = 4;
  cell.append(form);
  line.after(row);
  file.setAttribute('data-hold', '');
  applyActor();
  field.focus();
}

document.addEventListener('submit', (event) => {
  if (event.target.method !== 'post') return;
  event.preventDefault();
  void post(event.target, event.submitter);
});

document.addEventListener('change', (event) => {
  if (event.target === actor) {
    applyActor();
    try {
      sessionStorage.setItem('acting-as', actor.value);
    } catch {
      // Storage may be switched off: the choice then lasts as long as the page.
    }
  } else if (event.target.matches('[data-submit]')) {
    event.target.form.requestSubmit();
  }
});

document.addEventListener('click', (event) => {
  const target = event.target instanceof Element ? event.target : document.body;
  for (const menu of document.querySelectorAll('details[data-menu][open]')) {
    if (!menu.contains(target)) menu.open = false;
  }
  const add = target.closest('[data-line]');
  if (add) return openLineForm(add);
  const cancel = target.closest('[data-cancel]');
  if (cancel) return release(cancel.closest('[data-hold]'));
  const link = target.closest('a[href]');
  const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
  if (!link || !isPlain || !live || !live.hasAttribute('data-tab')) return;
  const address = new URL(link.href);
  if (address.origin !== location.origin || address.pathname !== location.pathname || address.hash !== '') return;
  event.preventDefault();
  history.pushState(null, '', address.href);
  show(true);
});

document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  for (const menu of document.querySelectorAll('details[data-menu][open]')) menu.open = false;
});

window.addEventListener('popstate', () => show(true));
if (actor) {
  try {
    const kept = sessionStorage.getItem('acting-as');
    if (kept !== null && [...actor.options].some((option) => option.value === kept)) actor.value = kept;
  } catch {
    // As above.
  }
}
applyActor();
show(true);
if (live) setInterval(refresh, 2000);
`;
