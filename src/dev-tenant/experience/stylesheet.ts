/** The one stylesheet of the pages. A string, so that a build copies no assets. */
export const STYLESHEET = `
:root { color-scheme: light dark; --ink: #191c1d; --soft: #5c6063; --line: #c4c7c7; --page: #f3f4f8; --card: #fff;
  --accent: #5d34f2; --on-accent: #fff; --error: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ink: #f0f1f2; --soft: #a9acac; --line: #4a4d50; --page: #14161a;
  --card: #22252a; --accent: #a592ff; --on-accent: #1a1040; --error: #ffb4ab; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: flex; flex-direction: column; align-items: center;
  justify-content: center; gap: 1.25rem; padding: 1.5rem; background: var(--page); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; }
main { width: 100%; max-width: 26rem; padding: 2rem; border-radius: 1rem; background: var(--card);
  box-shadow: 0 .25rem 1.5rem rgb(0 0 0 / 12%); }
h1 { margin: 0 0 .5rem; font-size: 1.5rem; line-height: 1.25; overflow-wrap: anywhere; }
h2 { margin: 0 0 .5rem; font-size: 1rem; }
p { margin: 0 0 1rem; overflow-wrap: anywhere; }
label { display: block; margin-bottom: .25rem; font-weight: 600; }
input { width: 100%; margin-bottom: 1rem; padding: .625rem .75rem; border: 1px solid var(--line);
  border-radius: .5rem; background: transparent; color: inherit; font: inherit; }
button { flex: 1; width: 100%; padding: .625rem 1rem; border: 1px solid var(--accent); border-radius: .5rem;
  background: var(--accent); color: var(--on-accent); font: inherit; font-weight: 600; cursor: pointer; }
button.quiet { border-color: var(--line); background: transparent; color: inherit; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.buttons { display: flex; gap: .75rem; margin-bottom: 1rem; }
.account { margin: 1rem 0; padding: .75rem 1rem; border: 1px solid var(--line); border-radius: .5rem; }
.account span { display: block; color: var(--soft); font-size: .875rem; }
.error { padding: .625rem .75rem; border: 1px solid var(--error); border-radius: .5rem; color: var(--error); }
.note, footer { color: var(--soft); font-size: .875rem; }
.note { margin-bottom: 0; }
ul { margin: 0 0 1rem; padding-left: 1.25rem; }
footer { max-width: 26rem; text-align: center; }
details { margin-top: 1rem; color: var(--soft); font-size: .875rem; }
summary { cursor: pointer; }
code { font-size: .9375em; }
`;
