import { describe, expect, it } from 'vitest';
import { MARK, registeredName } from './client.name.js';

const NAMELESS = `${MARK} Agent`;

describe('the name of a registered client', () => {
  it('[row 108] says first of all that nobody has verified it', () => {
    expect(registeredName('SmartMail AI')).toBe('(unverified) SmartMail AI');
    expect(registeredName()).toBe(NAMELESS);
    expect(registeredName('  \n ')).toBe(NAMELESS);
  });

  it('[row 108] keeps 64 characters of 10 kB, and no half of one', () => {
    expect(registeredName('a'.repeat(10_240))).toBe(`${MARK} ${'a'.repeat(64)}`);
    expect(registeredName('𠮷'.repeat(5000))).toBe(`${MARK} ${'𠮷'.repeat(64)}`);
  });

  it('[row 108] has lost what cannot be seen or turns text round', () => {
    const hidden = ['\u202e', '\u2066', '\u200b', '\u200f', '\ufeff', '\u0000', '\u001b', '\u2028', '\u3164'];
    for (const character of [...hidden, '\u{e0041}', '\ud800', '\u00ad']) {
      expect(registeredName(`Smart${character}Mail`)).toBe(`${MARK} SmartMail`);
    }
  });

  it('[row 108] is no markup', () => {
    expect(registeredName('<img src=x onerror="alert(1)">&amp;')).toBe(
      `${MARK} img src=x onerror=alert(1)amp;`,
    );
  });

  it('[row 108] is composed, and not piled up with marks', () => {
    expect(registeredName('Cafe\u0301')).toBe(`${MARK} Café`);
    expect(registeredName(`Z${'\u0300'.repeat(50)}algo`)).toBe(`${MARK} Z\u0300\u0300algo`);
  });

  it.each([
    'Logto',
    'LOGTO Console',
    'L o g t o',
    'Log-to',
    'ｌｏｇｔｏ',
    'L0gt0',
    '1ogto',
    'Iogto',
    'Lᴏgto',
    'LOGT0',
    'lo9to',
    '|ogto',
    'Lógtø'.replace('ø', 'o'),
    '𝐋𝐨𝐠𝐭𝐨',
    '✅ Logto',
  ])('[row 108] is not that of the tenant itself: %s', (name) => {
    expect(registeredName(name)).toBe(NAMELESS);
  });

  it.each(['Lоgtо', 'Gооgle Mail', 'Αpple', 'Ꭺpple'])(
    '[row 108] has letters of one script: %s is refused',
    (name) => {
      expect(registeredName(name)).toBe(NAMELESS);
    },
  );

  it.each([
    ['(verified) Claude', 'Claude'],
    ['Claude (Verified)', 'Claude'],
    ['✅ Claude', 'Claude'],
    ['Claude ✓', 'Claude'],
    ['Official Claude', 'Claude'],
    ['Claude 官方', 'Claude'],
    ['Cʟaude', 'Claude'],
    ['Ｃｌａｕｄｅ', 'Claude'],
    ['Claude ™ 😀', 'Claude'],
    ['Unverifiable', 'Unverifiable'],
  ])('claims no verification and has no decoration: %s', (asked, name) => {
    expect(registeredName(asked)).toBe(`${MARK} ${name}`);
  });

  it.each(['✅', '(verified)', '!!!', 'Клауде Claude', 'مClaude'])(
    'is left out when nothing honest remains: %s',
    (name) => {
      expect(registeredName(name)).toBe(NAMELESS);
    },
  );

  it.each([
    'Claude 助手',
    'Claude エージェント',
    '클로드 Claude',
    'Почта',
    '電子郵件',
    'Čeština',
    'بريد',
    'Claude Code (my-server)',
  ])('may be of any language: %s', (name) => {
    expect(registeredName(name)).toBe(`${MARK} ${name}`);
  });
});
