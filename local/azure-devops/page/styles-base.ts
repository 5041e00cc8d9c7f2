/** Colours, type, the top bar, buttons, fields, cards and pills. */
export const BASE_STYLES = `
:root {
  color-scheme: light;
  --text: #1c2128; --muted: #57606c; --line: #dfe3e8; --ground: #f5f6f8; --card: #fff; --hover: #eef1f5;
  --accent: #0a5fb8; --accent-dark: #084b92; --accent-soft: #e8f1fb;
  --green: #18763a; --green-soft: #e5f5ea; --red: #b9252c; --red-soft: #fdeeee; --amber: #8a5300; --amber-soft: #fdf3e0;
  --mono: ui-monospace, "Cascadia Mono", "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
*, *::before, *::after { box-sizing: border-box; }
html { scroll-padding-top: 16px; }
body { margin: 0; background: var(--ground); color: var(--text); font: 14px/1.45 "Segoe UI", system-ui, -apple-system, "Helvetica Neue", Arial, sans-serif; overflow-wrap: anywhere; }
h1, h2, h3, p, ul, ol { margin: 0; }
h1 { font-size: 21px; line-height: 1.3; font-weight: 600; }
h2 { font-size: 15px; font-weight: 600; }
h3 { font-size: 13px; font-weight: 600; }
a { color: var(--accent); text-decoration: none; }
a:hover { text-decoration: underline; }
code, pre, .context { font-family: var(--mono); font-size: .92em; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
main:focus { outline: none; }
.plain { list-style: none; padding: 0; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.scripted [data-without-script] { display: none; }
[hidden] { display: none !important; }
.skip { position: absolute; left: -9999px; background: var(--card); padding: 8px 12px; z-index: 20; }
.skip:focus { left: 8px; top: 8px; }
.icon { width: 16px; height: 16px; flex: none; vertical-align: -3px; fill: none; }
.icon .line { fill: none; stroke: currentColor; stroke-width: 1.4; stroke-linecap: round; stroke-linejoin: round; }
.icon .on { fill: none; stroke: #fff; stroke-width: 1.7; stroke-linecap: round; stroke-linejoin: round; }
.meta { color: var(--muted); font-size: 12.5px; }
.none { color: var(--muted); }
.number { color: var(--muted); font-weight: 600; }

.top-bar { display: flex; align-items: center; gap: 10px; padding: 8px 20px; background: var(--card); border-bottom: 1px solid var(--line); min-height: 48px; }
.home { display: flex; align-items: center; gap: 9px; color: var(--text); font-weight: 600; }
.home-mark { display: grid; place-items: center; width: 26px; height: 26px; border-radius: 6px; background: linear-gradient(140deg, #1573d6, #0a4d97); color: #fff; font-size: 14px; }
.crumbs { flex: 1 1 auto; min-width: 0; }
.crumbs ol { display: flex; flex-wrap: wrap; list-style: none; padding: 0; color: var(--muted); }
.crumbs li::before { content: "/"; margin: 0 8px; color: #98a1ac; }
.crumbs a { color: var(--muted); }
.simulated { flex: none; border: 1px solid var(--line); border-radius: 20px; padding: 1px 10px; font-size: 12px; color: var(--muted); background: var(--ground); }
.acting-as { display: flex; align-items: center; gap: 8px; flex: none; }
.acting-as label { color: var(--muted); font-size: 12.5px; }
.notice { margin: 16px auto 0; max-width: 1240px; width: calc(100% - 40px); padding: 10px 14px; border: 1px solid #eccf96; border-left: 4px solid #c98a14; border-radius: 6px; background: var(--amber-soft); }
main { max-width: 1280px; margin: 0 auto; padding: 20px; }

button, .button, select, input, textarea { font: inherit; color: inherit; }
button, .button { display: inline-flex; align-items: center; gap: 6px; border: 1px solid #c9cfd6; border-radius: 4px; background: var(--card); padding: 4px 12px; font-weight: 600; line-height: 1.5; cursor: pointer; white-space: nowrap; }
button:hover, .button:hover { background: var(--hover); }
button.primary { background: var(--accent); border-color: var(--accent); color: #fff; }
button.primary:hover { background: var(--accent-dark); }
button.quiet, .button.quiet { border-color: transparent; background: transparent; color: var(--accent); font-weight: 400; padding: 4px 8px; }
button.quiet:hover, .button.quiet:hover { background: var(--hover); }
button:disabled, button:disabled:hover { background: #e9ecf0; border-color: #e0e4e9; color: #626c78; cursor: not-allowed; }
input, textarea, select { border: 1px solid #c0c7cf; border-radius: 4px; background: var(--card); padding: 4px 8px; min-width: 0; }
textarea { display: block; width: 100%; resize: vertical; field-sizing: content; max-height: 60vh; }
input::placeholder, textarea::placeholder { color: #69727e; }
.stacked { display: grid; gap: 6px; }
.stacked label { font-weight: 600; font-size: 13px; }

.card { background: var(--card); border: 1px solid var(--line); border-radius: 8px; margin-bottom: 16px; overflow: clip; }
.card-header { display: flex; align-items: center; gap: 10px; padding: 11px 16px; border-bottom: 1px solid var(--line); }
.card-header:last-child { border-bottom: 0; }
.card-body { padding: 14px 16px; }
.pill { display: inline-block; border-radius: 20px; padding: 1px 10px; font-size: 12px; font-weight: 600; line-height: 1.6; background: #e8ebef; color: #414a55; white-space: nowrap; }
.pr-active { background: var(--accent); color: #fff; }
.pr-completed { background: var(--green); color: #fff; }
.pr-abandoned { background: #626c78; color: #fff; }
.pr-draft { background: #fff; color: #414a55; box-shadow: inset 0 0 0 1px #8a94a0; }
.status-active { background: var(--accent-soft); color: #0a4f9c; }
.status-pending { background: var(--amber-soft); color: var(--amber); }
.status-fixed { background: var(--green-soft); color: #125c2d; }
.tag { display: inline-block; border: 1px solid var(--line); border-radius: 4px; padding: 0 6px; font-size: 12px; color: var(--muted); background: var(--ground); }
.tag-warn { border-color: #eccf96; background: var(--amber-soft); color: var(--amber); }
.badge { display: inline-block; border-radius: 20px; background: #e6e9ed; padding: 0 7px; font-size: 12px; font-weight: 400; color: #414a55; }
.avatar { display: inline-grid; place-items: center; flex: none; width: 32px; height: 32px; border-radius: 50%; color: #fff; font-size: 12px; font-weight: 600; letter-spacing: .02em; overflow-wrap: normal; }
.avatar.small { width: 20px; height: 20px; font-size: 9px; }
.hue-0 { background: #9c3d63; } .hue-1 { background: #2b6b8f; } .hue-2 { background: #5c5aa8; } .hue-3 { background: #2e7453; }
.hue-4 { background: #8a5a1f; } .hue-5 { background: #80489b; } .hue-6 { background: #3d5f9e; } .hue-7 { background: #a2482f; }
.by { display: inline-flex; align-items: center; gap: 6px; }
.state { display: inline-flex; }
.state-succeeded { color: #1f8a44; } .state-failed { color: #c9302c; } .state-error { color: #b96a00; }
.state-pending { color: #0a5fb8; } .state-notApplicable { color: #69727e; } .state-stale { color: #8a6a2c; }
.state-error .on { stroke: #fff; }
@media (max-width: 720px) {
  main { padding: 14px 12px; }
  .top-bar { flex-wrap: wrap; padding: 8px 12px; gap: 6px 10px; }
  .crumbs { order: 3; flex-basis: 100%; }
  .crumbs li:first-child::before { display: none; }
  .acting-as { margin-left: auto; }
  .simulated { display: none; }
  .notice { width: calc(100% - 24px); }
}
`;
