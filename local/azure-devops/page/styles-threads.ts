/** Threads, comments, events, and Markdown inside them. */
export const THREAD_STYLES = `
.timeline > h2 { margin: 22px 0 10px; }
.comment-form { display: grid; gap: 8px; justify-items: end; margin-bottom: 16px; }
.threads { position: relative; display: grid; gap: 12px; }
.event { display: flex; gap: 12px; padding: 2px 17px; align-items: center; }
.event-icon { display: grid; place-items: center; flex: none; width: 30px; height: 30px; border-radius: 50%; background: #e8ebef; color: var(--muted); }
.thread { background: var(--card); border: 1px solid var(--line); border-radius: 8px; scroll-margin-top: 16px; overflow: clip; }
.thread.highlighted { border-color: var(--accent); box-shadow: 0 0 0 3px rgba(10, 95, 184, .22); }
.thread-header { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 10px; padding: 8px 16px; border-bottom: 1px solid var(--line); background: #fafbfc; }
.thread-place { display: inline-flex; flex-wrap: wrap; align-items: center; gap: 4px 8px; flex: 1 1 auto; min-width: 0; color: var(--muted); font-size: 13px; }
.thread-status { display: flex; gap: 4px; }
.permalink { flex: none; margin-left: auto; }
.thread-status select { appearance: none; field-sizing: content; border: 0; cursor: pointer; padding-right: 22px; background-image: linear-gradient(45deg, transparent 50%, currentColor 50%), linear-gradient(135deg, currentColor 50%, transparent 50%); background-size: 4px 4px; background-position: right 13px center, right 9px center; background-repeat: no-repeat; }
.thread-status select:hover { box-shadow: inset 0 0 0 1px currentColor; }
.thread-status option { background: var(--card); color: var(--text); font-weight: 400; }
.comment { display: flex; gap: 12px; padding: 13px 16px 0; }
.comment.reply { padding-left: 60px; }
.comment-main { flex: 1; min-width: 0; }
.comment-head { display: flex; flex-wrap: wrap; gap: 2px 9px; align-items: baseline; }
.deleted { color: var(--muted); font-style: italic; }
.reply-form { display: flex; gap: 8px; align-items: flex-start; padding: 12px 16px 13px 60px; }
.reply-form textarea { flex: 1; min-height: 31px; }
.reply-form:not(:focus-within):has(textarea:placeholder-shown) button { display: none; }
html:not(.scripted) .reply-form button { display: inline-flex !important; }

.markdown { margin-top: 5px; }
.card-body.markdown { margin-top: 0; }
.markdown > * + *, .markdown details > * + *, .markdown blockquote > * + * { margin-top: 9px; }
.markdown h1, .markdown h2, .markdown h3, .markdown h4, .markdown h5, .markdown h6 { line-height: 1.35; font-weight: 600; font-size: 14px; margin-bottom: 0; }
.markdown h1 { font-size: 18px; } .markdown h2 { font-size: 16px; } .markdown h3 { font-size: 15px; }
.markdown > * + h1, .markdown > * + h2, .markdown > * + h3 { margin-top: 14px; }
.markdown ul, .markdown ol { padding-left: 24px; }
.markdown li + li, .markdown li > ul, .markdown li > ol { margin-top: 4px; }
.markdown li.task { list-style: none; margin-left: -20px; }
.markdown li.task input { margin: 0 7px 0 0; vertical-align: -2px; accent-color: var(--accent); }
.markdown li.task > p:first-child { display: inline; }
.markdown code { background: #eff1f4; border-radius: 4px; padding: 1px 5px; }
.markdown pre { margin: 0; margin-top: 9px; padding: 10px 12px; background: #f4f5f7; border: 1px solid var(--line); border-radius: 6px; overflow-x: auto; line-height: 1.5; }
.markdown pre code { background: none; padding: 0; }
.markdown blockquote { margin: 0; padding: 2px 0 2px 12px; border-left: 3px solid #c9cfd6; color: var(--muted); }
.markdown hr { border: 0; border-top: 1px solid var(--line); margin: 14px 0; }
.markdown details { border: 1px solid var(--line); border-radius: 6px; padding: 7px 12px; background: #fafbfc; }
.markdown details[open] { padding-bottom: 11px; }
.markdown summary { font-weight: 600; }
.markdown img { max-width: 100%; }
@media (max-width: 720px) {
  .comment, .reply-form { padding-left: 12px; padding-right: 12px; }
  .comment.reply { padding-left: 26px; }
  .event { padding: 2px 12px; }
  .comment > .avatar { width: 24px; height: 24px; font-size: 10px; }
}
`;
