import { describe, expect, it } from 'vitest';
import { pageOf } from '../report.js';
import { terminalOf, widthOf } from '../terminal.js';
import { FINDINGS } from './codes.js';
import { frames, LANGUAGES } from './frame.js';
import { tables, wordsFor } from './words.js';

const placeholders = (text: string) =>
  [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name).toSorted();

const everything = FINDINGS.map((code) => {
  const names = placeholders(tables.en[code].join(' '));
  const url = 'https://mcp.example.com/.well-known/oauth-protected-resource/mcp';
  const details = Object.fromEntries(names.map((name) => [name, url]));
  return { code, severity: 'problem', details } as const;
});
const diagnosis = {
  healthy: false,
  url: 'https://mcp.example.com/mcp',
  issuer: 'https://auth.example.com/oidc',
  steps: Object.keys(frames.en.steps).map((step) => ({
    // True because these are the keys of a record of steps.
    step: step as keyof typeof frames.en.steps,
    result: 'skipped' as const,
  })),
  findings: everything,
};

describe('the words of the doctor', () => {
  it.each(FINDINGS)('speak of the same values in every language: %s', (code) => {
    const [en, zh] = LANGUAGES.map((language) => new Set(placeholders(tables[language][code].join(' '))));
    expect(zh).toEqual(en);
    // What is wrong is said with every value that identifies it.
    expect(placeholders(tables.zh[code][0])).toEqual(placeholders(tables.en[code][0]));
  });

  it.each(LANGUAGES)('fit on a page of 100 columns: %s', (language) => {
    const page = pageOf(diagnosis, language, terminalOf({}));
    const tooWide = page.filter((line) => widthOf(line) > 100 && !/^\s*\S+$/.test(line));
    expect(tooWide).toEqual([]);
    expect(page.join('\n')).not.toMatch(/\{\w+\}|undefined/);
  });

  it('have colours on a terminal only, and not for those who want none', () => {
    const page = (tty: boolean, noColor = '') =>
      pageOf(diagnosis, 'en', terminalOf({ isTTY: tty, columns: 80 }, noColor)).join('\n');
    expect(page(true)).toContain('\u001b[');
    expect(page(false)).not.toContain('\u001b');
    expect(page(true, '1')).not.toContain('\u001b');
  });

  it('let no value from the network write on the terminal', () => {
    const found = `\u001b[2J\u009b31m\u202ehttps://evil.example\n1. All is well${'x'.repeat(5000)}`;
    const details = { url: 'https://mcp.example.com/mcp', found, expected: 'https://mcp.example.com/mcp' };
    const { what } = wordsFor({ code: 'metadata_resource_host', severity: 'problem', details }, 'en');
    expect(what).not.toMatch(/[\p{C}\n]/u);
    expect(what.length).toBeLessThan(500);
  });
});
