// What is checked on the spot, as metering.rules.field checks it again; energies are BigInt 10^-4.

const E4 = 10000n;

/** The value as 10^-4 of the register's unit, or null where the text is no number from zero on. */
export function parse(text) {
  const found = /^(\d{1,12})(?:\.(\d{0,4}))?$/.exec(text.trim());
  return found && BigInt(found[1]) * E4 + BigInt((found[2] ?? "").padEnd(4, "0"));
}

/** 10^-4 as people write it: 12345000n gives "1,234.5". */
export function format(value) {
  const low = value < 0n, size = low ? -value : value;
  const whole = (size / E4).toString().replace(/\B(?=(\d{3})+$)/g, ",");
  const part = (size % E4).toString().padStart(4, "0").replace(/0+$/, "");
  return (low ? "-" : "") + whole + (part && `.${part}`);
}

/** What a meter is measured against, with its numbers as BigInt. */
export function measured(before) {
  const { previous_e4, last_read_e4, multiplier, digits, policy, mean_e4 } = before;
  return {
    previous: BigInt(previous_e4), last: BigInt(last_read_e4), multiplier: BigInt(multiplier),
    whole: 10n ** BigInt(digits) * E4, policy, mean: mean_e4 === null ? null : BigInt(mean_e4),
  };
}

/** Whether the register has too few digits to show the value. */
export function isTooLong(value, digits) { return value >= 10n ** BigInt(digits) * E4; }

/** The usage of a value in 10^-4 kWh, and whether the register passed its end; null: it ran back. */
export function usage(value, before, share) {
  const ahead = before.last <= value && value < before.previous ? before.previous : value;
  if (ahead >= before.previous) return { used: billed(before, ahead), isOver: false, ahead };
  const beyond = ahead + before.whole;
  if ((beyond - before.previous) * before.multiplier > (before.whole * before.multiplier) / BigInt(share)) return null;
  return { used: billed(before, beyond), isOver: true, ahead };
}

function billed({ previous, multiplier, policy }, current) {
  if (policy === "carry") return (current / E4 - previous / E4) * multiplier * E4;
  const exact = (current - previous) * multiplier;
  return policy === "exact" ? exact : ((exact + E4 / 2n) / E4) * E4;
}

/** The bits of what a value is doubted for; `bits` names them, `limits` are the account's. */
export function doubts(value, before, limits, bits, share) {
  const found = usage(value, before, share);
  if (!found) return bits.BELOW;
  const over = found.isOver ? bits.ROLLED_OVER : 0;
  if (before.mean === null) return over;
  if (found.used === 0n && before.mean > 0n && found.ahead === value) return over | bits.ZERO;
  const apart = found.used > before.mean ? found.used - before.mean : before.mean - found.used;
  const isFar = apart * 100n > BigInt(limits.change_percent) * before.mean && apart > BigInt(limits.floor_e4);
  return isFar ? over | bits.FAR : over;
}
