/** The pull request's header, tabs, checks, side panel, files and history, and the overview of the organization. */
export const PULL_REQUEST_STYLES = `
.pr-header { display: flex; flex-wrap: wrap; align-items: flex-start; gap: 12px 20px; position: relative; }
.pr-title { flex: 1 1 420px; min-width: 0; }
.pr-id { color: var(--muted); font-weight: 400; }
.pr-line { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 12px; margin-top: 8px; }
.branches { display: inline-flex; flex-wrap: wrap; align-items: center; gap: 7px; color: var(--muted); }
.branches code { color: var(--accent); background: var(--accent-soft); border-radius: 4px; padding: 1px 7px; }
.pr-actions { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; }
summary { cursor: pointer; }
summary.button { list-style: none; }
summary.button::-webkit-details-marker { display: none; }
.menu { position: relative; }
.menu > .button::after { content: ""; border: 4px solid transparent; border-top-color: currentColor; border-bottom: 0; }
#more-menu > .button::after { display: none; }
.menu-items { position: absolute; right: 0; top: calc(100% + 4px); z-index: 10; min-width: 210px; padding: 5px; background: var(--card); border: 1px solid var(--line); border-radius: 6px; box-shadow: 0 8px 24px rgba(20, 30, 45, .16); }
.menu-items button { width: 100%; border-color: transparent; font-weight: 400; background: transparent; }
.menu-items button:hover { background: var(--hover); }
.edit { position: relative; }
.edit[open] > form { position: absolute; right: 0; top: calc(100% + 4px); z-index: 10; width: min(620px, calc(100vw - 40px)); padding: 14px; background: var(--card); border: 1px solid var(--line); border-radius: 8px; box-shadow: 0 8px 24px rgba(20, 30, 45, .16); }
.edit textarea { min-height: 11em; }
@media (max-width: 900px) {
  .edit { position: static; }
  .edit[open] > form { left: 0; right: 0; width: auto; }
}

.tabs { margin: 18px 0 16px; border-bottom: 1px solid var(--line); }
.tabs ul { display: flex; gap: 4px; overflow-x: auto; }
.tabs a { display: block; padding: 7px 12px 9px; color: var(--text); border-bottom: 3px solid transparent; white-space: nowrap; }
.tabs a:hover { background: var(--hover); text-decoration: none; border-radius: 4px 4px 0 0; }
.tabs a[aria-current] { font-weight: 600; border-bottom-color: var(--accent); }
[data-tab="overview"] > .tab-panel:not([data-panel="overview"]),
[data-tab="files"] > .tab-panel:not([data-panel="files"]),
[data-tab="updates"] > .tab-panel:not([data-panel="updates"]),
[data-tab="commits"] > .tab-panel:not([data-panel="commits"]) { display: none; }
.columns { display: grid; grid-template-columns: minmax(0, 1fr) 290px; gap: 28px; align-items: start; }

.checks { border-left: 4px solid #98a1ac; }
.checks-succeeded { border-left-color: #1f8a44; } .checks-failed { border-left-color: #c9302c; } .checks-pending { border-left-color: var(--accent); }
.card-header .state .icon { width: 20px; height: 20px; }
.check { display: flex; gap: 12px; padding: 11px 16px; border-bottom: 1px solid var(--line); }
.checks .check:last-child { border-bottom: 0; }
.check > .state { padding-top: 1px; }
.check-body { min-width: 0; }
.check-text { font-weight: 600; }
.check .meta { display: flex; flex-wrap: wrap; gap: 3px 12px; align-items: center; margin-top: 3px; }
.context { background: var(--ground); border: 1px solid var(--line); border-radius: 4px; padding: 0 6px; }
.refusals { padding: 11px 16px 13px; background: #fff8f7; border-top: 1px solid #f2d6d4; }
.refusals h3 { display: flex; gap: 12px; align-items: center; color: var(--red); }
.refusals ul { margin: 5px 0 0; padding-left: 46px; }
.ready { display: flex; align-items: center; gap: 12px; padding: 10px 16px; border-top: 1px solid var(--line); color: var(--green); font-weight: 600; }

.side { display: grid; gap: 22px; }
.side section { display: grid; gap: 8px; }
.side h3 { color: var(--muted); font-weight: 400; }
.side .plain { display: grid; gap: 9px; }
.person, .work-item { display: grid; grid-template-columns: auto minmax(0, 1fr) auto; gap: 10px; align-items: center; }
.person p, .work-item p { line-height: 1.35; }
.work-item { align-items: start; }
.work-item > .icon { margin-top: 2px; color: #0f7f8f; }
.type-bug > .icon { color: #b9252c; } .type-user-story > .icon, .type-feature > .icon { color: #1667c2; } .type-task > .icon { color: #9a7400; }
.work-item .quiet, .labels .quiet { padding: 0 6px; font-size: 12px; }
.labels li { display: flex; justify-content: space-between; align-items: center; gap: 8px; }
.label { display: inline-flex; align-items: center; gap: 6px; background: var(--accent-soft); color: #0a4f9c; border-radius: 20px; padding: 1px 10px; font-size: 12.5px; }
.add-form { display: flex; gap: 6px; }
.add-form input { flex: 1 1 auto; width: 100%; }

.files-summary { display: flex; gap: 12px; align-items: baseline; margin-bottom: 10px; }
.tally { font-family: var(--mono); font-size: 12.5px; white-space: nowrap; }
.plus { color: var(--green); } .minus { color: var(--red); }
.file-list { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 8px 14px; margin-bottom: 16px; }
.file-list li { display: flex; gap: 9px; align-items: center; padding: 3px 0; color: var(--muted); }
.file-list .tally { margin-left: auto; }
.file { background: var(--card); border: 1px solid var(--line); border-radius: 8px; margin-bottom: 16px; overflow: clip; }
.file > summary { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 10px; padding: 9px 14px; background: #fafbfc; list-style: none; }
.file > summary::-webkit-details-marker { display: none; }
.file > summary::before { content: ""; border: 4px solid transparent; border-left: 5px solid var(--muted); border-right: 0; margin-right: 1px; }
.file[open] > summary::before { transform: rotate(90deg); }
.file[open] > summary { border-bottom: 1px solid var(--line); }
.file > summary .tally { margin-left: auto; }
.folder { color: var(--muted); }
.file-note { padding: 10px 14px; color: var(--muted); }
.diff { width: 100%; border-collapse: collapse; table-layout: fixed; font-size: 12.5px; line-height: 20px; }
.diff td { padding: 0; vertical-align: top; }
.diff .num-column { width: 48px; }
.diff .sign-column { width: 32px; }
.diff .num { padding: 0 8px; text-align: right; color: #626c78; font-family: var(--mono); background: #fafbfc; user-select: none; overflow-wrap: normal; }
.diff .sign { font-family: var(--mono); text-align: center; position: relative; user-select: none; }
.diff .code { white-space: pre-wrap; padding-right: 10px; tab-size: 4; }
.diff .code code { font-size: inherit; }
.diff .added td { background: #e9f8ed; } .diff .added .num { background: #d5f0dc; color: #2b5a3a; }
.diff .removed td { background: #fdefee; } .diff .removed .num { background: #fadcda; color: #7c3733; }
.diff .hunk td { background: #eef4fb; color: #4a5a6d; padding: 2px 14px; font-size: 12px; }
.diff .add-comment { position: absolute; inset: 1px auto auto 4px; width: 20px; height: 18px; justify-content: center; padding: 0; line-height: 1; background: var(--accent); border-color: var(--accent); color: #fff; opacity: 0; }
.diff tr:hover .add-comment, .diff .add-comment:focus-visible { opacity: 1; }
html:not(.scripted) .add-comment { display: none; }
.thread-row > td { padding: 12px 16px !important; background: #f2f4f7; border-block: 1px solid var(--line); }
.thread-row .thread { max-width: 820px; }
.thread-row .thread + .thread { margin-top: 12px; }
.file > .thread { margin: 12px 16px; }

.history { display: flex; gap: 16px; padding: 11px 16px; border-bottom: 1px solid var(--line); }
.history:last-child { border-bottom: 0; }
.history > div { flex: 1; min-width: 0; }
.history > .icon { color: #98a1ac; }
.history-number { flex: none; width: 84px; color: var(--muted); font-weight: 600; }
.history .meta { display: flex; flex-wrap: wrap; gap: 3px 8px; align-items: center; margin-top: 3px; }
.commit-body { white-space: pre-wrap; color: var(--muted); margin-top: 3px; }
.judged { margin-top: 8px; display: grid; gap: 4px; }
.judged li { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; }

.overview > h1 { margin-bottom: 16px; }
.overview-columns { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 16px; align-items: start; }
.pr-row { display: flex; gap: 12px; padding: 13px 16px; border-bottom: 1px solid var(--line); }
.pr-row:last-child { border-bottom: 0; }
.pr-row > div { min-width: 0; }
.pr-row-title { display: flex; flex-wrap: wrap; gap: 4px 10px; align-items: center; }
.pr-row-title a { font-weight: 600; color: var(--text); font-size: 15px; }
.pr-row-title a:hover { color: var(--accent); }
.repository { padding: 11px 16px; border-bottom: 1px solid var(--line); }
.clone { display: inline-block; margin-top: 4px; color: var(--muted); }
.inner-heading { padding: 12px 16px 6px; color: var(--muted); font-weight: 400; }
.inner-list { display: grid; gap: 8px; padding: 0 16px 14px; }
.try { display: grid; grid-template-columns: minmax(0, 1fr); gap: 9px; }
.clone { overflow-wrap: anywhere; }
.try > *, .try dl div > * { min-width: 0; }
.try pre { white-space: pre-wrap; margin: 0; padding: 10px 12px; background: #f4f5f7; border: 1px solid var(--line); border-radius: 6px; line-height: 1.55; }
.try dl { margin: 0; display: grid; gap: 4px; }
.try dl div { display: grid; grid-template-columns: 110px minmax(0, 1fr); }
.try dd { margin: 0; color: var(--muted); }
@media (max-width: 900px) {
  .overview-columns { grid-template-columns: minmax(0, 1fr); }
  .columns { grid-template-columns: minmax(0, 1fr); }
  .side { border-top: 1px solid var(--line); padding-top: 16px; }
}
@media (max-width: 720px) {
  .menu-items { right: auto; left: 0; }
  .diff .num-column { width: 34px; }
  .diff .sign-column { width: 22px; }
  .diff .num { padding: 0 4px; font-size: 11px; }
  .thread-row > td { padding: 8px !important; }
  .history { flex-direction: column; gap: 3px; }
  .history > .icon { display: none; }
  .history-number { width: auto; }
}
`;
